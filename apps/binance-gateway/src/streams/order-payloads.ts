/** What happened to an order, in the words of the exchange's user streams. */
import { Fill, OrderView, isConditional } from '@elvis/trading';
import { Digits, OwnOrder, exchangeStatus, isAlgoOrder, quoteOf, shown } from '../orders/order-rows';

/** The exchange's word for what happened; undefined for what it does not tell. */
const EXECUTIONS: Readonly<Record<string, string>> = {
  'elvis.event.order.placed': 'NEW',
  'elvis.event.order.filled': 'TRADE',
  'elvis.event.order.canceled': 'CANCELED',
  'elvis.event.order.expired': 'EXPIRED',
  'elvis.event.order.updated': 'AMENDMENT',
  'elvis.event.order.reopened': 'NEW',
};

export const executionOf = (type: string): string | undefined => EXECUTIONS[type];

const plainType = (type: OrderView['type']): string =>
  !isConditional(type) ? type : type === 'STOP' || type === 'TAKE_PROFIT' ? 'LIMIT' : 'MARKET';
/** Numbers are text until they are written: they may be larger than a double holds. */
const numbered = (fields: object, place: string, number: string): string =>
  JSON.stringify(fields).replace(`"${place}":"#"`, `"${place}":${number}`);
const numberOf = ({ exchangeOrderId = '0' }: OrderView): string => exchangeOrderId.replace('algo:', '');

export function futuresOrderPayload(
  { order, clientId }: OwnOrder,
  execution: string,
  atMs: number,
  digits: Digits,
  fill?: Fill,
): string {
  const price = (value?: string): string => shown(value, digits.price);
  const quantity = (value?: string): string => shown(value, digits.quantity);
  const fields = {
    s: order.symbol,
    c: clientId,
    S: order.side,
    o: plainType(order.type),
    f: order.timeInForce ?? 'GTC',
    q: quantity(order.quantity),
    p: price(order.price),
    ap: price(order.averagePrice),
    sp: price(order.stopPrice),
    x: execution,
    X: exchangeStatus(order),
    i: '#',
    l: quantity(fill?.quantity),
    z: quantity(order.filledQuantity),
    L: price(fill?.price),
    ...(fill && { N: fill.feeAsset, n: fill.fee }),
    T: fill?.tradedAtMs ?? order.updatedAtMs,
    t: Number(fill?.tradeId ?? 0),
    b: '0',
    a: '0',
    m: fill?.isMaker ?? false,
    R: order.reduceOnly ?? false,
    wt: order.workingType ?? 'CONTRACT_PRICE',
    ot: plainType(order.type),
    ps: 'BOTH',
    cp: order.closePosition ?? false,
    rp: fill?.realizedPnl ?? '0',
    pP: false,
    si: 0,
    ss: 0,
    V: 'EXPIRE_MAKER',
    pm: 'NONE',
    gtd: 0,
    er: '0',
  };
  const at = fill?.tradedAtMs ?? order.updatedAtMs;
  return `{"e":"ORDER_TRADE_UPDATE","T":${at},"E":${atMs},"o":${numbered(fields, 'i', numberOf(order))}}`;
}

export function algoOrderPayload({ order, clientId }: OwnOrder, atMs: number, digits: Digits): string {
  const isWaiting = isAlgoOrder(order);
  const fields = {
    caid: clientId,
    aid: '#',
    at: 'CONDITIONAL',
    o: order.type,
    s: order.symbol,
    S: order.side,
    ps: 'BOTH',
    f: order.timeInForce ?? 'GTC',
    q: shown(order.quantity, digits.quantity),
    X: isWaiting ? exchangeStatus(order) : 'TRIGGERED',
    ai: isWaiting ? '' : numberOf(order),
    tp: shown(order.stopPrice, digits.price),
    p: shown(order.price, digits.price),
    V: 'EXPIRE_MAKER',
    wt: order.workingType ?? 'CONTRACT_PRICE',
    pm: 'NONE',
    cp: order.closePosition ?? false,
    pP: false,
    R: order.reduceOnly ?? false,
    tt: isWaiting ? 0 : order.updatedAtMs,
    gtd: 0,
    rm: order.reason ?? '',
  };
  return `{"e":"ALGO_UPDATE","T":${order.updatedAtMs},"E":${atMs},"o":${numbered(fields, 'aid', numberOf(order))}}`;
}

export function spotOrderPayload(
  { order, clientId }: OwnOrder,
  execution: string,
  atMs: number,
  digits: Digits,
  fill?: Fill,
): string {
  const price = (value?: string): string => shown(value, digits.price);
  const quantity = (value?: string): string => shown(value, digits.quantity);
  const isCancel = execution === 'CANCELED';
  const at = fill?.tradedAtMs ?? order.updatedAtMs;
  const fields = {
    e: 'executionReport',
    E: atMs,
    s: order.symbol,
    c: isCancel ? `e-${order.clientOrderId.slice(-22)}` : clientId,
    S: order.side,
    o: order.type,
    f: order.timeInForce ?? 'GTC',
    q: quantity(order.quantity),
    p: price(order.price),
    P: price(order.stopPrice),
    F: quantity('0'),
    g: -1,
    C: isCancel ? clientId : '',
    x: execution === 'AMENDMENT' ? 'REPLACED' : execution,
    X: exchangeStatus(order),
    r: 'NONE',
    i: '#',
    l: quantity(fill?.quantity),
    z: quantity(order.filledQuantity),
    L: price(fill?.price),
    n: fill?.fee ?? '0',
    N: fill?.feeAsset ?? null,
    T: at,
    t: fill ? Number(fill.tradeId) : -1,
    w: exchangeStatus(order) === 'NEW' || exchangeStatus(order) === 'PARTIALLY_FILLED',
    m: fill?.isMaker ?? false,
    M: false,
    O: order.createdAtMs,
    Z: quantity(quoteOf(order)),
    Y: quantity(fill?.quoteQuantity),
    Q: quantity('0'),
    W: order.createdAtMs,
    V: 'EXPIRE_MAKER',
  };
  return numbered(fields, 'i', numberOf(order));
}
