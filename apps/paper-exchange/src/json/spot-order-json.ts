/** Spot orders as the wire shows them, for each of the three kinds of answer and for every question. */
import { AccountTrade, fromMoney, Instrument, notionalOf, OrderList, SpotOrder } from '@elvis/simulation';
import { priceText, quantityText } from './market-json';

export type SpotView = 'ACK' | 'RESULT' | 'FULL';

/** The answer to a new order. */
export function spotAnswer(
  order: SpotOrder,
  instrument: Instrument,
  view: SpotView,
  fills: readonly AccountTrade[],
): string {
  const ack = `"symbol":"${order.symbol}","orderId":${order.id},"orderListId":${order.listId},"clientOrderId":"${order.clientOrderId}","transactTime":${order.updateTime}`;
  if (view === 'ACK') return `{${ack}}`;
  const rows = fills.map(
    ({ price, quantity, fee, feeAsset, id }) =>
      `{"price":"${priceText(price, instrument)}","qty":"${quantityText(quantity, instrument)}","commission":"${fromMoney(fee)}","commissionAsset":"${feeAsset}","tradeId":${id}}`,
  );
  const full = view === 'FULL' ? `,"fills":[${rows.join(',')}]` : '';
  return `{${ack},${progress(order, instrument)},"workingTime":${order.workingTime},"selfTradePreventionMode":"${order.selfTradePrevention}"${full}}`;
}

/** The answer to a cancel: the order keeps its id under another name, the cancel has one of its own. */
export const spotCancelAnswer = (
  order: SpotOrder,
  instrument: Instrument,
  cancelId: string,
  now: number,
): string =>
  `{"symbol":"${order.symbol}","origClientOrderId":"${order.clientOrderId}","orderId":${order.id},"orderListId":${order.listId},"clientOrderId":"${cancelId}","transactTime":${now},${progress(order, instrument)},"selfTradePreventionMode":"${order.selfTradePrevention}"}`;

/** An order that was made smaller, as the call that did it shows it. */
export const amendedText = (order: SpotOrder, instrument: Instrument, from: string): string =>
  `{"symbol":"${order.symbol}","orderId":${order.id},"orderListId":${order.listId},"origClientOrderId":"${from}","clientOrderId":"${order.clientOrderId}","price":"${priceText(order.price, instrument)}","qty":"${quantityText(order.quantity, instrument)}","executedQty":"${quantityText(order.executed, instrument)}","preventedQty":"${quantityText(0, instrument)}","quoteOrderQty":"${fromMoney(order.quoteOrderQuantity)}","cumulativeQuoteQty":"${fromMoney(order.filledNotional)}","status":"${order.status}","timeInForce":"${order.timeInForce}","type":"${order.type}","side":"${order.side}","workingTime":${order.workingTime},"selfTradePreventionMode":"${order.selfTradePrevention}"}`;

export const spotRow = (order: SpotOrder, instrument: Instrument): string =>
  `{"symbol":"${order.symbol}","orderId":${order.id},"orderListId":${order.listId},"clientOrderId":"${order.clientOrderId}",${progress(order, instrument, true)},"time":${order.time},"updateTime":${order.updateTime},"isWorking":${order.working},"workingTime":${order.workingTime},"selfTradePreventionMode":"${order.selfTradePrevention}"}`;

export const spotTradeRow = (trade: AccountTrade, instrument: Instrument): string => {
  const order = trade.order as SpotOrder;
  return `{"symbol":"${order.symbol}","id":${trade.id},"orderId":${order.id},"orderListId":${order.listId},"price":"${priceText(trade.price, instrument)}","qty":"${quantityText(trade.quantity, instrument)}","quoteQty":"${fromMoney(notionalOf(instrument, trade.price, trade.quantity))}","commission":"${fromMoney(trade.fee)}","commissionAsset":"${trade.feeAsset}","time":${trade.time},"isBuyer":${order.side === 'BUY'},"isMaker":${trade.maker},"isBestMatch":true}`;
};

/** A list that was placed or canceled, with a report of each order. */
export const listAnswer = (list: OrderList, now: number, report: (order: SpotOrder) => string): string =>
  `{${listHead({ ...list, time: now })},"orderReports":[${list.orders.map(report).join(',')}]}`;

/** A list without its orders' reports, as questions show it. */
export const listHead = (list: OrderList): string =>
  `"orderListId":${list.id},"contingencyType":"${list.kind === 'OCO' ? 'OCO' : 'OTO'}","listStatusType":"${list.status === 'EXECUTING' ? 'EXEC_STARTED' : 'ALL_DONE'}","listOrderStatus":"${list.status}","listClientOrderId":"${list.clientId}","transactionTime":${list.time},"symbol":"${list.symbol}","orders":[${list.orders.map((order) => `{"symbol":"${order.symbol}","orderId":${order.id},"clientOrderId":"${order.clientOrderId}"}`).join(',')}]`;

/** Fields that only some orders have. */
function whenItApplies({ trailingDelta, trailingTime, strategyId, strategyType }: SpotOrder): string {
  const trailing =
    trailingDelta > 0 ? `,"trailingDelta":${trailingDelta},"trailingTime":${trailingTime}` : '';
  const strategy = strategyId === undefined ? '' : `,"strategyId":${strategyId}`;
  return `${trailing}${strategy}${strategyType === undefined ? '' : `,"strategyType":${strategyType}`}`;
}

function progress(order: SpotOrder, instrument: Instrument, always = false): string {
  const stop =
    order.stopPrice > 0 || always ? `,"stopPrice":"${priceText(order.stopPrice, instrument)}"` : '';
  const iceberg = always ? `,"icebergQty":"${quantityText(0, instrument)}"` : '';
  return `"price":"${priceText(order.price, instrument)}","origQty":"${quantityText(order.quantity, instrument)}","executedQty":"${quantityText(order.executed, instrument)}","origQuoteOrderQty":"${fromMoney(order.quoteOrderQuantity)}","cummulativeQuoteQty":"${fromMoney(order.filledNotional)}","status":"${order.status}","timeInForce":"${order.timeInForce}","type":"${order.type}","side":"${order.side}"${stop}${iceberg}${whenItApplies(order)}`;
}
