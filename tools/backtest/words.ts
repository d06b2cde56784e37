/** The words after `npm run backtest --`, read; all that is wrong is told at once. */
import { INTERVAL_NAMES, Interval, isInterval } from '@elvis/strategy';
import { Delay, Grid } from '@elvis/backtest';
import { MARKETS, MINUTE_MS, Market, SYMBOL_PATTERN, SYMBOL_RULE } from '@elvis/trading';
import { parseArgs } from 'node:util';

export const USAGE = `npm run backtest -- STRATEGY [--data NAME] [--interval 1m] [--set name=value ...]
                             [--symbol BTCUSDT] [--market spot] [--from 2026-11-01] [--to 2026-11-08]
                             [--grid name=value,value ...] [--capital 10000] [--leverage N]
                             [--recording NAME [--rounds 1] [--delay MEDIAN,P99]]
                             [--fees MAKER,TAKER] [--funding FILE] [--seed 1] [--threads N] [--out FOLDER]
npm run backtest -- delete REPORT`;

/** What is taken of a store of many candles; and the market of a file, whose name does not say it. */
export interface WantedCandles {
  readonly symbol: string;
  readonly market: Market;
  /** The first one's open time, and the first that is left out: UTC milliseconds, whole minutes. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

export interface RecordedWords {
  /** Of a shipped recording, or the path of a capture. */
  readonly name: string;
  /** How often it is played. */
  readonly rounds: number;
  readonly delay: Delay;
}

export interface BacktestWords {
  readonly strategy: string;
  readonly data: string;
  readonly wanted: WantedCandles;
  readonly interval: Interval;
  readonly capital: string;
  /** That of risk's configuration if not said. */
  readonly leverage?: number;
  readonly seed: number;
  readonly params: Readonly<Record<string, string>>;
  /** Values to try of some parameters, every one with every other. */
  readonly grid: Grid;
  /** How many threads share the runs; as many as are worth it if not said. The results are the same. */
  readonly threads?: number;
  /** Traded instead of candles: what was recorded of a market, order book and all. */
  readonly recorded?: RecordedWords;
  /** Of your tier, as fractions of the notional; Binance's without a discount if not said. */
  readonly fees?: readonly [maker: string, taker: string];
  /** A file of the exchange's with the rates it paid. */
  readonly funding?: string;
  /** Where the reports go; `.elvis/backtests` if not said. */
  readonly out?: string;
}

export class WordProblems extends Error {}

const OPTIONS = {
  data: { type: 'string' },
  recording: { type: 'string' },
  rounds: { type: 'string' },
  delay: { type: 'string' },
  symbol: { type: 'string', default: 'BTCUSDT' },
  market: { type: 'string', default: 'futures' },
  from: { type: 'string' },
  to: { type: 'string' },
  interval: { type: 'string', default: '1m' },
  capital: { type: 'string', default: '10000' },
  leverage: { type: 'string' },
  seed: { type: 'string', default: '1' },
  set: { type: 'string', multiple: true, default: [] as string[] },
  grid: { type: 'string', multiple: true, default: [] as string[] },
  threads: { type: 'string' },
  fees: { type: 'string' },
  funding: { type: 'string' },
  out: { type: 'string' },
} as const;

const FEES = /^(0(?:\.00\d{1,8})?),(0(?:\.00\d{1,8})?)$/;
/** What `npm run bench:bots` bounds, from the close of a candle to the order at the exchange. */
const DELAY: Delay = { medianMs: 25, p99Ms: 80 };
/** A recording has candles, a market, a time and an interval of its own. */
const NOT_OF_RECORDINGS = ['data', 'from', 'to', 'grid'] as const;
const MOST_ROUNDS = 1_000;
const MOST_CELLS = 10_000;
const MOST_THREADS = 256;

