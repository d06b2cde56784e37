/** Whether a run did what a backtest of the same candles does, and where not, why. */
import { IsInt, IsOptional, IsUUID, Matches, Max, Min } from 'class-validator';
import { query } from '../messages/contract';
import { OWNER_PATTERN } from './bot-config-commands';
import { IntentAnswer, StepCandle, StepIntent } from './bot-steps';

export class ListRunSteps {
  @IsUUID() readonly botConfigId!: string;
  @IsInt() @Min(1) readonly run!: number;
  /** Only steps after this one. */
  @IsInt() @Min(0) readonly after: number = 0;
  @IsInt() @Min(1) @Max(100) readonly limit: number = 100;
}

/** A step that is done, with all that it was decided by. */
export interface RunStep {
  readonly step: number;
  readonly cause: string;
  readonly candle: StepCandle | null;
  readonly dueAtMs: number;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly reasons: readonly string[];
  readonly intents: readonly StepIntent[];
  readonly answers: readonly IntentAnswer[];
  readonly isLate: boolean;
  readonly failure: string | null;
}

/** Oldest first; fewer than asked for where they are large, none after the last. For bots alone: whose they are is not asked. */
export const listRunSteps = query<ListRunSteps, { readonly items: readonly RunStep[] }>(
  'elvis.query.trade-history.bot-run-steps',
  ListRunSteps,
);

export class GetBotParity {
  @IsUUID() readonly botConfigId!: string;
  @Matches(OWNER_PATTERN) readonly owner!: string;
  /** The newest if absent. */
  @IsOptional() @IsInt() @Min(1) readonly run?: number;
}

export interface BotStepDifference {
  /** Of the candle that was stepped on. */
  readonly openTimeMs: number;
  /** The bot's step on it; null where it has none. */
  readonly step: number | null;
  /** MISSED_STEP, DIFFERENT_DECISION, DENIED or DIFFERENT_FILL: only the last is a fact of the market. */
  readonly class: string;
  /** Of a different decision: the first input that differs; null where the same inputs were decided differently. */
  readonly input: string | null;
  readonly bot: string;
  readonly backtest: string;
  /** Only what an earlier difference left behind differs: no cause of its own. */
  readonly follows: boolean;
}

export interface BotParity {
  readonly run: number;
  readonly runId: string;
  /** Whether the strategy's code is what the run began with. */
  readonly isSameCode: boolean;
  /** Open times of the first and the last candle. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly steps: number;
  readonly counts: Readonly<Record<string, number>>;
  /** In order of time, the first 500. */
  readonly differences: readonly BotStepDifference[];
  readonly leftOut: number;
}

/**
 * @throws BOT_NOT_FOUND, BOT_STEP_NOT_FOUND the run has no step on a candle; BOT_CONFIG_INVALID no backtest of it
 * is possible; MARKET_DATA_MISSING
 */
export const getBotParity = query<GetBotParity, BotParity>('elvis.query.bots.parity', GetBotParity);
