/** Which rows of an account's history a call answers: from an id on, or of a span of time. */
import { refusals } from '@elvis/simulation';
import { Params } from './params';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface PageRules<Row> {
  readonly maximum: number;
  readonly idOf: (row: Row) => bigint;
  readonly idName: string;
  /** The span to look in, where the call has a rule for it. */
  readonly span?: Span;
  /** Rows a page has where the caller does not say. */
  readonly otherwise?: number;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Rows from an id on; or of a span of time, the oldest first where it has a beginning; or else the newest. */
export function page<Row extends { readonly time: number }>(
  all: readonly Row[],
  params: Params,
  { maximum, idOf, idName, span = plainSpan(params), otherwise = 500 }: PageRules<Row>,
): readonly Row[] {
  const limit = params.limit(otherwise, maximum);
  const first = params.id(idName);
  if (first !== undefined) return all.filter((row) => idOf(row) >= first).slice(0, limit);
  const inside = all.filter(({ time }) => time >= span.from && time <= span.to);
  return params.time('startTime') === undefined ? inside.slice(-limit) : inside.slice(0, limit);
}

const plainSpan = (params: Params): Span => ({
  from: params.time('startTime') ?? 0,
  to: params.time('endTime') ?? Infinity,
});

/** Futures: at most so many days, the last ones where nothing is said. @throws Refusal -4165, -1128 */
export function spanOfDays(params: Params, now: number, days: number, idName?: string): Span {
  const startTime = params.time('startTime');
  const endTime = params.time('endTime');
  const isTimed = startTime !== undefined || endTime !== undefined;
  if (isTimed && idName !== undefined && params.get(idName) !== undefined) throw refusals.badCombination();
  if (startTime !== undefined && endTime !== undefined && endTime - startTime > days * DAY_MS)
    throw refusals.tooManyDays(days);
  const to = endTime ?? (startTime === undefined ? now : startTime + days * DAY_MS);
  return { from: startTime ?? to - days * DAY_MS, to };
}

/**
 * Spot: no more than so many hours between the two.
 *
 * @param without what may not be sent together with a time
 * @throws Refusal -1127, -1128
 */
export function spanOfHours(params: Params, hours: number, ...without: readonly string[]): Span {
  const span = plainSpan(params);
  const isTimed = params.time('startTime') !== undefined || params.time('endTime') !== undefined;
  if (isTimed && without.some((name) => params.get(name) !== undefined)) throw refusals.badCombination();
  if (span.from > 0 && span.to < Infinity && span.to - span.from > hours * HOUR_MS)
    throw refusals.spanTooLong(hours);
  return span;
}
