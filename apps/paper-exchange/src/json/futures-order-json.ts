/** Futures orders as the wire shows them. Built by hand: the order path is what benchmarks measure. */
import { Amendment, averagePrice, fromMoney, fromUnits, Instrument, Order } from '@elvis/simulation';

/** `ACK` shows the order as it was when it was taken in, before it matched. */
export type OrderView = 'ACK' | 'RESULT';

/** The answer to placing, changing and canceling. */
export function orderAnswer(order: Order, instrument: Instrument, view: OrderView = 'RESULT'): string {
  const { executed, notional, average } = progressOf(order, instrument, view);
  return `{"orderId":${order.id},"symbol":"${order.symbol}","status":"${view === 'ACK' ? 'NEW' : order.status}","clientOrderId":"${order.clientOrderId}","price":"${price(order.price, instrument)}","avgPrice":"${average}","origQty":"${quantity(order.quantity, instrument)}","executedQty":"${executed}","cumQty":"${executed}","cumQuote":"${notional}",${tail(order, instrument)},"updateTime":${order.updateTime}}`;
}

/** The answer to asking about an order. */
export function orderRow(order: Order, instrument: Instrument): string {
  const { executed, notional, average } = progressOf(order, instrument, 'RESULT');
  return `{"orderId":${order.id},"symbol":"${order.symbol}","status":"${order.status}","clientOrderId":"${order.clientOrderId}","price":"${price(order.price, instrument)}","avgPrice":"${average}","origQty":"${quantity(order.quantity, instrument)}","executedQty":"${executed}","cumQuote":"${notional}",${tail(order, instrument)},"time":${order.time},"updateTime":${order.updateTime}}`;
}

/** One line of an order's edit history. */
export const amendmentText = (
  { id, order, time, price: prices, quantity: quantities, count }: Amendment,
  instrument: Instrument,
): string =>
  `{"amendmentId":${id},"symbol":"${order.symbol}","pair":"${order.symbol}","orderId":${order.id},"clientOrderId":"${order.clientOrderId}","time":${time},"amendment":{"price":{"before":"${price(prices[0], instrument)}","after":"${price(prices[1], instrument)}"},"origQty":{"before":"${quantity(quantities[0], instrument)}","after":"${quantity(quantities[1], instrument)}"},"count":${count}},"priceMatch":"${order.priceMatch}"}`;

function progressOf(order: Order, instrument: Instrument, view: OrderView) {
  const shown = instrument.priceDecimals + instrument.quantityDecimals;
  const executed = view === 'ACK' ? 0 : order.executed;
  const notional = view === 'ACK' ? 0n : order.filledNotional;
  return {
    executed: quantity(executed, instrument),
    notional: fromMoney(notional, shown),
    average: averageText(notional, executed, instrument),
  };
}

/** The average fill price with a few digits more than a price has. */
export const averageText = (notional: bigint, executed: number, instrument: Instrument): string =>
  fromMoney(averagePrice(instrument, notional, executed), Math.min(instrument.priceDecimals + 3, 8));

function tail(order: Order, instrument: Instrument): string {
  return `"timeInForce":"${order.timeInForce}","type":"${order.type}","reduceOnly":${order.reduceOnly && order.positionSide === 'BOTH'},"closePosition":${order.closePosition},"side":"${order.side}","positionSide":"${order.positionSide}","stopPrice":"${price(order.stopPrice, instrument)}","workingType":"CONTRACT_PRICE","priceProtect":false,"origType":"${order.origType}","priceMatch":"${order.priceMatch}","selfTradePreventionMode":"${order.selfTradePrevention}","goodTillDate":${order.goodTillDate}`;
}

const price = (units: number, { priceDecimals, priceShown }: Instrument): string =>
  fromUnits(units, priceDecimals, priceShown);
const quantity = (units: number, { quantityDecimals, quantityShown }: Instrument): string =>
  fromUnits(units, quantityDecimals, quantityShown);
