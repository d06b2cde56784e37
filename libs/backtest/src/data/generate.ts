/**
 * Candles that nobody traded: a seeded walk through regimes of drift and volatility, with gaps and with volume that
 * follows the range. Good for trying a strategy's behaviour; says nothing about what it would have earned.
 */
import { Interval, intervalMs } from '@elvis/strategy';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { CandleColumns } from './candle-columns';

export interface GeneratedMarket {
  readonly symbol: string;
  readonly interval: Interval;
  readonly firstOpenMs: number;
  readonly count: number;
  readonly seed: number;
  /** Where it begins, in the quote asset. */
  readonly price?: number;
  /** Prices lie on this grid. */
  readonly tick?: number;
}

/** Per candle of one minute; longer candles have the root of their length times the volatility. */
const REGIMES = [
  { drift: 0, volatility: 0.000_4, meanLength: 600 },
  { drift: 0.000_015, volatility: 0.000_7, meanLength: 900 },
  { drift: -0.000_018, volatility: 0.000_9, meanLength: 700 },
  { drift: 0, volatility: 0.002, meanLength: 120 },
] as const;
/** One candle in so many opens away from the close before. */
const GAP_EVERY = 2_000;
const MINUTE_MS = 60_000;
/** Draws that make up one candle's way. */
const STEPS = 4;

export function generateCandles(market: GeneratedMarket): CandleColumns {
  const { symbol, interval, firstOpenMs, count, seed, price = 60_000, tick = 0.1 } = market;
  const random = xoroshiro128plus(seed);
  for (let draw = 0; draw < 16; draw += 1) random.next();
  const uniform = (): number => ((random.next() >>> 0) + 0.5) / 2 ** 32;
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const length = intervalMs(interval) / MINUTE_MS;
  const column = () => new Float64Array(count);
  const [open, high, low, close, volume] = [column(), column(), column(), column(), column()];
  const ticksPerUnit = Math.round(1 / tick);
  const isUnitOfTicks = Math.abs(ticksPerUnit * tick - 1) < 1e-9;
  // A division gives the number that is nearest to the decimal: 60000.3, not 60000.299999999996.
  const levelOf = (ticks: number): number => (isUnitOfTicks ? ticks / ticksPerUnit : ticks * tick);
  const onTick = (level: number): number => Math.max(tick, levelOf(Math.round(level / tick)));
  let regime: (typeof REGIMES)[number] = REGIMES[0];
  let left = 0;
  let last = price;
  for (let at = 0; at < count; at += 1) {
    if (left <= 0) {
      regime = REGIMES[Math.floor(uniform() * REGIMES.length)]!;
      left = Math.max(1, (-Math.log(uniform()) * regime.meanLength) / length);
    }
    left -= 1;
    const volatility = regime.volatility * Math.sqrt(length);
    let way = uniform() < 1 / GAP_EVERY ? last * Math.exp(8 * volatility * normal()) : last;
    open[at] = onTick(way);
    let [top, bottom] = [open[at]!, open[at]!];
    for (let step = 0; step < STEPS; step += 1) {
      way *= Math.exp((regime.drift * length) / STEPS + (volatility / Math.sqrt(STEPS)) * normal());
      top = Math.max(top, onTick(way));
      bottom = Math.min(bottom, onTick(way));
    }
    last = onTick(way);
    close[at] = last;
    high[at] = top;
    low[at] = bottom;
    volume[at] = Math.round((5 + (4_000_000 * (top - bottom)) / (way * way)) * length * 1_000) / 1_000;
  }
  return { symbol, interval, firstOpenMs, open, high, low, close, volume };
}
