/** What both markets answer out of their tapes: candles, trades and aggregates by id, time and limit. */
import { Instrument, Interval, INTERVALS, refusals, Tape, WindowRule } from '@elvis/simulation';
import { aggregateText, candleText, tradeText } from '../json/market-json';
import { CandleHistory } from '../candles/candle-history';
import { Params } from './params';

/** A meter as `rateLimits` announces it. */
export const announced = (rateLimitType: string, { interval, intervalNum, limit }: WindowRule) => ({
  rateLimitType,
  interval,
  intervalNum,
  limit,
});

/** @throws Refusal -1120; candles of a second are for spot alone */
export function intervalOf(params: Params, isSpot: boolean): Interval {
  const interval = INTERVALS.get(params.required('interval'));
  if (!interval || (interval.name === '1s' && !isSpot)) throw refusals.badInterval();
  return interval;
}

/** The span of rows that is asked for: from `startTime` on, or the newest. */
export const spanOf = (params: Params, most: number) => ({
  startTime: params.time('startTime'),
  endTime: params.time('endTime'),
  limit: params.limit(500, most),
});

export function candleRows(
  params: Params,
  history: CandleHistory,
  instrument: Instrument,
  now: number,
  {
    most,
    isSpot,
    aheadMs = 0,
  }: { readonly most: number; readonly isSpot: boolean; readonly aheadMs?: number },
): string {
  const interval = intervalOf(params, isSpot);
  const rows = history.candles(interval, { ...spanOf(params, most), aheadMs }, now);
  return `[${rows.map((candle) => candleText(candle, interval.after(candle.openTime, aheadMs), instrument)).join(',')}]`;
}

/** @param most trades there may be in one answer */
export function tradeRows(
  params: Params,
  { prints }: Tape,
  instrument: Instrument,
  isSpot: boolean,
  most = 1000,
): string {
  const limit = params.limit(500, most);
  const fromId = params.integer('fromId');
  const chosen =
    fromId === undefined ? prints.slice(-limit) : prints.filter(({ id }) => id >= fromId).slice(0, limit);
  return `[${chosen.map((print) => tradeText(print, instrument, isSpot)).join(',')}]`;
}

/** Aggregates from an id on, or of a span of time; each is told once nothing more can come to it. */
export function aggregateRows(params: Params, tape: Tape, instrument: Instrument, isSpot: boolean): string {
  const fromId = params.integer('fromId');
  const { startTime, endTime, limit } = spanOf(params, 1000);
  const isTimed = startTime !== undefined || endTime !== undefined;
  if (fromId !== undefined && isTimed) throw refusals.badCombination();
  const rows =
    fromId === undefined
      ? tape.aggregatesBetween(startTime ?? 0, endTime ?? Infinity, limit, startTime === undefined)
      : tape.aggregatesFrom(fromId, limit);
  return `[${rows.map((trade) => aggregateText(trade, instrument, isSpot)).join(',')}]`;
}
