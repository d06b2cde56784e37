/** A spot order as it was asked for, checked against the symbol's filters in the exchange's order. */
import { Instrument, MILLION, notionalOf } from '../shared/instrument';
import { OrderType, SelfTradePrevention, Side, TimeInForce } from '../shared/order';
import { CLIENT_ORDER_ID, selfTradePreventionOf, sideOf } from '../shared/order-request';
import { refusals } from '../shared/refusal';
import { decimalsOf, isPlainDecimal, toMoney, toUnits } from '../shared/scaled';
import { spotRefusals } from './spot-refusals';
import { SymbolMarket } from '../matching/symbol-market';

export interface SpotRequest {
  readonly symbol: string;
  readonly side: string | undefined;
  readonly type: string | undefined;
  readonly timeInForce: string | undefined;
  readonly quantity: string | undefined;
  readonly quoteOrderQty: string | undefined;
  readonly price: string | undefined;
  readonly stopPrice: string | undefined;
  readonly icebergQty: string | undefined;
  readonly clientOrderId: string | undefined;
  readonly selfTradePrevention: string | undefined;
}

export interface CheckedSpotOrder {
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly quantity: number;
  readonly quoteOrderQuantity: bigint;
  readonly price: number;
  readonly stopPrice: number;
  readonly icebergQuantity: number;
  readonly selfTradePrevention: SelfTradePrevention;
}

const TYPES: Readonly<Record<string, readonly string[]>> = {
  LIMIT: ['timeInForce', 'quantity', 'price'],
  MARKET: [],
  LIMIT_MAKER: ['quantity', 'price'],
  STOP_LOSS: ['quantity', 'stopPrice'],
  STOP_LOSS_LIMIT: ['timeInForce', 'quantity', 'price', 'stopPrice'],
  TAKE_PROFIT: ['quantity', 'stopPrice'],
  TAKE_PROFIT_LIMIT: ['timeInForce', 'quantity', 'price', 'stopPrice'],
};
const TIMES_IN_FORCE: readonly string[] = ['GTC', 'IOC', 'FOK'];

export const isStop = (type: string): boolean =>
  type.startsWith('STOP_LOSS') || type.startsWith('TAKE_PROFIT');
export const hasLimit = (type: string): boolean => type.includes('LIMIT');

export function checkSpotRequest(request: SpotRequest, market: SymbolMarket): CheckedSpotOrder {
  const { instrument } = market;
  const side = sideOf(request.side);
  if (request.type === undefined) throw refusals.missing('type');
  const needed = TYPES[request.type];
  if (!needed) throw refusals.badOrderType();
  const type = request.type as OrderType;
  for (const name of needed)
    if (request[name as keyof SpotRequest] === undefined) throw refusals.missing(name);
  if (type === 'MARKET' && (request.quantity === undefined) === (request.quoteOrderQty === undefined))
    throw request.quantity === undefined
      ? spotRefusals.emptyParameter("quantity' or 'quoteOrderQty")
      : spotRefusals.badCombination();
  if (!hasLimit(type) && request.price !== undefined) throw refusals.notRequired('price');
  if (!hasLimit(type) && request.timeInForce !== undefined) throw refusals.notRequired('timeInForce');
  if (request.timeInForce !== undefined && !TIMES_IN_FORCE.includes(request.timeInForce))
    throw refusals.badTimeInForce();
  if (request.clientOrderId !== undefined && !CLIENT_ORDER_ID.test(request.clientOrderId))
    throw refusals.illegal('newClientOrderId');
  const selfTradePrevention = selfTradePreventionOf(request.selfTradePrevention, 'EXPIRE_MAKER');
  const price = hasLimit(type) ? priceOf(request.price!, 'price', instrument) : 0;
  const stopPrice = isStop(type) ? priceOf(request.stopPrice!, 'stopPrice', instrument) : 0;
  if (price > 0) checkBand(side, price, market);
  const quoteOrderQuantity = request.quoteOrderQty === undefined ? 0n : amountOf(request.quoteOrderQty);
  const quantity =
    request.quantity === undefined ? 0 : spotQuantityOf(request.quantity, instrument, type === 'MARKET');
  const reference = price || stopPrice || market.best(side === 'BUY' ? 'SELL' : 'BUY') || market.lastPrice;
  const worth = quoteOrderQuantity > 0n ? quoteOrderQuantity : notionalOf(instrument, reference, quantity);
  if (worth < instrument.minNotional) throw spotRefusals.filter('NOTIONAL');
  return {
    side,
    type,
    timeInForce: (request.timeInForce ?? 'GTC') as TimeInForce,
    quantity,
    quoteOrderQuantity,
    price,
    stopPrice,
    icebergQuantity:
      request.icebergQty === undefined ? 0 : spotQuantityOf(request.icebergQty, instrument, false),
    selfTradePrevention,
  };
}

function priceOf(text: string, name: string, instrument: Instrument): number {
  const units = unitsOf(text, name, instrument.pricePrecision, instrument.priceDecimals);
  const { minimum, maximum, step } = instrument.price;
  if (decimalsOf(text) > instrument.priceDecimals || units < minimum || units > maximum || units % step !== 0)
    throw spotRefusals.filter('PRICE_FILTER');
  return units;
}

export function spotQuantityOf(text: string, instrument: Instrument, market: boolean): number {
  const units = unitsOf(text, 'quantity', instrument.quantityPrecision, instrument.quantityDecimals);
  const { minimum, maximum, step } = instrument.lot;
  if (
    decimalsOf(text) > instrument.quantityDecimals ||
    units < minimum ||
    units > maximum ||
    units % step !== 0
  )
    throw spotRefusals.filter('LOT_SIZE');
  if (market && units > instrument.marketLot.maximum) throw spotRefusals.filter('MARKET_LOT_SIZE');
  return units;
}

function unitsOf(text: string, name: string, precision: number, decimals: number): number {
  if (!isPlainDecimal(text)) throw refusals.illegal(name);
  if (decimalsOf(text) > precision) throw spotRefusals.precision(name);
  const units = toUnits(text, decimals);
  if (!Number.isSafeInteger(units)) throw refusals.illegal(name);
  return units;
}

function amountOf(text: string): bigint {
  if (!isPlainDecimal(text)) throw refusals.illegal('quoteOrderQty');
  if (decimalsOf(text) > 8) throw spotRefusals.precision('quoteOrderQty');
  return toMoney(text);
}

/** Buys and sells have bands of their own around the last price. */
function checkBand(side: Side, price: number, { instrument, lastPrice }: SymbolMarket): void {
  if (lastPrice === 0) return;
  const { up, down } = side === 'BUY' ? instrument.buyBand : instrument.sellBand;
  const scaled = BigInt(price) * MILLION;
  if (scaled > BigInt(lastPrice) * up || scaled < BigInt(lastPrice) * down)
    throw spotRefusals.filter('PERCENT_PRICE_BY_SIDE');
}
