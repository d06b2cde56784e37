/** Conditional orders of the Algo service: they wait outside the book, tie up no margin, and become orders when triggered. */
import { OrderStatus, PositionSide, SelfTradePrevention, Side, TimeInForce } from '../shared/order';

export type AlgoType = 'STOP' | 'STOP_MARKET' | 'TAKE_PROFIT' | 'TAKE_PROFIT_MARKET' | 'TRAILING_STOP_MARKET';
type AlgoStatus = 'NEW' | 'TRIGGERING' | 'TRIGGERED' | 'FINISHED' | 'CANCELED' | 'REJECTED' | 'EXPIRED';
export type WorkingType = 'MARK_PRICE' | 'CONTRACT_PRICE';

export interface AlgoOrder {
  readonly id: bigint;
  readonly clientAlgoId: string;
  readonly account: string;
  readonly symbol: string;
  readonly side: Side;
  readonly positionSide: PositionSide;
  readonly type: AlgoType;
  readonly timeInForce: TimeInForce;
  readonly quantity: number;
  readonly price: number;
  readonly workingType: WorkingType;
  readonly closePosition: boolean;
  readonly reduceOnly: boolean;
  readonly priceProtect: boolean;
  readonly priceMatch: string;
  readonly selfTradePrevention: SelfTradePrevention;
  readonly goodTillDate: number;
  readonly createTime: number;
  /** In price units; a trailing stop has its activation here and its callback in parts per million. */
  triggerPrice: number;
  readonly activatePrice: number;
  readonly callbackPpm: number;
  /** A trailing stop's extreme since it was activated. */
  extreme?: number;
  status: AlgoStatus;
  updateTime: number;
  triggerTime: number;
  actualOrderId?: bigint;
  actualPrice: bigint;
  actualQuantity: number;
  actualStatus?: OrderStatus;
  reason: string;
}

export const isWaiting = (order: AlgoOrder): boolean => order.status === 'NEW';

/** Whether the working price (in 1e-8 quote) reaches the trigger. */
export function reaches(type: AlgoType, side: Side, trigger: bigint, price: bigint): boolean {
  const upward = type.startsWith('TAKE_PROFIT') ? side === 'SELL' : side === 'BUY';
  return upward ? price >= trigger : price <= trigger;
}

/**
 * Follows the price with a trailing stop; answers whether it fires now. It is activated when the price reaches the
 * activation price (at once without one), then fires when the price comes back by the callback rate from its extreme.
 */
export function trails(order: AlgoOrder, price: number): boolean {
  const selling = order.side === 'SELL';
  if (order.extreme === undefined) {
    const activated =
      order.activatePrice === 0 || (selling ? price >= order.activatePrice : price <= order.activatePrice);
    if (!activated) return false;
    order.extreme = price;
  }
  order.extreme = selling ? Math.max(order.extreme, price) : Math.min(order.extreme, price);
  const back = Math.abs(order.extreme - price);
  return back * 1_000_000 >= order.extreme * order.callbackPpm && back > 0;
}
