/** An order as it was asked for, checked step by step in the order the exchange checks: precision, range, grid, band, worth. */
import { Instrument, MILLION, notionalOf } from './instrument';
import { PositionSide, SelfTradePrevention, Side, TimeInForce } from './order';
import { Refusal, refusals } from './refusal';
import { decimalsOf, fromUnits, isPlainDecimal, toUnits } from './scaled';

/** The wire's words, not yet judged. */
export interface OrderRequest {
  readonly symbol: string;
  readonly side: string | undefined;
  readonly type: string | undefined;
  readonly positionSide: string | undefined;
  readonly timeInForce: string | undefined;
  readonly quantity: string | undefined;
  readonly price: string | undefined;
  readonly reduceOnly: string | undefined;
  readonly clientOrderId: string | undefined;
  readonly priceMatch: string | undefined;
  readonly selfTradePrevention: string | undefined;
  readonly goodTillDate: string | undefined;
  /** A parameter that came with it and belongs to another type of order. */
  readonly notRequired?: string;
}

/** What an order asks that nobody asked for. */
export const NOTHING_ASKED: Omit<OrderRequest, 'symbol' | 'clientOrderId'> = {
  side: undefined,
  type: undefined,
  positionSide: undefined,
  timeInForce: undefined,
  quantity: undefined,
  price: undefined,
  reduceOnly: undefined,
  priceMatch: undefined,
  selfTradePrevention: 'NONE',
  goodTillDate: undefined,
};

export const CLIENT_ORDER_ID = /^[.A-Z:/a-z0-9_-]{1,36}$/;
const SIDES: readonly string[] = ['BUY', 'SELL'];
const POSITION_SIDES: readonly string[] = ['BOTH', 'LONG', 'SHORT'];
const TIMES_IN_FORCE: readonly string[] = ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'];
const STP: readonly string[] = ['NONE', 'EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH'];
export const CONDITIONAL_TYPES: readonly string[] = [
  'STOP',
  'STOP_MARKET',
  'TAKE_PROFIT',
  'TAKE_PROFIT_MARKET',
  'TRAILING_STOP_MARKET',
];

export function sideOf(text: string | undefined): Side {
  if (text === undefined) throw refusals.missing('side');
  if (!SIDES.includes(text)) throw refusals.badSide();
  return text as Side;
}

export function positionSideOf(text: string | undefined, dualSide: boolean): PositionSide {
  const side = text ?? 'BOTH';
  if (!POSITION_SIDES.includes(side)) throw refusals.badPositionSide();
  if (dualSide === (side === 'BOTH')) throw refusals.positionSideMismatch();
  return side as PositionSide;
}

export function timeInForceOf(text: string | undefined): TimeInForce {
  if (text === undefined) throw refusals.missing('timeInForce');
  if (!TIMES_IN_FORCE.includes(text)) throw refusals.badTimeInForce();
  return text as TimeInForce;
}

export function selfTradePreventionOf(
  text: string | undefined,
  otherwise: SelfTradePrevention,
): SelfTradePrevention {
  if (text === undefined) return otherwise;
  if (!STP.includes(text)) throw refusals.badData('selfTradePreventionMode');
  return text as SelfTradePrevention;
}

export function booleanOf(text: string | undefined, name: string): boolean {
  if (text === undefined) return false;
  const word = text.toLowerCase();
  if (word !== 'true' && word !== 'false') throw refusals.badData(name);
  return word === 'true';
}

export function checkClientOrderId(id: string): string {
  if (!CLIENT_ORDER_ID.test(id)) throw refusals.badClientId();
  return id;
}

/** Whole seconds, more than ten minutes ahead. */
export function goodTillOf(text: string | undefined, now: number): number {
  const date = Number(text);
  if (text === undefined) throw refusals.missing('goodTillDate');
  if (!Number.isInteger(date) || date <= now + 600_000 || date >= 253_402_300_799_000)
    throw refusals.badGoodTillDate();
  return Math.floor(date / 1000) * 1000;
}

export function quantityOf(text: string | undefined, instrument: Instrument, market: boolean): number {
  const quantity = decimalOf(text, 'quantity', instrument.quantityPrecision, instrument.quantityDecimals);
  const { minimum, maximum, step } = market ? instrument.marketLot : instrument.lot;
  if (quantity.below || quantity.units <= 0)
    throw quantity.zero ? refusals.quantityNotPositive() : refusals.quantityTooSmall();
  if (quantity.units < minimum) throw refusals.quantityTooSmall();
  if (quantity.units > maximum) throw refusals.quantityTooLarge();
  if (quantity.units % step !== 0 || quantity.fraction) throw refusals.quantityOffStep();
  return quantity.units;
}

export function priceOf(text: string | undefined, instrument: Instrument, name = 'price'): number {
  const price = decimalOf(text, name, instrument.pricePrecision, instrument.priceDecimals);
  if (price.units < instrument.price.minimum) throw refusals.priceTooLow();
  if (price.units > instrument.price.maximum) throw refusals.priceTooHigh();
  if ((price.units - instrument.price.minimum) % instrument.price.step !== 0 || price.fraction)
    throw refusals.priceOffTick();
  return price.units;
}

/** A limit price may not be better for the market than the band around the mark price allows. */
export function checkBand(side: Side, price: number, markPrice: bigint, instrument: Instrument): void {
  if (markPrice === 0n) return;
  const scale = 10n ** BigInt(8 - instrument.priceDecimals);
  const bound = (ppm: bigint): number => Number((markPrice * ppm) / MILLION / scale);
  if (side === 'BUY') {
    const highest = bound(instrument.buyBand.up);
    if (price > highest) throw refusals.priceAboveBand(fromUnits(highest, instrument.priceDecimals));
  } else {
    const lowest = bound(instrument.sellBand.down);
    if (price < lowest) throw refusals.priceBelowBand(fromUnits(lowest, instrument.priceDecimals));
  }
}

export function checkNotional(instrument: Instrument, price: number, quantity: number): Refusal | undefined {
  return notionalOf(instrument, price, quantity) < instrument.minNotional
    ? refusals.notionalTooSmall(String(instrument.minNotional / 100_000_000n))
    : undefined;
}

interface ReadDecimal {
  readonly units: number;
  readonly zero: boolean;
  readonly below: boolean;
  /** Digits finer than the units: on no grid. */
  readonly fraction: boolean;
}

function decimalOf(text: string | undefined, name: string, precision: number, decimals: number): ReadDecimal {
  if (text === undefined || text === '') throw refusals.missing(name);
  if (text.startsWith('-') && isPlainDecimal(text.slice(1)))
    throw name === 'quantity' ? refusals.quantityNotPositive() : refusals.priceTooLow();
  if (!isPlainDecimal(text)) throw refusals.illegal(name);
  if (decimalsOf(text) > precision) throw refusals.precision();
  const units = toUnits(text, decimals);
  if (!Number.isSafeInteger(units))
    throw name === 'quantity' ? refusals.quantityTooLarge() : refusals.priceTooHigh();
  return {
    units,
    zero: /^[0.]+$/.test(text),
    below: units === 0,
    fraction: decimalsOf(text) > decimals,
  };
}
