/** Conditional orders as Binance's algo service shows them, before and after they wake. */
import { OrderStatus } from '@elvis/trading';
import { ALGO_NUMBER, Digits, OwnOrder, exchangeStatus, isAlgoOrder, shown } from '../order-rows';

/** An order that has woken is known at the exchange by another number; the service still knows it by its own. */
export interface OwnAlgoOrder extends OwnOrder {
  readonly algoId?: string;
}

export function algoRow({ order, clientId, algoId }: OwnAlgoOrder, digits: Digits): string {
  const isTrailing = order.type === 'TRAILING_STOP_MARKET';
  const number = algoId ?? numberOf(order.exchangeOrderId);
  const hasWoken = !isAlgoOrder(order);
  const fields = {
    clientAlgoId: clientId,
    algoType: 'CONDITIONAL',
    orderType: order.type,
    symbol: order.symbol,
    side: order.side,
    positionSide: 'BOTH',
    timeInForce: order.timeInForce ?? 'GTC',
    quantity: shown(order.closePosition ? '0' : order.quantity, digits.quantity),
    algoStatus: statusOf(exchangeStatus(order), hasWoken),
    actualOrderId: hasWoken ? (order.exchangeOrderId ?? '') : '',
    actualPrice: shown(order.averagePrice, digits.price),
    triggerPrice: shown(isTrailing ? '0' : order.stopPrice, digits.price),
    price: shown(order.price, digits.price),
    icebergQuantity: null,
    selfTradePreventionMode: 'EXPIRE_MAKER',
    workingType: order.workingType ?? 'CONTRACT_PRICE',
    priceMatch: 'NONE',
    closePosition: order.closePosition ?? false,
    priceProtect: false,
    reduceOnly: order.reduceOnly ?? false,
    activatePrice: isTrailing ? shown(order.stopPrice, digits.price) : '',
    callbackRate: order.callbackRate ?? '',
    createTime: order.createdAtMs,
    updateTime: order.updatedAtMs,
    triggerTime: hasWoken ? order.updatedAtMs : 0,
    goodTillDate: 0,
  };
  return `{"algoId":${number},${JSON.stringify(fields).slice(1)}`;
}

/** Once awake it is the exchange's; the service has done its part when that order has ended. */
function statusOf(status: OrderStatus, hasWoken: boolean): string {
  if (!hasWoken) return status;
  return status === 'NEW' || status === 'PARTIALLY_FILLED' ? 'TRIGGERED' : 'FINISHED';
}

const numberOf = (exchangeOrderId = ''): string => exchangeOrderId.replace(ALGO_NUMBER, '');
