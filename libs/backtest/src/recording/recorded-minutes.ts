/** The minutes that a recording's own trades make while it is played, and those that are made up before them. */
import { ExchangeInfoRow, Recording, futuresInstrument } from '@elvis/simulation';
import { Candle } from '@elvis/strategy';
import { CandleColumns, candleAt, lengthOf, toColumns } from '../data/candle-columns';
import { generateCandles } from '../data/generate';

const MINUTE_MS = 60_000;

export interface Played {
  readonly recording: Recording;
  /** The symbol as the exchange describes it. */
  readonly row: ExchangeInfoRow;
  /** When it began, UTC milliseconds, a whole minute; it goes round, at the recorded pace. */
  readonly startMs: number;
  /** How many minutes are traded. */
  readonly minutes: number;
}

/**
 * With so many made-up minutes before: indicators must be warm, and what was recorded is known to nobody before it happens.
 *
 * @throws RangeError where nothing was traded in the first minute
 */
export function minutesOf(played: Played, before: number, seed: number): CandleColumns {
  const { symbol } = played.recording;
  const traded = toColumns(symbol, '1m', tradedMinutes(played));
  if (before === 0) return traded;
  const ends = generatedMinutes(played, before, seed, traded.open[0]!);
  const all = (columns: CandleColumns): Candle[] =>
    Array.from({ length: lengthOf(columns) }, (_, at) => candleAt(columns, at));
  return toColumns(symbol, '1m', [...all(ends), ...all(traded)]);
}

function tradedMinutes({ recording, row, startMs, minutes }: Played): readonly Candle[] {
  const { priceDecimals, quantityDecimals } = futuresInstrument(row);
  const { events, durationMs } = recording;
  const candles: { -readonly [Key in keyof Candle]: Candle[Key] }[] = [];
  const toMs = startMs + minutes * MINUTE_MS;
  for (let roundMs = startMs; roundMs < toMs; roundMs += durationMs)
    for (const event of events) {
      if (event.kind !== 'trade') continue;
      const timeMs = Math.floor(roundMs + event.atMs);
      if (timeMs >= toMs) break;
      const openTimeMs = Math.floor(timeMs / MINUTE_MS) * MINUTE_MS;
      const price = event.price / 10 ** priceDecimals;
      const candle = candles.at(-1);
      if (candle?.openTimeMs === openTimeMs) {
        candle.high = Math.max(candle.high, price);
        candle.low = Math.min(candle.low, price);
        candle.close = price;
        candle.volume += event.quantity;
      } else
        candles.push({
          openTimeMs,
          open: price,
          high: price,
          low: price,
          close: price,
          volume: event.quantity,
        });
    }
  if (candles[0]?.openTimeMs !== startMs)
    throw new RangeError(`Nothing of ${recording.symbol} was traded in the first minute of the recording`);
  // Counted in the instrument's units, so that no order of adding changes a bit.
  for (const candle of candles) candle.volume /= 10 ** quantityDecimals;
  return candles;
}

/** A seeded walk that ends about where the recording begins. */
function generatedMinutes({ recording, row, startMs }: Played, count: number, seed: number, end: number) {
  const { price, priceDecimals } = futuresInstrument(row);
  const market = {
    symbol: recording.symbol,
    interval: '1m' as const,
    firstOpenMs: startMs - count * MINUTE_MS,
    count,
    seed,
    tick: price.step / 10 ** priceDecimals,
  };
  const walked = generateCandles({ ...market, price: end }).close[count - 1]!;
  return generateCandles({ ...market, price: end * (end / walked) });
}
