/** Orders as the events told of them. One that was never sent is no order, and its id is free again. */
import { FindOrder, FindOrderAtExchange, ListOrders, OrderView, Page } from '@elvis/contracts';
import { CLOSED_STATUSES, ORDER_STATUSES, TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { QueryResultRow } from 'pg';
import { Database } from '../database/database';
import { Conditions, millis, statement } from '../database/conditions';
import { Keyed, keysetPage } from './keyset-page';

export const ORDER_COLUMNS = `client_order_id AS "clientOrderId", market, symbol, side, type, time_in_force AS "timeInForce",
  quantity, price, stop_price AS "stopPrice", callback_rate AS "callbackRate", working_type AS "workingType",
  reduce_only AS "reduceOnly", close_position AS "closePosition", bot_config_id AS "botConfigId",
  filled_quantity AS "filledQuantity", average_price AS "averagePrice", status, code, reason,
  decision_id AS "decisionId", actor, exchange_order_id AS "exchangeOrderId", origin,
  ${millis('created_at')} AS "createdAtMs", ${millis('updated_at')} AS "updatedAtMs"`;
const FIND = statement(`SELECT ${ORDER_COLUMNS} FROM orders WHERE client_order_id = $1 AND NOT is_released`);
/** Of these ids. */
export const ORDER_VIEWS_OF = statement(
  `SELECT ${ORDER_COLUMNS} FROM orders WHERE client_order_id = ANY ($1::text[]) AND NOT is_released`,
);
const FIND_AT_EXCHANGE = statement(
  `SELECT ${ORDER_COLUMNS} FROM orders WHERE exchange_order_id = $1 AND market = $2 AND symbol = $3 AND NOT is_released`,
);
const OPEN_STATUSES = ORDER_STATUSES.filter(
  (status) => !(CLOSED_STATUSES as readonly string[]).includes(status),
);

@Injectable()
export class Orders {
  constructor(private readonly database: Database) {}

  /** @throws TradingFailure ORDER_NOT_FOUND */
  async find({ clientOrderId }: FindOrder): Promise<OrderView> {
    const [row] = await this.database.rows<OrderView & QueryResultRow>(FIND, [clientOrderId]);
    if (!row)
      throw new TradingFailure(
        'ORDER_NOT_FOUND',
        `Order ${clientOrderId} is not in the history; check the id, or retry if it is new`,
      );
    return toOrderView(row);
  }

  /** @throws TradingFailure ORDER_NOT_FOUND */
  async findAtExchange({ market, symbol, exchangeOrderId }: FindOrderAtExchange): Promise<OrderView> {
    const values = [exchangeOrderId, market, symbol];
    const [row] = await this.database.rows<OrderView & QueryResultRow>(FIND_AT_EXCHANGE, values);
    if (!row)
      throw new TradingFailure(
        'ORDER_NOT_FOUND',
        `Order ${exchangeOrderId} of ${symbol} is not in the history; check the number, or retry if it is new`,
      );
    return toOrderView(row);
  }

  async page({ status, symbol, botConfigId, cursor, limit }: ListOrders): Promise<Page<OrderView>> {
    const { rows, nextCursor } = await keysetPage<OrderView & Keyed>(this.database, {
      table: 'orders',
      columns: ORDER_COLUMNS,
      id: 'client_order_id',
      idField: 'clientOrderId',
      conditions: new Conditions()
        .and('symbol = ?', symbol)
        .and('bot_config_id = ?', botConfigId)
        .and('status = ANY (?::text[])', status && statusesOf(status))
        .and('NOT is_released'),
      direction: 'older',
      cursor,
      limit,
    });
    return { items: rows.map(toOrderView), nextCursor };
  }
}

function statusesOf(status: string): readonly string[] {
  if (status === 'closed') return CLOSED_STATUSES;
  return status === 'open' ? OPEN_STATUSES : [status];
}

/** A row of `orders` as its view: what is not there is absent. */
export function toOrderView({ keyMicros: _, ...row }: QueryResultRow & Partial<Keyed>): OrderView {
  return Object.fromEntries(
    Object.entries(row).filter(([, value]) => value !== null),
  ) as unknown as OrderView;
}
