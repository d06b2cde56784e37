/**
 * What is known when a bot, or the whole installation, is to be judged: plain data, each item with where it is from. The
 * gates see nothing else, so a report follows from its evidence to the byte, on any machine.
 */

/** One item: its rows, the question that found them, and the entries of the audit log between which they lie. */
export interface Item<Row> {
  /** The question, in words that a person can ask again: SQL, a subject of the bus, or a file. */
  readonly query: string;
  /** Numbers of the first and the last entry; null where no event tells of the rows. */
  readonly auditFrom: number | null;
  readonly auditTo: number | null;
  readonly rows: readonly Row[];
  /** Why the item could not be had; its gates are unknown then. */
  readonly why?: string;
}

/** Everything a clearance is bound to, as text. */
export type BoundFields = Readonly<Record<string, string>>;

export interface SubjectRow {
  /** Null for the installation. */
  readonly botConfigId: string | null;
  readonly name: string;
  readonly strategy: string | null;
  readonly market: string | null;
  readonly symbol: string | null;
  readonly interval: string | null;
  /** Quote asset, of which daily results are fractions. */
  readonly capital: string;
  /** Of the symbol's instrument; null where it is not known. */
  readonly minNotional: string | null;
  /** Of the largest order the bot may send, in quote. */
  readonly orderNotional: string | null;
  readonly bound: BoundFields;
}

export interface AuditRow {
  readonly entries: number;
  readonly first: number;
  readonly last: number;
  readonly checkpoints: number;
  readonly fault: string | null;
}

/** What a rehearsal, a drill or the preflight has found. */
export interface ProofRow {
  readonly id: string;
  readonly build: string;
  readonly endedAtMs: number;
  readonly mode: string;
  /** Such as seeds, ways, orders, restarts; each kind names its own. */
  readonly counts: Readonly<Record<string, number>>;
  /** Each promise that did not hold, in words. */
  readonly broken: readonly string[];
}

export interface LimitRow {
  readonly name: string;
  readonly value: string;
}

export interface ProblemRow {
  readonly what: string;
  readonly count: number;
}

/** A position without a live stop, in seconds. */
export interface UnprotectedRow {
  readonly atMs: number;
  readonly seconds: number;
}

export interface InterruptionRow {
  readonly kind: 'restart' | 'feed-loss' | 'halt';
  readonly atMs: number;
  /** Orders, fills or steps that were lost by it. */
  readonly lost: number;
}

export interface ParityRow {
  readonly run: number;
  readonly steps: number;
  readonly isSameCode: boolean;
  /** Steps that were missed or decided differently, and that no pause, no denial and no earlier difference explains. */
  readonly real: number;
}

/** Steps of one UTC day. */
export interface StepsRow {
  readonly day: string;
  readonly steps: number;
  readonly late: number;
  readonly missed: number;
}

/** One order that closed something, on paper. */
export interface TradeRow {
  readonly id: string;
  readonly closedAtMs: number;
  /** Quote asset, after fees. */
  readonly net: string;
}

/** One UTC day of the paper period, days without a trade too. */
export interface PaperDayRow {
  readonly day: string;
  /** Quote asset, after fees. */
  readonly net: string;
}

export interface MarketDayRow {
  readonly day: string;
  /** Of the close against the open. */
  readonly change: number;
}

/** The newest finished backtest of exactly this code and these parameters. */
export interface BacktestRow {
  readonly id: string;
  readonly dataHash: string;
  readonly buildHash: string;
  /** Returns of the days of the whole run. */
  readonly dailyReturns: readonly number[];
  /** Of the days of a walk-forward that its parameters were not chosen on. */
  readonly outOfSample: readonly number[];
  /** Probability of overfitting over the trials of its grid, and how many those were. */
  readonly overfitting: number | null;
  readonly gridTrials: number;
  readonly trades: number;
  /** Mean result of a trade with all costs paid twice, quote asset; null without a trade. */
  readonly meanWithDoubledCosts: number | null;
  readonly netReturn: number;
  /** Of the runs with one parameter a fifth lower or higher. */
  readonly neighbours: readonly number[];
}

export interface TrialRow {
  readonly backtestId: string;
  readonly n: number;
  readonly dailySharpe: number;
  readonly auditSeq: number;
}

/** What rested within 10 basis points of the middle, on the thinner side, at the tenth percentile of order books. */
export interface DepthRow {
  readonly symbol: string;
  readonly orderBooks: number;
  readonly notional: number;
}

/** One order that was filled live, beside the same intent on paper. */
export interface LiveFillRow {
  readonly id: string;
  /** Basis points of notional; above zero is worse than paper. */
  readonly shortfall: number;
  /** Of a limit order: whether each was filled; null for other orders. */
  readonly liveFilled: boolean | null;
  readonly paperFilled: boolean | null;
}

export interface Evidence {
  readonly schema: 'elvis.go-no-go.evidence/1';
  readonly asOfMs: number;
  readonly subject: Item<SubjectRow>;
  readonly audit: Item<AuditRow>;
  readonly rehearsals: Item<ProofRow>;
  readonly testnet: Item<ProofRow>;
  readonly drills: Item<ProofRow>;
  readonly doctor: Item<ProofRow>;
  readonly limits: Item<LimitRow>;
  readonly problems: Item<ProblemRow>;
  readonly unprotected: Item<UnprotectedRow>;
  readonly interruptions: Item<InterruptionRow>;
  readonly parity: Item<ParityRow>;
  readonly steps: Item<StepsRow>;
  readonly trades: Item<TradeRow>;
  readonly paperDays: Item<PaperDayRow>;
  readonly marketDays: Item<MarketDayRow>;
  readonly backtest: Item<BacktestRow>;
  readonly trials: Item<TrialRow>;
  readonly depth: Item<DepthRow>;
  readonly liveFills: Item<LiveFillRow>;
}

export type ItemName = Exclude<keyof Evidence, 'schema' | 'asOfMs'>;

/** An item that could not be had. */
export const missing = (query: string, why: string): Item<never> => ({
  query,
  auditFrom: null,
  auditTo: null,
  rows: [],
  why,
});
