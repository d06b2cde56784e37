/** One run of a strategy over candles: the same strategy run, the same rules of risk, fills by `FILL_RULES`. */
import {
  BotFacts,
  Candle,
  PreparedStrategy,
  RunMemory,
  Strategy,
  StrategyRun,
  intervalMs,
} from '@elvis/strategy';
import { Decimal, Instrument } from '@elvis/trading';
import { RiskLimits } from '@elvis/rules';
import { CandleColumns, candleAt, lengthOf } from '../data/candle-columns';
import { Gate } from '../gate/gate';
import { Costs, fundingAt } from './costs';
import { Account } from './account';
import { Trader } from './trader';
import { Trade } from './position';
import { Running } from './running';

export interface BacktestSetup {
  readonly strategy: Strategy;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly bot: BotFacts;
  readonly instrument: Instrument;
  /** In the quote asset. */
  readonly capital: Decimal;
  /** 1 on spot. */
  readonly leverage: number;
  /** A person has lifted the refusal of high leverage. */
  readonly isLeverageOverridden?: boolean;
  readonly limits: RiskLimits;
  readonly costs: Costs;
  readonly seed: number;
  /** Candles before only warm indicators up; UTC milliseconds. */
  readonly fromMs?: number;
  readonly observe?: Running['observe'];
  readonly onOrder?: Running['onOrder'];
  /** For checks: before these candles, by their place, the run is made anew of what it remembers. */
  readonly restarts?: { readonly at: ReadonlySet<number>; readonly load: () => Strategy };
}

export interface BacktestRun {
  readonly trades: readonly Trade[];
  /** At the end of each UTC day, the first entry being the capital; in the quote asset. */
  readonly dailyEquity: readonly number[];
  /** At even steps over the run, at most 600. */
  readonly curve: readonly { readonly timeMs: number; readonly equity: number }[];
  /** Largest fall from a peak at the close of any candle, as a fraction of the peak. */
  readonly maximumDrawdown: number;
  readonly candles: number;
  /** Candles that ended with a position. */
  readonly candlesInMarket: number;
  readonly warmUpCandles: number;
  readonly paid: { readonly fees: string; readonly funding: string; readonly slippage: string };
  readonly endEquity: string;
  readonly counts: Account['counts'];
  readonly cuts: Readonly<Record<string, number>>;
  readonly denials: Readonly<Record<string, number>>;
}

const CURVE_POINTS = 600;

/** Sums the finest candles up for one feed. */
interface Feeding {
  readonly name: string;
  readonly span: number;
  candle:
    | { openTimeMs: number; open: number; high: number; low: number; close: number; volume: number }
    | undefined;
}

/**
 * @throws RangeError where a feed asks for another symbol than the data's, or for candles finer than they are
 * @throws ParameterProblems for parameters that the strategy does not take
 */
export function runBacktest(setup: BacktestSetup, data: CandleColumns): BacktestRun {
  const prepared = setup.strategy.prepare(setup.bot, setup.params);
  const step = intervalMs(data.interval);
  const feedings = feedingsOf(prepared, data);
  const running: Running = {
    current: new StrategyRun(prepared, setup.seed),
    place: 0,
    observe: setup.observe,
    onOrder: setup.onOrder,
  };
  const gate = new Gate(setup);
  const trader = new Trader(running, gate, setup);
  const { account } = trader;

  const count = lengthOf(data);
  const curve: { timeMs: number; equity: number }[] = [];
  const every = Math.max(1, Math.ceil(count / CURVE_POINTS));
  let [peak, deepest, inMarket, warmUp] = [setup.capital.toNumber(), 0, 0, 0];
  let hasBegun = false;
  const { fromMs = 0 } = setup;
  for (let at = 0; at < count; at += 1) {
    const openMs = data.firstOpenMs + at * step;
    running.place = at;
    if (setup.restarts?.at.has(at))
      running.current = restarted(setup, setup.restarts.load(), running, data, at);
    const closeMs = openMs + step;
    if (!trader.isIdle) {
      const funding = setup.instrument.market === 'spot' ? null : fundingAt(setup.costs, openMs);
      if (funding !== null) trader.fund(funding);
      trader.trade({ open: data.open[at]!, high: data.high[at]!, low: data.low[at]! }, openMs);
    }
    trader.settle(data.close[at]!, closeMs);
    const hasStep = feedAll(running.current, feedings, candleAt(data, at), closeMs);
    if (hasStep && openMs >= fromMs) {
      if (running.current.isWarm) {
        if (!hasBegun) trader.begin();
        hasBegun = true;
        trader.step();
      } else warmUp += 1;
    }
    const equity = account.equity;
    if (equity > peak) peak = equity;
    else if (1 - equity / peak > deepest) deepest = 1 - equity / peak;
    if (account.position.signed !== 0) inMarket += 1;
    if (at % every === 0 || at === count - 1) curve.push({ timeMs: closeMs, equity });
  }
  // Not of the last candle: with more data it would not have come about.
  running.place = count;
  trader.end();
  const endEquity = account.position.wallet;
  const { fees, funding, slippage } = account.position.paid;
  return {
    trades: account.trades,
    dailyEquity: [...account.day.ends, endEquity.toNumber()],
    curve,
    maximumDrawdown: deepest,
    candles: count,
    candlesInMarket: inMarket,
    warmUpCandles: warmUp,
    paid: { fees: fees.toFixed(), funding: funding.toFixed(), slippage: slippage.toFixed() },
    endEquity: endEquity.toFixed(),
    counts: account.counts,
    cuts: account.cuts,
    denials: gate.denials,
  };
}

