/** A key's own orders and trades as the exchange pages through them: by its numbers, or by time. */
import { ListOwnOrders, ListOwnTrades, OrderView, OwnTrade } from '@elvis/contracts';
import { ORDER_TYPES, isConditional } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { QueryResultRow } from 'pg';
import { Conditions, asTime, millis, statement } from '../database/conditions';
import { Database } from '../database/database';
import { ORDER_COLUMNS, toOrderView } from './orders';

const TRADE_COLUMNS = `trade_id AS "tradeId", exchange_order_id AS "exchangeOrderId", client_order_id AS "clientOrderId",
  side, price, quantity, quote_quantity AS "quoteQuantity", fee, fee_asset AS "feeAsset",
  realized_pnl AS "realizedPnl", is_maker AS "isMaker", ${millis('created_at')} AS "tradedAtMs"`;
const CONDITIONAL = ORDER_TYPES.filter(isConditional);

interface Span {
  readonly fromId?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
}

@Injectable()
export class OwnPast {
  constructor(private readonly database: Database) {}

  async orders({ kind, limit, ...wish }: ListOwnOrders): Promise<{ readonly items: OrderView[] }> {
    const isPlain = kind === 'plain' || wish.market === 'spot';
    const conditions = scope(wish)
      .and('exchange_order_id IS NOT NULL')
      .and('NOT is_released')
      .and(
        isPlain && wish.market === 'spot' ? 'true' : `(type = ANY (?::text[])) = ${!isPlain}`,
        CONDITIONAL,
      );
    const rows = await this.page<OrderView & QueryResultRow>(
      `SELECT ${ORDER_COLUMNS}, exchange_order_id::numeric AS number FROM orders`,
      'exchange_order_id::numeric',
      conditions,
      wish,
      limit,
    );
    return { items: rows.map(({ number: _number, ...row }) => toOrderView(row)) };
  }

  async trades({ limit, exchangeOrderId, ...wish }: ListOwnTrades): Promise<{ readonly items: OwnTrade[] }> {
    const conditions = scope(wish).and('exchange_order_id = ?', exchangeOrderId);
    const rows = await this.page<OwnTrade & QueryResultRow>(
      `SELECT ${TRADE_COLUMNS}, trade_id::numeric AS number FROM trades`,
      'trade_id::numeric',
      conditions,
      wish,
      limit,
    );
    return { items: rows.map(({ number: _number, ...row }) => row as OwnTrade) };
  }

  /** Oldest first. Where nothing says where to begin it is the newest ones. */
  private async page<Row extends QueryResultRow>(
    select: string,
    number: string,
    conditions: Conditions,
    { fromId, fromMs, toMs }: Span,
    limit: number,
  ): Promise<Row[]> {
    conditions
      .and(`${number} >= ?::numeric`, fromId)
      .and('created_at >= ?::timestamptz', asTime(fromMs))
      .and('created_at < ?::timestamptz', asTime(toMs === undefined ? undefined : toMs + 1));
    const isFromStart = fromId !== undefined || fromMs !== undefined;
    const order = isFromStart ? 'ASC' : 'DESC';
    const text = `${select} ${conditions.where} ORDER BY number ${order} LIMIT ${conditions.place(limit)}`;
    const rows = await this.database.rows<Row>(statement(text), conditions.values);
    return isFromStart ? rows : rows.reverse();
  }
}

const scope = ({
  botConfigId,
  market,
  symbol,
}: Pick<ListOwnOrders, 'botConfigId' | 'market' | 'symbol'>): Conditions =>
  new Conditions().and('bot_config_id = ?', botConfigId).and('market = ?', market).and('symbol = ?', symbol);
