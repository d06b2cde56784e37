/** What a backtest says, as data: the same input gives the same bytes. */
import { BacktestRun, BacktestSetup } from '../engine/backtest';
import { FILL_RULES } from '../engine/fill-rules';
import { Trade } from '../engine/position';
import { Sensitivity, StudyOutcome, WalkForwardPart } from '../study/outcome';
import { Figures, TrialSharpes, figuresOf } from './figures';
import { RecordedOutcome } from '../recording/recorded-outcome';
import { GridCell, gridOf } from './grid-table';
import { monthly } from './monthly';

export const REPORT_SCHEMA = 'elvis.backtest.report/1';

/** Where the candles are from. */
export interface DataFacts {
  readonly name: string;
  /** SHA-256 of the candles, so that a data set has one name. */
  readonly hash: string;
  readonly origin: 'recorded' | 'generated' | 'imported' | 'stored';
  readonly symbol: string;
  readonly interval: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly candles: number;
}

export interface Hashes {
  readonly strategy: string;
  /** Of all that judges an order. */
  readonly rules: string;
  /** Of all that runs a strategy and works its figures out. */
  readonly build: string;
}

/** What a backtest was run on and what came of it; fields are added, never changed. */
export interface BacktestReport {
  readonly schema: typeof REPORT_SCHEMA;
  readonly strategy: {
    readonly name: string;
    readonly version: number;
    readonly params: Readonly<Record<string, unknown>>;
  };
  readonly bot: { readonly symbol: string; readonly interval: string };
  readonly data: DataFacts;
  readonly capital: string;
  readonly leverage: number;
  readonly costs: Readonly<Record<string, string>>;
  /** Of risk, by the names of its environment. */
  readonly limits: Readonly<Record<string, string>>;
  readonly seed: number;
  readonly hashes: Hashes;
  /** How many trials of this series Elvis knows, this one included. */
  readonly trial: number;
  readonly figures: Figures;
  readonly endEquity: string;
  readonly paid: BacktestRun['paid'];
  readonly monthly: readonly { readonly month: string; readonly net: string; readonly trades: number }[];
  readonly exits: Readonly<Record<string, number>>;
  readonly denials: Readonly<Record<string, number>>;
  readonly cuts: Readonly<Record<string, number>>;
  readonly ambiguousCandles: number;
  readonly liquidations: number;
  readonly warmUpCandles: number;
  readonly sensitivity: readonly Sensitivity[];
  readonly walkForward: readonly WalkForwardPart[];
  /** What was tried on purpose; each of them is a trial. */
  readonly grid: readonly GridCell[];
  /** Where a recording was traded: the same strategy on its order book. */
  readonly recording?: RecordedOutcome;
  readonly trades: readonly Trade[];
  readonly curve: BacktestRun['curve'];
  readonly fillRules: readonly string[];
  readonly cannotTell: readonly string[];
}

const CANNOT_TELL = [
  'Whether the next months will be like these: a backtest tells of the past alone.',
  'What your own orders would have moved: the book is taken as deep at the assumed price.',
  'How long an order takes, and what is lost when the exchange, the net or a machine fails.',
  'What was tried elsewhere: the number of trials is what this Elvis knows of.',
] as const;

export interface ReportInput {
  readonly setup: BacktestSetup;
  readonly params: Readonly<Record<string, unknown>>;
  readonly outcome: StudyOutcome;
  readonly data: DataFacts;
  readonly limits: BacktestReport['limits'];
  readonly hashes: Hashes;
  readonly trials: TrialSharpes;
  readonly recording?: RecordedOutcome;
}

export function reportOf(input: ReportInput): BacktestReport {
  const { setup, params, outcome, data, limits, hashes, trials, recording } = input;
  const { run, sensitivity, walkForward, cells } = outcome;
  const generated =
    data.origin === 'generated' ? ['Anything of a market: these candles were generated.'] : [];
  // Every rate of years is not for a table; where they are from names them.
  const { fundings: _, ...told } = setup.costs;
  const { slippageFrom, slippageBySize } = told;
  const calm = slippageBySize
    ? [`What taking costs in a livelier market: spread and slippage are those of ${slippageFrom}.`]
    : [];
  return {
    schema: REPORT_SCHEMA,
    strategy: { name: setup.strategy.name, version: setup.strategy.version, params },
    bot: setup.bot,
    data,
    capital: setup.capital.toFixed(),
    leverage: setup.leverage,
    costs: texts(told),
    limits,
    seed: setup.seed,
    hashes,
    trial: trials.length,
    figures: figuresOf(run, setup.capital.toNumber(), trials, cells),
    endEquity: run.endEquity,
    paid: run.paid,
    monthly: monthly(run.trades),
    exits: counted(run.trades.map(({ reason }) => reason)),
    denials: run.denials,
    cuts: run.cuts,
    ambiguousCandles: run.counts.ambiguous,
    liquidations: run.counts.liquidations,
    warmUpCandles: run.warmUpCandles,
    sensitivity,
    walkForward,
    grid: gridOf(cells),
    ...(recording && { recording }),
    trades: run.trades,
    curve: run.curve,
    fillRules: FILL_RULES,
    cannotTell: [...generated, ...again(recording), ...calm, ...CANNOT_TELL],
  };
}

const again = (recording: RecordedOutcome | undefined): readonly string[] =>
  recording && recording.rounds > 1
    ? [
        'Anything of the rounds after the first: the recording was played again, and its market was known by then.',
      ]
    : [];

const texts = (values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      Array.isArray(value) ? JSON.stringify(value) : String(value),
    ]),
  );

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
