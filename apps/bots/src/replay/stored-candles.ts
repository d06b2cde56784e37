/** The candles of a step out of the history, in the revisions that the step saw; what it has not got the exchange has. */
import { Candle, CandleInterval, MINUTE_MS, foldCandles } from '@elvis/trading';
import { Client } from 'pg';
import { CANDLE_NUMBERS, FeedCandles, hashOf } from '../runner/step-call';
import { GivenCandles } from '../runner/strategy-outcome';
import { ExchangeMinutes } from './exchange-minutes';

/** Of one symbol, what was read so far without a hole between `fromMs` and `toMs`. */
interface Loaded {
  fromMs: number;
  toMs: number;
  /** Revisions of each minute, the first one first. */
  readonly minutes: Map<number, Candle[]>;
}

const MOST_KEPT = 200_000;
const MINUTES = `SELECT (extract(epoch FROM open_time) * 1000)::float8 AS "openTimeMs", open::text, high::text, low::text,
    close::text, volume::text, quote_volume::text AS "quoteVolume", trades::float8 AS trades
  FROM candles WHERE market = $1 AND symbol = $2 AND open_time >= $3 AND open_time < $4
  ORDER BY open_time, revision`;

export class StoredCandles {
  private readonly symbols = new Map<string, Loaded>();

  constructor(
    private readonly client: Client,
    private readonly exchange: ExchangeMinutes,
  ) {}

  /** The feed as it was given; undefined where the history has it no more, or has it otherwise. */
  async window(given: GivenCandles): Promise<FeedCandles | undefined> {
    const { market, symbol, fromMs, toMs, interval, hash, revised } = given;
    const { minutes } = await this.load(given);
    const revisions = new Map(revised);
    const asSeen: Candle[] = [];
    const newest: Candle[] = [];
    for (let at = fromMs; at < toMs; at += MINUTE_MS) {
      const stored = minutes.get(at);
      const candle = stored?.[(revisions.get(at) ?? 1) - 1] ?? (await this.exchange.find(market, symbol, at));
      if (!candle) return undefined;
      asSeen.push(candle);
      newest.push(stored?.at(-1) ?? candle);
    }
    // Larger candles that were read as they are do not tell which of their minutes had been corrected.
    for (const candles of interval === '1m' ? [asSeen] : [asSeen, newest]) {
      const values = numbersOf(interval, candles);
      if (hashOf(values) === hash) return { firstOpenMs: fromMs, values };
    }
    return undefined;
  }

  private async load({ market, symbol, fromMs, toMs }: GivenCandles): Promise<Loaded> {
    const key = `${market}:${symbol}`;
    const known = this.symbols.get(key);
    if (known && known.fromMs <= fromMs && known.toMs >= toMs) return known;
    const isKept = known && known.minutes.size < MOST_KEPT && known.fromMs <= fromMs && known.toMs >= fromMs;
    const loaded: Loaded = isKept ? known : { fromMs, toMs: fromMs, minutes: new Map() };
    const times = [loaded.toMs, toMs].map((ms) => new Date(ms).toISOString());
    const { rows } = await this.client.query<Candle>(MINUTES, [market, symbol, ...times]);
    for (const candle of rows) {
      const revisions = loaded.minutes.get(candle.openTimeMs) ?? [];
      revisions.push(candle);
      loaded.minutes.set(candle.openTimeMs, revisions);
    }
    loaded.toMs = toMs;
    this.symbols.set(key, loaded);
    return loaded;
  }
}

function numbersOf(interval: CandleInterval, minutes: readonly Candle[]): Float64Array {
  const candles = interval === '1m' ? minutes : foldCandles(interval, minutes);
  const values = new Float64Array(candles.length * CANDLE_NUMBERS);
  candles.forEach(({ open, high, low, close, volume }, at) =>
    values.set([open, high, low, close, volume].map(Number), at * CANDLE_NUMBERS),
  );
  return values;
}
