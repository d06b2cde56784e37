/** A key's own orders and trades as the exchange pages through them: by its numbers, or by time. */
import { GetOwnFlows, ListOwnOrders, ListOwnTrades, OrderView, OwnFlows, OwnTrade } from '@elvis/contracts';
import { Injectable } from '@nestjs/common';
import { QueryResultRow } from 'pg';
import { Conditions, asTime, millis, statement } from '../database/conditions';
import { Database } from '../database/database';
import { ORDER_COLUMNS, toOrderView } from './orders';

const TRADE_COLUMNS = `trade_id AS "tradeId", exchange_order_id AS "exchangeOrderId", client_order_id AS "clientOrderId",
  side, price, quantity, quote_quantity AS "quoteQuantity", fee, fee_asset AS "feeAsset",
  realized_pnl AS "realizedPnl", is_maker AS "isMaker", ${millis('created_at')} AS "tradedAtMs"`;
/** Conditional orders of futures that have not woken have the algo service's number, with a word before it. */
const NUMBER = `replace(exchange_order_id, 'algo:', '')::numeric`;

const FLOWS = statement(
  `SELECT symbol, sum(CASE side WHEN 'SELL' THEN quote_quantity ELSE -quote_quantity END) AS "quoteFlow"
   FROM trades WHERE bot_config_id = $1 AND market = $2 GROUP BY symbol`,
);
const FEES = statement(
  `SELECT fee_asset AS asset, sum(fee) AS amount FROM trades WHERE bot_config_id = $1 AND market = $2 GROUP BY fee_asset`,
);

interface Span {
  readonly fromId?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
}

@Injectable()
export class OwnPastRows {
  constructor(private readonly database: Database) {}

  async orders({ kind, limit, ...wish }: ListOwnOrders): Promise<{ readonly items: OrderView[] }> {
    const form = kind === 'plain' ? '^[0-9]+$' : '^algo:[0-9]+$';
    const conditions = scope(wish).and('exchange_order_id ~ ?', form).and('NOT is_released');
    const rows = await this.page<OrderView & QueryResultRow>(
      `SELECT ${ORDER_COLUMNS}, ${NUMBER} AS number FROM orders`,
      NUMBER,
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

  async flows({ botConfigId, market }: GetOwnFlows): Promise<OwnFlows> {
    const values = [botConfigId, market];
    const [symbols, fees] = await Promise.all([
      this.database.rows<OwnFlows['symbols'][number] & QueryResultRow>(FLOWS, values),
      this.database.rows<OwnFlows['fees'][number] & QueryResultRow>(FEES, values),
    ]);
    return { symbols, fees };
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
