/**
 * What a call costs before it is sent: request weight of the IP, and orders of the account.
 *
 * The table is data in `weights.data.ts`. A call that is not in it has no price and may not be sent: a guess that
 * is too low ends in a ban.
 */
import { Market } from '@elvis/trading';
import { BinanceRequest } from '../wire/request';
import { Parameters } from '../wire/signing';
import { FUTURES_PRICES, Price, SPOT_PRICES } from './weights.data';

export interface CallCost {
  /** Request weight, charged to the IP. */
  readonly weight: number;
  /** Orders, charged to the account in windows shorter than a minute. */
  readonly orders: number;
  /** Orders in windows of a minute and longer: a batch of five counts once there. */
  readonly ordersLong: number;
}

const TABLES: Readonly<Record<Market, ReadonlyMap<string, Price>>> = {
  futures: tableOf(FUTURES_PRICES),
  spot: tableOf(SPOT_PRICES),
};

/** @throws RangeError the call has no price: add it to `weights.data.ts` with its source */
export function costOf({
  market,
  method,
  path,
  parameters,
}: Pick<BinanceRequest, 'market' | 'method' | 'path' | 'parameters'>): CallCost {
  const price = TABLES[market].get(`${method} ${path}`);
  if (!price)
    throw new RangeError(
      `No request weight is recorded for ${market} ${method} ${path}, so it was not sent; add it to the table of weights`,
    );
  return {
    weight: weightOf(price.weight, parameters),
    orders: price.orders ?? 0,
    ordersLong: price.ordersLong ?? price.orders ?? 0,
  };
}

function tableOf(prices: readonly Price[]): ReadonlyMap<string, Price> {
  return new Map(prices.flatMap((price) => price.calls.map((call) => [call, price] as const)));
}

function weightOf(weight: Price['weight'], parameters: Parameters): number {
  if (typeof weight === 'number') return weight;
  const name = weight.by.find((candidate) => isGiven(parameters[candidate]));
  if ('given' in weight) return name === undefined ? weight.otherwise : weight.given;
  const size = name === undefined ? weight.assumed : sizeOf(parameters[name], weight.measure);
  return weight.upTo.find(([most]) => size <= most)?.[1] ?? weight.otherwise;
}

const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && value !== false && value !== 'false';

/** A number's value or a list's length; what cannot be read is taken as the largest. */
function sizeOf(value: unknown, measure: 'number' | 'list'): number {
  if (measure === 'number') return /^\d{1,9}$/.test(String(value)) ? Number(value) : Infinity;
  if (Array.isArray(value)) return value.length;
  return typeof value === 'string' ? value.split(',').length : Infinity;
}
