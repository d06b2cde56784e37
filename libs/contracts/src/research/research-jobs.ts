/** Backtests that the running system carries out: asked for by a person, cut into units, kept by the bots service. */
import {
  CANDLE_INTERVALS,
  CandleInterval,
  InstrumentMessage,
  MARKETS,
  Market,
  SYMBOL_PATTERN,
  SYMBOL_RULE,
} from '@elvis/trading';
import { Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { OWNER_PATTERN } from '../bots/bot-config-commands';
import { command, marketFeed, query } from '../messages/contract';
import { IsPositiveDecimal } from '../messages/decimal-validation';
import { BacktestFinished } from './backtest-events';

export const RESEARCH_KINDS = ['backtest', 'walk-forward', 'grid'] as const;
export type ResearchKind = (typeof RESEARCH_KINDS)[number];

/** What a backtest is of, as a person writes it. */
export class ResearchOptions {
  @Matches(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, {
    message: 'strategy must be the name of a strategy in kebab case, such as "ema-crossover"',
  })
  @Length(1, 60)
  readonly strategy!: string;
  /** A data set by its name, or `store`: the sealed minutes of this system. */
  @Matches(/^[a-z0-9][a-z0-9:_-]{0,59}$/, {
    message: 'data must be the name of a data set, such as "store" or "generated:30"',
  })
  readonly data: string = 'generated';
  /** Of the store; other data name their own. */
  @Matches(SYMBOL_PATTERN, { message: `symbol ${SYMBOL_RULE}` }) readonly symbol: string = 'BTCUSDT';
  @IsIn(MARKETS) readonly market: Market = 'futures';
  /** Of the store, whole minutes; the last seven days if absent. */
  @IsOptional() @IsInt() @Min(0) readonly fromMs?: number;
  /** Exclusive. */
  @IsOptional() @IsInt() @Min(0) readonly toMs?: number;
  @IsIn(CANDLE_INTERVALS) readonly interval: CandleInterval = '1m';
  @IsPositiveDecimal() readonly capital: string = '10000';
  @IsInt() @Min(1) @Max(125) readonly leverage: number = 1;
  @IsInt() @Min(-2_147_483_648) @Max(2_147_483_647) readonly seed: number = 1;
  /** By the names that the strategy declares; what is left out has its default. */
  @IsObject() readonly parameters: Readonly<Record<string, unknown>> = {};
  /** Of a grid: values to try of some parameters, every one with every other. */
  @IsOptional() @IsObject() readonly grid?: Readonly<Record<string, readonly string[]>>;
  /** Of a walk-forward: in how many spans its candles are cut; each but the first tries what did best in the one before. */
  @IsOptional() @IsInt() @Min(2) @Max(20) readonly parts?: number;
}

class OfBacktest {
  @IsUUID() readonly id!: string;
  @Matches(OWNER_PATTERN) readonly owner!: string;
}

export class RunResearch extends OfBacktest {
  @IsIn(RESEARCH_KINDS) readonly kind!: ResearchKind;
  @IsString() @MaxLength(100) readonly actor!: string;
  @ValidateNested() @Type(() => ResearchOptions) readonly options!: ResearchOptions;
}

export class CancelResearch extends OfBacktest {
  @IsString() @MaxLength(100) readonly actor!: string;
}

export class DeleteResearch extends CancelResearch {}

export const RESEARCH_STATUSES = ['QUEUED', 'RUNNING', 'FINISHED', 'FAILED', 'CANCELED'] as const;
export type ResearchStatus = (typeof RESEARCH_STATUSES)[number];

export class ResearchProgress {
  readonly id!: string;
  readonly owner!: string;
  readonly kind!: ResearchKind;
  readonly status!: ResearchStatus;
  readonly unitsDone!: number;
  /** 0 until its candles were read. */
  readonly units!: number;
  /** Of a failure: what happened, with the figure. */
  readonly problem!: string | null;
  readonly asOfMs!: number;
}

/** Each change of a research job, at most one a second while it runs. */
export const researchFeed = marketFeed('elvis.presence.research', ResearchProgress);

/**
 * It is queued; the same id is the same job.
 *
 * @throws STRATEGY_NOT_FOUND; BACKTEST_INVALID naming everything that is wrong with its options
 */
export const runResearch = command<RunResearch, ResearchProgress>('elvis.command.research.run', RunResearch);
/** A unit that runs is ended, no other begins, and nothing of it counts. @throws BACKTEST_NOT_FOUND, BACKTEST_ENDED */
export const cancelResearch = command<CancelResearch, ResearchProgress>(
  'elvis.command.research.cancel',
  CancelResearch,
);
/** Its report goes and it is hidden; its trials stay. @throws BACKTEST_NOT_FOUND, BACKTEST_RUNNING */
export const deleteResearch = command<DeleteResearch, { readonly id: string }>(
  'elvis.command.research.delete',
  DeleteResearch,
);

export class GetResearch extends OfBacktest {}

/** How far it is; the journal keeps it after its end too. @throws BACKTEST_NOT_FOUND */
export const getResearch = query<GetResearch, ResearchProgress>('elvis.query.bots.research', GetResearch);

/** What a finished backtest can be read as. */
export const BACKTEST_PAPERS = [
  'report.json',
  'report.html',
  'trades.csv',
  'daily.csv',
  'monthly.csv',
  'equity.json',
] as const;
export type BacktestPaper = (typeof BACKTEST_PAPERS)[number];

export class ReadBacktest extends OfBacktest {
  @IsIn(BACKTEST_PAPERS) readonly paper!: BacktestPaper;
  /** From 0 on. */
  @IsInt() @Min(0) @Max(10_000) readonly part: number = 0;
}

export interface BacktestPart {
  readonly parts: number;
  /** Base64 of one part of the gzip file. */
  readonly data: string;
}

/** @throws BACKTEST_NOT_FOUND; BACKTEST_RUNNING it has no report yet; BACKTEST_WITHOUT_REPORT it ended without */
export const readBacktest = query<ReadBacktest, BacktestPart>('elvis.query.bots.backtest-part', ReadBacktest);

/** The records of jobs, and what their units brought: one message a subject, the newest. */
export const RESEARCH_STREAM = 'ELVIS_RESEARCH';
export const RESEARCH_SUBJECTS = 'elvis.journal.research.>';

/** A job as it is kept; each write is a compare-and-set. */
export interface ResearchRecord extends Omit<ResearchProgress, 'asOfMs' | 'unitsDone'> {
  readonly version: 1;
  readonly actor: string;
  readonly options: ResearchOptions;
  /** Whose candles these are. */
  readonly symbol: string;
  /** Limits of risk as they were when it was asked for, by their names. */
  readonly limits: Readonly<Record<string, string>>;
  /** Where the candles are of the store: the instrument as the exchange listed it. */
  readonly instrument: InstrumentMessage | null;
  readonly strategyVersion: number;
  readonly codeHash: string;
  readonly rulesHash: string;
  readonly buildHash: string;
  /** Of the candles; null until they were read. */
  readonly dataHash: string | null;
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
  /** Of a job that is FINISHED: what is told of it. */
  readonly finished: BacktestFinished | null;
  readonly deletedAtMs: number | null;
}
