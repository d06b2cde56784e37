/** Candles of any interval, summed from the stored minutes by the database. */
import { CandleList, CandleView, ListCandles } from '@elvis/contracts';
import {
  CandleInterval,
  MINUTE_MS,
  TradingFailure,
  WEEKS_BEGIN_MS,
  intervalStart,
  intervalsBefore,
  minuteOf,
  minutesIn,
} from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { statement } from '../database/conditions';
import { Database, Statement } from '../database/database';
import { instant } from '../database/unnest';
import { CandleFiller } from './candle-filler';
import { NEWEST_REVISIONS, inMs, plainText, spanValues } from './candle-rows';

/** Two years; more would keep the database busy for longer than a reader waits. */
const MOST_MINUTES = 1_054_080;
/** So long a minute takes from its end into the database. */
const STORED_WITHIN_MS = 5_000;
/** A reader waits so long for minutes that are fetched from the exchange; the rest is there when it asks again. */
const FILL_PATIENCE_MS = 3_000;

interface Row extends Omit<CandleView, 'isSealed'> {
  readonly minutes: number;
}

@Injectable()
export class CandleLists {
  constructor(
    private readonly database: Database,
    private readonly filler: CandleFiller,
  ) {}

  /**
   * @throws TradingFailure MESSAGE_MALFORMED   the span is too long
   * @throws TradingFailure INSTRUMENT_NOT_FOUND nothing is stored of a symbol that is not followed
   */
  async list(wish: ListCandles, nowMs = Date.now()): Promise<CandleList> {
    const { interval, market, symbol } = wish;
    const { fromMs, toMs } = spanOf(wish, nowMs);
    if (toMs - fromMs > MOST_MINUTES * MINUTE_MS) throw tooLong();
    const overMs = Math.min(toMs, minuteOf(nowMs - STORED_WITHIN_MS));
    await this.filler.fill({ market, symbol }, fromMs, overMs, FILL_PATIENCE_MS);
    const rows = await this.database.rows<Row>(SUMS[interval], spanValues({ market, symbol }, fromMs, toMs));
    if (rows.length === 0) await this.requireKnown(wish);
    const over = Math.max(0, overMs - fromMs) / MINUTE_MS;
    const stored = rows.reduce((sum, { minutes }) => sum + minutes, 0);
    return { items: rows.map((row) => toView(interval, row)), missingMinutes: Math.max(0, over - stored) };
  }

  private async requireKnown({ market, symbol }: ListCandles): Promise<void> {
    if (this.filler.isFollowed(symbol)) return;
    const known = await this.database.rows(
      statement('SELECT 1 FROM candles WHERE market = $1 AND symbol = $2 LIMIT 1'),
      [market, symbol],
    );
    if (known.length > 0) return;
    throw new TradingFailure(
      'INSTRUMENT_NOT_FOUND',
      `There are no candles of ${symbol} on ${market}: it is not among SYMBOLS and none were imported`,
    );
  }
}

/** Whole intervals: those from `fromMs` on, or the newest before `toMs`. */
function spanOf({ interval, fromMs, toMs, limit }: ListCandles, nowMs: number) {
  const end = toMs ?? intervalsBefore(interval, intervalStart(interval, nowMs), -1);
  if (fromMs === undefined) {
    const last = intervalStart(interval, Math.max(0, end - 1));
    return { fromMs: Math.max(0, intervalsBefore(interval, last, limit - 1)), toMs: end };
  }
  const first = intervalStart(interval, fromMs);
  return { fromMs: first, toMs: Math.max(first, Math.min(end, intervalsBefore(interval, first, -limit))) };
}

const bucket = (interval: CandleInterval): string =>
  interval === '1M'
    ? `date_trunc('month', open_time, 'UTC')`
    : `date_bin('${LENGTHS[interval]}', open_time, '${instant(WEEKS_BEGIN_MS)}')`;

const LENGTHS: Readonly<Record<Exclude<CandleInterval, '1M'>, string>> = {
  '1m': '1 minute',
  '3m': '3 minutes',
  '5m': '5 minutes',
  '15m': '15 minutes',
  '30m': '30 minutes',
  '1h': '1 hour',
  '2h': '2 hours',
  '4h': '4 hours',
  '6h': '6 hours',
  '12h': '12 hours',
  '1d': '1 day',
  '1w': '7 days',
};

const sums = (interval: CandleInterval): Statement =>
  statement(`SELECT ${inMs('bucket')} AS "openTimeMs",
    ${plainText('(array_agg(open ORDER BY open_time))[1]')} AS open, ${plainText('max(high)')} AS high,
    ${plainText('min(low)')} AS low, ${plainText('(array_agg(close ORDER BY open_time DESC))[1]')} AS close,
    ${plainText('sum(volume)')} AS volume, ${plainText('sum(quote_volume)')} AS "quoteVolume",
    sum(trades)::float8 AS trades, max(revision) AS revision, count(*)::float8 AS minutes
  FROM (SELECT *, ${bucket(interval)} AS bucket FROM (${NEWEST_REVISIONS}) AS newest) AS placed
  GROUP BY bucket ORDER BY bucket`);

const SUMS: Readonly<Record<CandleInterval, Statement>> = {
  '1m': sums('1m'),
  '3m': sums('3m'),
  '5m': sums('5m'),
  '15m': sums('15m'),
  '30m': sums('30m'),
  '1h': sums('1h'),
  '2h': sums('2h'),
  '4h': sums('4h'),
  '6h': sums('6h'),
  '12h': sums('12h'),
  '1d': sums('1d'),
  '1w': sums('1w'),
  '1M': sums('1M'),
};

const toView = (interval: CandleInterval, { minutes, ...candle }: Row): CandleView => ({
  ...candle,
  isSealed: minutes === minutesIn(interval, candle.openTimeMs),
});

const tooLong = (): TradingFailure =>
  new TradingFailure(
    'MESSAGE_MALFORMED',
    'The candles asked for are made of more than two years of minutes; ask for a shorter time, a smaller `limit` or a shorter interval',
  );
