/** What is known of backtests wherever a system runs; a run without one tells of it at the next. */
import { event } from '../messages/contract';

/** What a backtest is of: the same hashes, parameters and seed are the same backtest. */
export class BacktestStarted {
  /** Of this run; a run that was killed and went on has the same. */
  readonly backtestId!: string;
  /** `user:<id>` or `key:<id>`; `operator` for the command line. */
  readonly owner!: string;
  readonly strategy!: string;
  readonly version!: number;
  /** Strategy, symbol and interval: under it trials are counted, whatever the parameters and the version. */
  readonly series!: string;
  /** SHA-256 of the strategy's file. */
  readonly codeHash!: string;
  /** As given; what is not named had its default. */
  readonly params!: Readonly<Record<string, unknown>>;
  /** SHA-256 of the candles. */
  readonly dataHash!: string;
  /** SHA-256 of the rules and limits by which orders were judged. */
  readonly rulesHash!: string;
  /** SHA-256 of all that ran the strategy. */
  readonly buildHash!: string;
  readonly seed!: number;
  readonly startedAtMs!: number;
}

/** A try whose result could be looked at, and chosen by. */
export interface BacktestTrial {
  /** In this backtest: 0 is the run itself, the others combinations of its grid. */
  readonly n: number;
  /** What the combination changed. */
  readonly params: Readonly<Record<string, string>>;
  /** Sharpe ratio of a day, not annual. */
  readonly perPeriodSharpe: number;
}

export class BacktestFinished extends BacktestStarted {
  readonly trials!: readonly BacktestTrial[];
  /** The report's figures by name, each `{value, low?, high?, why?}`. */
  readonly metrics!: Readonly<Record<string, unknown>>;
  /** Name of the folder that holds the report, and SHA-256 of its `report.json`. */
  readonly report!: string;
  readonly reportHash!: string;
  readonly finishedAtMs!: number;
  /** What a go/no-go judgement asks of it: its daily returns, out of sample too, doubled costs, neighbours; absent in events of older builds. */
  readonly evidence?: object;
}

export class BacktestFailed extends BacktestStarted {
  readonly why!: string;
  readonly failedAtMs!: number;
  /** A person ended it. */
  readonly isCanceled?: boolean;
}

export class BacktestDeleted {
  readonly backtestId!: string;
  readonly deletedAtMs!: number;
}

/** A backtest began. */
export const backtestStarted = event('elvis.event.backtest.started', BacktestStarted);
/** A backtest came to its end; each trial in it counts for ever, whatever becomes of its report. */
export const backtestFinished = event('elvis.event.backtest.finished', BacktestFinished);
/** A backtest ended without a report. */
export const backtestFailed = event('elvis.event.backtest.failed', BacktestFailed);
/** A report was deleted: it is hidden from lists, and its trials still count. */
export const backtestDeleted = event('elvis.event.backtest.deleted', BacktestDeleted);
