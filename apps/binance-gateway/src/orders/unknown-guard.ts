/**
 * While it is not known what became of an order, its key opens nothing more on that symbol and side: a client that takes
 * "not known" for "failed" and sends the order again under another id would have it twice. What only closes may go, unless
 * it waits for a trigger.
 */
import { Injectable } from '@nestjs/common';
import { isConditional } from '@elvis/trading';
import { KeyHolder } from '../keys/front-keys';
import { NOT_EXECUTED } from '../words/domain/sentences';
import { FrontRefusal } from '../words/front-refusal';
import { OwnOrders } from './own-orders';
import { WantedOrder } from './read-order';

@Injectable()
export class UnknownGuard {
  constructor(private readonly orders: OwnOrders) {}

  /** @throws FrontRefusal -1001 nothing is sent until the order before is known */
  async check(holder: KeyHolder, wanted: WantedOrder): Promise<void> {
    const { market, symbol, side, type, reduceOnly, closePosition } = wanted;
    if ((reduceOnly === true || closePosition === true) && !isConditional(type)) return;
    const open = await this.orders.open(holder, market, symbol);
    if (!open.some(({ order }) => order.status === 'UNKNOWN' && order.side === side)) return;
    throw FrontRefusal.of(NOT_EXECUTED, 'ORDER_UNKNOWN_OUTSTANDING');
  }
}
