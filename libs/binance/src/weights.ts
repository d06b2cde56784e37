/**
 * What a call costs before it is sent: request weight of the IP, and orders of the account.
 *
 * The table is data in `weights.data.ts`. A call that is not in it has no price and may not be sent: a guess that
 * is too low ends in a ban.
 */
import { Market } from '@elvis/trading';
import { FUTURES_PRICES, Price, SPOT_PRICES } from './weights.data';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';
export type CallParameters = Readonly<Record<string, unknown>>;

export interface CallCost {
  /** Request weight, charged to the IP. */
  readonly weight: number;
  /** Orders, charged to the account in windows shorter than a minute. */
  readonly orders: number;
  /** Orders in windows of a minute and longer: a batch of five counts once there. */
  readonly ordersLong: number;
}

export interface Call {
  readonly market: Market;
  readonly method: HttpMethod;
  readonly path: string;
  readonly params?: CallParameters;
}

const TABLES: Readonly<Record<Market, ReadonlyMap<string, Price>>> = {
  futures: tableOf(FUTURES_PRICES),
  spot: tableOf(SPOT_PRICES),
};

/** @throws RangeError the call has no price: add it to `weights.data.ts` with its source */
export function costOf({ market, method, path, params = {} }: Call): CallCost {
  const price = TABLES[market].get(`${method} ${path}`);
  if (!price) throw new RangeError(`No weight is known for ${market} ${method} ${path}`);
  return {
    weight: weightOf(price.weight, params),
    orders: price.orders ?? 0,
    ordersLong: price.ordersLong ?? price.orders ?? 0,
  };
}

function tableOf(prices: readonly Price[]): ReadonlyMap<string, Price> {
  return new Map(prices.flatMap((price) => price.calls.map((call) => [call, price] as const)));
}

function weightOf(weight: Price['weight'], params: CallParameters): number {
  if (typeof weight === 'number') return weight;
  const given = weight.by.find((name) => isGiven(params[name]));
  if (given === undefined && !('assumed' in weight)) return weight.otherwise;
  if ('given' in weight) return weight.given;
  const size = given === undefined ? weight.assumed : sizeOf(params[given]);
  return weight.upTo.find(([most]) => size <= most)?.[1] ?? weight.otherwise;
}

const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && value !== false && value !== 'false';

/** A limit is its number, a list of symbols its length, one name counts as one; what cannot be read is taken as the largest. */
function sizeOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  if (typeof value === 'number') return Number.isFinite(value) ? value : Infinity;
  if (typeof value !== 'string') return Infinity;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  return value.split(',').length;
}
