/** Runs, states and steps as trade-history has stored them from the journal. */
import { IsInt, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { marketFeed, query } from '../messages/contract';
import { TradeView } from '../messages/history/history-queries';
import { OrderView } from '../messages/orders/order-commands';
import { Page } from '../messages/orders/order-queries';
import { OWNER_PATTERN } from './bot-config-commands';
import { IntentAnswer, StepCandle, StepIntent, StepSignal } from './bot-steps';

class OfOwnBot {
  @IsUUID() readonly botConfigId!: string;
  @Matches(OWNER_PATTERN) readonly owner!: string;
}

class Listed extends OfOwnBot {
  @IsOptional() @IsString() @MaxLength(200) readonly cursor?: string;
  @IsInt() @Min(1) @Max(1000) readonly limit: number = 50;
}

export class ListBotStateHistory extends Listed {}

export interface StoredBotState {
  readonly run: number;
  readonly state: string;
  readonly causes: readonly string[];
  readonly reason: string;
  readonly actor: string;
  readonly atMs: number;
}

export class ListBotSteps extends Listed {
  @IsOptional() @IsInt() @Min(1) readonly run?: number;
}

export class GetBotStep extends OfOwnBot {
  /** The newest run if absent. */
  @IsOptional() @IsInt() @Min(1) readonly run?: number;
  @IsInt() @Min(1) readonly step!: number;
}

/** A step in a list, and as `bot-steps:<id>` tells of it. */
export class BotStepSummary {
  readonly botConfigId!: string;
  readonly run!: number;
  readonly step!: number;
  readonly cause!: string;
  readonly candleOpenTimeMs!: number | null;
  readonly atMs!: number;
  readonly reasons!: readonly string[];
  readonly orders!: readonly string[];
  readonly tookMs!: number;
  readonly lateMs!: number;
  readonly isLate!: boolean;
  /** Why the strategy's hook came to no end; the step had no effect then. */
  readonly failure!: string | null;
}

/** The same with whose bot it is of: only they are told. */
export class BotStepDone extends BotStepSummary {
  readonly owner!: string;
}

/** Each step that is done. */
export const botStepFeed = marketFeed('elvis.presence.bot-step', BotStepDone);

/** One step, whole: what it knew, why it did what it did, and what became of that. */
export interface BotStepView extends BotStepSummary {
  readonly causeId: string;
  readonly candle: StepCandle | null;
  readonly signal: StepSignal | null;
  readonly decideByMs: number;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly inputsHash: string;
  readonly intents: readonly StepIntent[];
  readonly answers: readonly IntentAnswer[];
  /** For each order of the step: risk's decision, the order, its fills, and where the audit log has them. */
  readonly effects: readonly BotStepEffect[];
}

export interface BotStepEffect {
  readonly clientOrderId: string;
  /** Its address is `/api/v1/decisions/<id>`. */
  readonly decisionId: string | null;
  readonly verdict: string | null;
  readonly order: OrderView | null;
  readonly fills: readonly TradeView[];
  /** Numbers of the audit log's entries about it. */
  readonly auditSeqs: readonly number[];
}

export class ListBotRuns extends Listed {}

export interface StoredBotRun {
  readonly runId: string;
  readonly run: number;
  readonly revision: number;
  readonly codeHash: string;
  readonly build: string;
  readonly startedAtMs: number;
  readonly startedBy: string;
  readonly stoppedAtMs: number | null;
  readonly stoppedBy: string | null;
  readonly stopMode: string | null;
  readonly remainder: { readonly orders: readonly string[]; readonly position: string } | null;
}

/** Newest first. @throws BOT_NOT_FOUND */
export const listBotStateHistory = query<ListBotStateHistory, Page<StoredBotState>>(
  'elvis.query.trade-history.bot-state-history',
  ListBotStateHistory,
);
/** Newest first. @throws BOT_NOT_FOUND */
export const listBotRuns = query<ListBotRuns, Page<StoredBotRun>>(
  'elvis.query.trade-history.bot-runs',
  ListBotRuns,
);
/** Newest first. @throws BOT_NOT_FOUND */
export const listBotSteps = query<ListBotSteps, Page<BotStepSummary>>(
  'elvis.query.trade-history.bot-steps',
  ListBotSteps,
);
/** @throws BOT_NOT_FOUND, BOT_STEP_NOT_FOUND */
export const getBotStep = query<GetBotStep, BotStepView>('elvis.query.trade-history.bot-step', GetBotStep);
