/** Our fills, as the old API called them: trades. */
import { ListTrades, TradeFilter, TradePage, TradeView } from '@elvis/contracts';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { Conditions, asTime, statement } from '../database/conditions';
import { KEY_TIME, Keyed, keysetPage } from './keyset-page';

const COLUMNS = `id, client_order_id AS "clientOrderId", symbol, side, price, quantity,
  quote_quantity AS "quoteQuantity", fee, fee_asset AS "feeAsset", realized_pnl AS "realizedPnl",
  bot_config_id AS "botConfigId", nullif(origin, 'elvis') AS origin`;

export type TradeRecord = Omit<TradeView, 'createdAtMs'> & Keyed;
/** Of these orders, oldest first. */
export const TRADES_OF = statement(
  `SELECT ${COLUMNS}, ${KEY_TIME} FROM trades WHERE client_order_id = ANY ($1::text[]) ORDER BY created_at, id`,
);

@Injectable()
export class Trades {
  constructor(private readonly database: Database) {}

  async page({ cursor, direction, limit, ...filter }: ListTrades): Promise<TradePage> {
    const { rows, nextCursor, previousCursor } = await keysetPage<TradeRecord>(this.database, {
      table: 'trades',
      columns: COLUMNS,
      id: 'id',
      idField: 'id',
      conditions: tradeConditions(filter),
      direction,
      cursor,
      limit,
      // An order has few trades: they are found by it and sorted.
      isWalk: filter.clientOrderId === undefined,
    });
    return { items: rows.map(toTradeView), nextCursor, previousCursor };
  }

  async count(filter: TradeFilter): Promise<{ readonly count: number }> {
    const conditions = tradeConditions(filter);
    const [row] = await this.database.rows<{ count: number }>(
      statement(`SELECT count(*)::float8 AS count FROM trades ${conditions.where}`),
      conditions.values,
    );
    return { count: row?.count ?? 0 };
  }
}

export const tradeConditions = (filter: TradeFilter): Conditions =>
  new Conditions()
    .and('symbol = ?', filter.symbol)
    .and('side = ?', filter.side)
    .and('bot_config_id = ?', filter.botConfigId)
    .and('client_order_id = ?', filter.clientOrderId)
    .and('created_at >= ?::timestamptz', asTime(filter.fromMs))
    .and('created_at < ?::timestamptz', asTime(filter.toMs));

export const toTradeView = ({ botConfigId, origin, keyMicros, ...trade }: TradeRecord): TradeView => ({
  ...trade,
  ...(botConfigId && { botConfigId }),
  ...(origin && { origin }),
  createdAtMs: Math.floor(keyMicros / 1_000),
});