/** @throws WordProblems */
export function readWords(args: readonly string[]): BacktestWords {
  const { values, positionals } = parse(args);
  const problems: string[] = [];
  const [strategy = '', ...more] = positionals;
  if (strategy === '') problems.push('name a strategy, such as ema-crossover');
  if (more.length > 0) problems.push(`one strategy at a time; left over: ${more.join(' ')}`);
  const { interval } = values;
  if (!isInterval(interval))
    problems.push(`--interval is one of ${INTERVAL_NAMES.join(', ')}, not ${interval}`);
  if (!/^\d+(\.\d+)?$/.test(values.capital) || Number(values.capital) <= 0)
    problems.push(`--capital is an amount above zero, not ${values.capital}`);
  const leverage = values.leverage === undefined ? undefined : Number(values.leverage);
  if (leverage !== undefined && (!Number.isInteger(leverage) || leverage < 1 || leverage > 125))
    problems.push(`--leverage is a whole number from 1 to 125, not ${values.leverage}`);
  const seed = Number(values.seed);
  if (!Number.isInteger(seed)) problems.push(`--seed is a whole number, not ${values.seed}`);
  const threads = values.threads === undefined ? undefined : Number(values.threads);
  if (threads !== undefined && (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS))
    problems.push(`--threads is a whole number from 1 to ${MOST_THREADS}, not ${values.threads}`);
  const pairs = values.set.map((text) => /^([A-Za-z]\w*)=(.*)$/.exec(text));
  values.set.forEach((text, at) => {
    if (pairs[at] === null) problems.push(`--set takes name=value, not ${text}`);
  });
  const lines = values.grid.map((text) => /^([A-Za-z]\w*)=([^,]+(?:,[^,]+)*)$/.exec(text));
  values.grid.forEach((text, at) => {
    if (lines[at] === null) problems.push(`--grid takes name=value,value, not ${text}`);
  });
  const grid = Object.fromEntries(
    lines.flatMap((line) => (line === null ? [] : [[line[1]!, [...new Set(line[2]!.split(','))]] as const])),
  );
  const cells = Object.values(grid).reduce((count, { length }) => count * length, 1);
  if (cells > MOST_CELLS) problems.push(`--grid makes ${cells} combinations; at most ${MOST_CELLS} are run`);
  const fees = values.fees === undefined ? undefined : FEES.exec(values.fees);
  if (fees === null)
    problems.push(`--fees takes two fractions below 0.01 such as 0.0002,0.0005, not ${values.fees}`);
  const { symbol, market } = values;
  if (!SYMBOL_PATTERN.test(symbol)) problems.push(`--symbol ${SYMBOL_RULE}, not ${symbol}`);
  if (!isMarket(market)) problems.push(`--market is one of ${MARKETS.join(', ')}, not ${market}`);
  const [fromMs, toMs] = (['from', 'to'] as const).map((name) => {
    const text = values[name];
    const timeMs = text === undefined ? undefined : Date.parse(text);
    if (timeMs !== undefined && !(timeMs % MINUTE_MS === 0))
      problems.push(
        `--${name} is a time such as 2026-11-01 or 2026-11-01T12:30Z, in whole minutes, not ${text}`,
      );
    return timeMs;
  });
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) problems.push('--from is before --to');
  const recorded = recordedWords(values, problems);
  if (problems.length > 0) throw new WordProblems(problems.join('\n'));
  const params = Object.fromEntries(pairs.flatMap((pair) => (pair === null ? [] : [[pair[1]!, pair[2]!]])));
  const { data = 'generated', capital, out } = values;
  const wanted = { symbol, market: market as Market, fromMs, toMs };
  return {
    strategy,
    data,
    wanted,
    interval: interval as Interval,
    capital,
    leverage,
    seed,
    params,
    grid,
    threads,
    ...(recorded && { recorded }),
    ...(fees && { fees: [fees[1]!, fees[2]!] as const }),
    ...(values.funding !== undefined && { funding: values.funding }),
    out,
  };
}

/** Adds what is wrong to the problems. */
function recordedWords(
  values: ReturnType<typeof parse>['values'],
  problems: string[],
): RecordedWords | undefined {
  const { recording: name, interval } = values;
  if (name === undefined) {
    for (const word of ['rounds', 'delay'] as const)
      if (values[word] !== undefined) problems.push(`--${word} is of a recording: name one by --recording`);
    return undefined;
  }
  const others = NOT_OF_RECORDINGS.filter((word) => (values[word] ?? []).length > 0);
  if (others.length > 0) problems.push(`--recording is data of its own; leave out --${others.join(', --')}`);
  if (interval !== '1m') problems.push(`A recording is stepped on by minutes, not by ${interval}`);
  const rounds = Number(values.rounds ?? '1');
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > MOST_ROUNDS)
    problems.push(`--rounds is a whole number from 1 to ${MOST_ROUNDS}, not ${values.rounds}`);
  const parts = values.delay === undefined ? DELAY : /^(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)$/.exec(values.delay);
  const delay = Array.isArray(parts) ? { medianMs: Number(parts[1]), p99Ms: Number(parts[2]) } : parts;
  if (delay === null || delay.medianMs <= 0 || delay.p99Ms < delay.medianMs)
    problems.push(
      `--delay takes the median and the 99th percentile in milliseconds, such as 25,80, not ${values.delay}`,
    );
  return { name, rounds, delay: delay ?? DELAY };
}

const isMarket = (text: string): text is Market => (MARKETS as readonly string[]).includes(text);

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new WordProblems((error as Error).message);
  }
}
