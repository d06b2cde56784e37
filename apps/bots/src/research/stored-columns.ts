/** Minutes of the candle store as columns that threads read without a copy: none is missing, or there are none. */
import { CandleColumns } from '@elvis/backtest';
import { ResearchOptions, listCandles } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { MINUTE_MS } from '@elvis/trading';

/** As many as one answer holds. */
const PAGE = 1_500;
/** The store fetches what is missing from the exchange meanwhile, and an answer waits some seconds for it. */
const TRIES = 20;
const TIMEOUT_MS = 15_000;
const COLUMNS = ['open', 'high', 'low', 'close', 'volume'] as const;

type Wanted = Pick<ResearchOptions, 'symbol' | 'market'> & { readonly fromMs: number; readonly toMs: number };

/** Minutes are not there that the backtest would need. */
export class MinutesMissing extends Error {
  override readonly name = 'MinutesMissing';
}

/** @throws MinutesMissing; TradingFailure the store does not answer */
export async function storedColumns(
  bus: Bus,
  { symbol, market, fromMs, toMs }: Wanted,
): Promise<CandleColumns> {
  const count = (toMs - fromMs) / MINUTE_MS;
  const column = (): Float64Array => new Float64Array(new SharedArrayBuffer(count * 8));
  const columns = { open: column(), high: column(), low: column(), close: column(), volume: column() };
  for (let at = 0; at < count; at += PAGE) {
    const page = { fromMs: fromMs + at * MINUTE_MS, toMs: Math.min(toMs, fromMs + (at + PAGE) * MINUTE_MS) };
    const wish = { symbol, market, interval: '1m', limit: PAGE, ...page } as const;
    const wanted = (page.toMs - page.fromMs) / MINUTE_MS;
    let items = (await bus.request(listCandles, wish, { timeoutMs: TIMEOUT_MS })).items;
    for (let attempt = 1; items.length < wanted && attempt < TRIES; attempt += 1)
      items = (await bus.request(listCandles, wish, { timeoutMs: TIMEOUT_MS })).items;
    if (items.length < wanted)
      throw new MinutesMissing(
        `The store lacks ${wanted - items.length} minutes of ${symbol} from ${iso(page.fromMs)} to ${iso(page.toMs)}. Choose another time, or import the exchange's file: npm run candles -- import FILE`,
      );
    items.forEach((candle, offset) => {
      for (const name of COLUMNS) columns[name][at + offset] = Number(candle[name]);
    });
  }
  return { symbol, interval: '1m', firstOpenMs: fromMs, ...columns };
}

const iso = (ms: number): string => new Date(ms).toISOString();