/** @throws RangeError where a feed asks for another symbol than the data's, or for candles finer than they are */
function feedingsOf(prepared: PreparedStrategy, data: CandleColumns): readonly Feeding[] {
  const step = intervalMs(data.interval);
  return (
    Object.entries(prepared.feeds)
      .map(([name, { symbol, interval }]): Feeding => {
        if (symbol !== data.symbol)
          throw new RangeError(`The data are of ${data.symbol}; feed ${name} asks for ${symbol}`);
        const span = intervalMs(interval);
        if (span % step !== 0)
          throw new RangeError(`The candles are of ${data.interval}; feed ${name} asks for ${interval}`);
        return { name, span, candle: undefined };
      })
      // What closes at the same time is fed before the main candle, and the largest first.
      .sort((a, b) => Number(a.name === 'main') - Number(b.name === 'main') || b.span - a.span)
  );
}

/** A run as after a restart: of the memory as text, and fed again what its indicators need. */
function restarted(
  setup: BacktestSetup,
  strategy: Strategy,
  { current }: Running,
  data: CandleColumns,
  at: number,
): StrategyRun {
  const memory = JSON.parse(JSON.stringify(current.memory)) as RunMemory;
  const prepared = strategy.prepare(setup.bot, setup.params);
  const run = new StrategyRun(prepared, setup.seed, memory);
  const step = intervalMs(data.interval);
  const openMs = data.firstOpenMs + at * step;
  const feedings = feedingsOf(prepared, data);
  const neededMs = Math.min(...feedings.map(({ name }) => run.neededFromMs(name, openMs)));
  const first = Math.max(0, Math.floor((neededMs - data.firstOpenMs) / step));
  for (let place = first; place < at; place += 1) {
    const candle = candleAt(data, place);
    feedAll(run, feedings, candle, candle.openTimeMs + step);
  }
  return run;
}

/** True if a main candle has closed. */
function feedAll(run: StrategyRun, feedings: readonly Feeding[], candle: Candle, closeMs: number): boolean {
  let hasStep = false;
  for (const feeding of feedings) {
    const { name, span } = feeding;
    // Most feeds are of the data's own interval.
    const whole = closeMs - candle.openTimeMs === span ? candle : add(feeding, candle);
    if (closeMs % span !== 0) continue;
    feeding.candle = undefined;
    // The first one may have begun before the data.
    if (closeMs - whole.openTimeMs !== span) continue;
    run.feed(name, whole);
    hasStep ||= name === 'main';
  }
  return hasStep;
}

function add(feeding: Feeding, candle: Candle): Candle {
  const { candle: whole } = feeding;
  if (whole === undefined) {
    feeding.candle = { ...candle };
    return feeding.candle;
  }
  if (candle.high > whole.high) whole.high = candle.high;
  if (candle.low < whole.low) whole.low = candle.low;
  whole.close = candle.close;
  whole.volume += candle.volume;
  return whole;
}
