/** A run held against a backtest of its own candles, step by step; pure, so that it runs in a thread as the strategy does. */
import {
  CandleColumns,
  FUTURES_COSTS,
  Parity,
  SPOT_COSTS,
  StepDifference,
  StepRecord,
  compareSteps,
  recordSteps,
} from '@elvis/backtest';
import type { BotProtections, RunStep } from '@elvis/contracts';
import { Interval, Strategy, intervalMs } from '@elvis/strategy';
import { Decimal, InstrumentMessage, fromInstrumentMessage } from '@elvis/trading';
import { createHash } from 'node:crypto';
import { withProtections } from '../decide-step';
import { CANDLE_NUMBERS, FeedCandles, StrategyWish } from '../step-call';
import { RunFill, botStepRecords, candlesText } from './bot-step-records';

export interface RunToCompare extends StrategyWish {
  readonly protections: BotProtections | null;
  readonly instrument: InstrumentMessage;
  /** A decimal, in the quote asset. */
  readonly capital: string;
  readonly leverage: number;
  /** Of the bot's symbol, without a hole: from the first that an indicator needs to the end of the candle after the last step. */
  readonly minutes: FeedCandles;
  /** What the steps read, by the names of their feeds, as the candles are known now. */
  readonly feeds: Readonly<Record<string, FeedCandles & { readonly interval: string }>>;
  /** All of the run, oldest first. */
  readonly steps: readonly RunStep[];
  readonly fills: readonly RunFill[];
}

export interface RunParity extends Parity {
  readonly differences: readonly (StepDifference & { readonly step: number | null })[];
}

/** @throws RangeError for an unknown strategy, or feeds that no backtest has; ParameterProblems */
export function compareRun(run: RunToCompare, strategies: readonly Strategy[]): RunParity {
  const found = strategies.find(({ name }) => name === run.strategy);
  if (!found) throw new RangeError(`There is no strategy ${run.strategy}`);
  const strategy: Strategy = {
    ...found,
    prepare: (facts, given) => withProtections(found.prepare(facts, given), run.protections),
  };
  const bot = { symbol: run.symbol, interval: run.interval as Interval };
  const { initialState } = strategy.prepare(bot, run.parameters);
  const ours = botStepRecords(run.steps, run.fills, intervalMs(bot.interval), initialState);
  const [first, last] = [ours[0]!, ours.at(-1)!];
  const windows = new Map(run.steps.map((step) => [step.candle?.openTimeMs, windowsOf(step)]));
  const instrument = fromInstrumentMessage(run.instrument);
  const setup = {
    strategy,
    params: run.parameters,
    bot,
    instrument,
    capital: new Decimal(run.capital),
    leverage: run.leverage,
    // None: what risk denied the bot is then told, and nothing else.
    limits: {},
    isLeverageOverridden: true,
    costs: instrument.market === 'spot' ? SPOT_COSTS : FUTURES_COSTS,
    seed: (run.steps.find(({ inputs }) => 'seed' in inputs)?.inputs.seed as number | undefined) ?? 0,
    fromMs: first.openTimeMs,
  };
  const theirs = recordSteps(setup, columnsOf(run), (openTimeMs) =>
    candlesText(hashesOf(windows.get(openTimeMs) ?? [], run.feeds)),
  );
  const compared = compareSteps(
    ours,
    theirs.filter(({ openTimeMs }) => openTimeMs <= last.openTimeMs).map(namedAsBots),
  );
  const numbers = new Map(ours.map(({ openTimeMs, step }) => [openTimeMs, step]));
  return {
    ...compared,
    differences: compared.differences.map((difference) => ({
      ...difference,
      step: numbers.get(difference.openTimeMs) ?? null,
    })),
  };
}

interface ReadWindow {
  readonly feed: string;
  readonly fromMs: number;
  readonly toMs: number;
}

const windowsOf = ({ inputs }: RunStep): readonly ReadWindow[] =>
  (inputs as { candles?: readonly ReadWindow[] }).candles ?? [];

/** The same hash as the step's own, over the same candles as they are known now. */
const hashesOf = (windows: readonly ReadWindow[], feeds: RunToCompare['feeds']) =>
  windows.map(({ feed, fromMs, toMs }) => {
    const { firstOpenMs, values, interval } = feeds[feed]!;
    const span = intervalMs(interval as Interval);
    const [from, to] = [fromMs, toMs].map((ms) => ((ms - firstOpenMs) / span) * CANDLE_NUMBERS) as [
      number,
      number,
    ];
    const { buffer, byteOffset, byteLength } = values.subarray(Math.max(0, from), Math.max(0, to));
    const hash = createHash('sha256')
      .update(Buffer.from(buffer, byteOffset, byteLength))
      .digest('hex');
    return { feed, hash };
  });

function columnsOf({ symbol, minutes: { firstOpenMs, values } }: RunToCompare): CandleColumns {
  const column = (place: number): Float64Array =>
    Float64Array.from(
      { length: values.length / CANDLE_NUMBERS },
      (_, at) => values[at * CANDLE_NUMBERS + place]!,
    );
  return {
    symbol,
    interval: '1m',
    firstOpenMs,
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volume: column(4),
  };
}

const COMMON_NAMES: ReadonlySet<string> = new Set(['entry', 'exit', 'stop', 'target', 'liquidation']);

/** A bot's fills say what their order was for, not what its strategy called it. */
const namedAsBots = (record: StepRecord): StepRecord => ({
  ...record,
  fills: record.fills.map((fill) => (COMMON_NAMES.has(fill.name) ? fill : { ...fill, name: 'grid' })),
});
