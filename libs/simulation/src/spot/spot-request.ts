/** A spot order as it was asked for, checked against the symbol's filters in the exchange's order. */
import { Instrument, MILLION, notionalOf } from '../shared/instrument';
import { OrderType, SelfTradePrevention, Side, TimeInForce } from '../shared/order';
import { CLIENT_ORDER_ID, selfTradePreventionOf, sideOf } from '../shared/order-request';
import { INTEGER_RANGE, refusals } from '../shared/refusal';
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
  readonly trailingDelta?: string | undefined;
  readonly icebergQty: string | undefined;
  readonly clientOrderId: string | undefined;
  readonly selfTradePrevention: string | undefined;
  readonly strategyId?: string | undefined;
  readonly strategyType?: string | undefined;
  /** Whether its price is to follow the book. */
  readonly isPegged?: boolean;
}

export interface CheckedSpotOrder {
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly quantity: number;
  readonly quoteOrderQuantity: bigint;
  readonly price: number;
  /** 0 for a stop that only trails. */
  readonly stopPrice: number;
  /** In basis points; 0 for an order that does not trail. */
  readonly trailingDelta: number;
  readonly selfTradePrevention: SelfTradePrevention;
  readonly strategyId?: bigint;
  readonly strategyType?: number;
}

const TYPES: Readonly<Record<string, readonly string[]>> = {
  LIMIT: ['timeInForce', 'quantity', 'price'],
  MARKET: [],
  LIMIT_MAKER: ['quantity', 'price'],
  STOP_LOSS: ['quantity'],
  STOP_LOSS_LIMIT: ['timeInForce', 'quantity', 'price'],
  TAKE_PROFIT: ['quantity'],
  TAKE_PROFIT_LIMIT: ['timeInForce', 'quantity', 'price'],
};
const TIMES_IN_FORCE: readonly string[] = ['GTC', 'IOC', 'FOK'];
/** Strategy types below are the exchange's own. */
const FIRST_STRATEGY_TYPE = 1_000_000;

export const isStop = (type: string): boolean =>
  type.startsWith('STOP_LOSS') || type.startsWith('TAKE_PROFIT');
export const hasLimit = (type: string): boolean => type.includes('LIMIT');

/** What this type of order does not take, where it was sent. */
function notTaken(type: string, request: SpotRequest): string | undefined {
  const others: (keyof SpotRequest)[] = [
    ...(hasLimit(type) ? [] : (['price'] as const)),
    ...(hasLimit(type) && type !== 'LIMIT_MAKER' ? [] : (['timeInForce'] as const)),
    ...(isStop(type) ? [] : (['stopPrice', 'trailingDelta'] as const)),
    ...(type === 'MARKET' ? [] : (['quoteOrderQty'] as const)),
  ];
  return others.find((name) => request[name] !== undefined);
}

export function checkSpotRequest(request: SpotRequest, market: SymbolMarket): CheckedSpotOrder {
  const { instrument } = market;
  const side = sideOf(request.side);
  if (request.type === undefined) throw refusals.missing('type');
  const needed = TYPES[request.type];
  if (!needed) throw refusals.badOrderType();
  const type = request.type as OrderType;
  if (request.isPegged) throw spotRefusals.noPegging();
  if (request.icebergQty !== undefined) throw spotRefusals.noIcebergs();
  for (const name of needed)
    if (request[name as keyof SpotRequest] === undefined) throw refusals.missing(name);
  if (type === 'MARKET' && (request.quantity === undefined) === (request.quoteOrderQty === undefined))
    throw request.quantity === undefined
      ? spotRefusals.emptyParameter("quantity' or 'quoteOrderQty")
      : refusals.badCombination();
  if (isStop(type) && request.stopPrice === undefined && request.trailingDelta === undefined)
    throw spotRefusals.emptyParameter("stopPrice' or 'trailingDelta");
  const extra = notTaken(type, request);
  if (extra !== undefined) throw refusals.notRequired(extra);
  if (request.timeInForce !== undefined && !TIMES_IN_FORCE.includes(request.timeInForce))
    throw refusals.badTimeInForce();
  const timeInForce = (request.timeInForce ?? 'GTC') as TimeInForce;
  if (request.clientOrderId !== undefined && !CLIENT_ORDER_ID.test(request.clientOrderId))
    throw refusals.illegal('newClientOrderId', CLIENT_ORDER_ID.source);
  const selfTradePrevention = selfTradePreventionOf(request.selfTradePrevention, 'EXPIRE_MAKER');
  const strategy = strategyOf(request);
  const price = hasLimit(type) ? priceOf(request.price!, 'price', instrument) : 0;
  const stopPrice = request.stopPrice === undefined ? 0 : priceOf(request.stopPrice, 'stopPrice', instrument);
  const trailingDelta = trailingOf(request, type, side, instrument);
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
    timeInForce,
    quantity,
    quoteOrderQuantity,
    price,
    stopPrice,
    trailingDelta,
    selfTradePrevention,
    ...strategy,
  };
}

/** @throws Refusal -1100, -1134 */
function strategyOf({ strategyId, strategyType }: SpotRequest) {
  for (const [name, value] of Object.entries({ strategyId, strategyType }))
    if (value !== undefined && !/^\d{1,18}$/.test(value)) throw refusals.illegal(name, INTEGER_RANGE);
  if (strategyType !== undefined && Number(strategyType) < FIRST_STRATEGY_TYPE)
    throw spotRefusals.badStrategyType();
  return {
    ...(strategyId === undefined ? {} : { strategyId: BigInt(strategyId) }),
    ...(strategyType === undefined ? {} : { strategyType: Number(strategyType) }),
  };
}

/** @throws Refusal -1100, -2010 the symbol has no trailing stops, -1013 outside its bounds */
function trailingOf(request: SpotRequest, type: string, side: Side, instrument: Instrument): number {
  const text = request.trailingDelta;
  if (text === undefined) return 0;
  if (!/^\d{1,9}$/.test(text)) throw refusals.illegal('trailingDelta', INTEGER_RANGE);
  if (!instrument.trailing) throw spotRefusals.noTrailing();
  const isAbove = type.startsWith('STOP_LOSS') === (side === 'BUY');
  const [least, most] = isAbove ? instrument.trailing.above : instrument.trailing.below;
  const delta = Number(text);
  if (delta < least || delta > most) throw spotRefusals.filter('TRAILING_DELTA');
  return delta;
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
