/** A conditional order as it was asked for: its words, and what goes with which type. */
import { AlgoType, WorkingType } from './algo-orders';
import { FuturesSymbol, markUnits } from './futures-symbol';
import { Side } from '../shared/order';
import { CONDITIONAL_TYPES, OrderRequest } from '../shared/order-request';
import { refusals } from '../shared/refusal';
import { isPlainDecimal, toMoney } from '../shared/scaled';

export interface AlgoRequest extends OrderRequest {
  readonly triggerPrice: string | undefined;
  readonly workingType: string | undefined;
  readonly closePosition: string | undefined;
  readonly priceProtect: string | undefined;
  readonly activatePrice: string | undefined;
  readonly callbackRate: string | undefined;
}

const SMALLEST_CALLBACK_PPM = 1_000;
const LARGEST_CALLBACK_PPM = 200_000;

/** A trailing sell is activated from above, a buy from below: the other side would be active at once. */
export const activatedAlready = (side: Side, activatePrice: number, price: number): boolean =>
  side === 'SELL' ? price >= activatePrice : price <= activatePrice;

/** A parameter that this type of order does not take, where one was sent. */
export function notTaken(request: AlgoRequest, market: boolean, trailing: boolean): string | undefined {
  const others: (keyof AlgoRequest)[] = [
    ...(market ? (['price', 'priceMatch'] as const) : []),
    ...(request.priceMatch === undefined ? [] : (['price'] as const)),
    ...(trailing ? (['triggerPrice'] as const) : (['activatePrice', 'callbackRate'] as const)),
  ];
  return others.find((name) => request[name] !== undefined);
}

/** Whether mark and last price are further apart than a protected trigger allows. */
export function isApart(symbol: FuturesSymbol): boolean {
  const mark = markUnits(symbol);
  const apart = Math.abs(mark - symbol.market.lastPrice);
  return apart * 1_000_000 > mark * Number(symbol.instrument.triggerProtect);
}

export function algoTypeOf(text: string | undefined): AlgoType {
  if (text === undefined) throw refusals.missing('type');
  if (!CONDITIONAL_TYPES.includes(text)) throw refusals.badOrderType();
  return text as AlgoType;
}

export function workingTypeOf(text: string | undefined): WorkingType {
  if (text === undefined) return 'CONTRACT_PRICE';
  if (text !== 'MARK_PRICE' && text !== 'CONTRACT_PRICE') throw refusals.badData('workingType');
  return text;
}

/** The callback rate is a percentage between 0.1 and 20. */
export function callbackOf(text: string | undefined): number {
  if (text === undefined) throw refusals.missing('callbackRate');
  if (!isPlainDecimal(text)) throw refusals.illegal('callbackRate');
  const ppm = Number(toMoney(text) / 10_000n);
  if (ppm < SMALLEST_CALLBACK_PPM || ppm > LARGEST_CALLBACK_PPM) throw refusals.badCallbackRate();
  return ppm;
}
