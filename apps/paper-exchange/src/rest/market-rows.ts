/** What both markets answer out of their tapes: candles, trades and aggregates by id, time and limit. */
import { folded, Instrument, INTERVALS, refusals, Tape, WindowRule } from '@elvis/simulation';
import { aggregateText, candleText, tradeText } from '../json/market-json';
import { Params } from './params';

/** A meter as `rateLimits` announces it. */
export const announced = (rateLimitType: string, { interval, intervalNum, limit }: WindowRule) => ({
  rateLimitType,
  interval,
  intervalNum,
  limit,
});

/** The span of candles that is asked for: from `startTime` on, or the newest. */
export function spanOf(params: Params, most: number) {
  const intervalMs = INTERVALS[params.required('interval')];
  if (intervalMs === undefined) throw refusals.badInterval();
  const limit = params.limit(500, most);
  const startTime = params.integer('startTime');
  const endTime = params.integer('endTime');
  const select = <Row extends { readonly openTime: number }>(rows: readonly Row[]): readonly Row[] => {
    const inside = rows.filter(
      ({ openTime }) =>
        (startTime === undefined || openTime >= startTime) && (endTime === undefined || openTime <= endTime),
    );
    return startTime === undefined ? inside.slice(-limit) : inside.slice(0, limit);
  };
  return { intervalMs, select };
}

export function candleRows(params: Params, tape: Tape, instrument: Instrument, most: number): string {
  const { intervalMs, select } = spanOf(params, most);
  const rows = select(folded(tape.candles, intervalMs));
  return `[${rows.map((candle) => candleText(candle, intervalMs, instrument)).join(',')}]`;
}

export function tradeRows(params: Params, { prints }: Tape, instrument: Instrument, spot: boolean): string {
  const limit = params.limit(500, 1000);
  const fromId = params.integer('fromId');
  const chosen =
    fromId === undefined ? prints.slice(-limit) : prints.filter(({ id }) => id >= fromId).slice(0, limit);
  return `[${chosen.map((print) => tradeText(print, instrument, spot)).join(',')}]`;
}

export function aggregateRows(
  params: Params,
  { aggregates }: Tape,
  instrument: Instrument,
  spot: boolean,
): string {
  const fromId = params.integer('fromId');
  const startTime = params.integer('startTime');
  const endTime = params.integer('endTime');
  const limit = params.limit(500, 1000);
  const rows = aggregates.filter(
    ({ id, time }) =>
      (fromId === undefined || id >= fromId) &&
      (startTime === undefined || time >= startTime) &&
      (endTime === undefined || time <= endTime),
  );
  const chosen = fromId === undefined && startTime === undefined ? rows.slice(-limit) : rows.slice(0, limit);
  return `[${chosen.map((trade) => aggregateText(trade, instrument, spot)).join(',')}]`;
}
