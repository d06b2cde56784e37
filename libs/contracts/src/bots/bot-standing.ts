/** A bot complete, as the last record of its journal has it: whoever reads that record knows all that the next needs. */
import { OrderSide } from '@elvis/trading';
import { BotConfigView } from './bot-config';
import { BotFault, BotPauseCause, BotState, LastStep } from './bot-state';
import { BotStopProgress, DueStep, StepIntent, StepRole } from './bot-steps';

/** What a run must be given back at its next step: plain data. */
export interface StrategyMemory {
  readonly state: object;
  /** No entries before; UTC milliseconds. */
  readonly restUntilMs: number;
}

/** An order of the bot that may still fill; a protection as well. */
export interface BotOrder {
  readonly clientOrderId: string;
  /** `entry`, `exit`, `stop`, `target`, or the name that the strategy gave it. */
  readonly name: string;
  readonly role: StepRole;
  readonly side: OrderSide;
  /** Null for one at the market. */
  readonly price: string | null;
  readonly quantity: string;
  /** By the fills that were applied. */
  readonly filled: string;
  /** It has ended, by an event that came before the last of its fills; so much is filled of it in all. */
  readonly endsFilled?: string;
  readonly step: number;
  readonly because: string;
  /** Of an entry: what is to protect it, distances as fractions of its price; what is null is not wanted. */
  readonly protections?: BotProtectionTerms;
  /** Canceled then if it has not filled; null: it stays. */
  readonly goodUntilMs: number | null;
}

/** Of the bot's own fills alone. */
export interface BotPosition {
  /** Signed, base asset; above zero is LONG. */
  readonly quantity: string;
  /** On average; null while flat. */
  readonly entryPrice: string | null;
  readonly openedAtMs: number | null;
}

/** Intents that are fixed and of which it is not yet written what became of each. */
export interface PendingStep {
  readonly due: DueStep;
  readonly inputsHash: string;
  readonly intents: readonly StepIntent[];
  readonly reasons: readonly string[];
  readonly memory: StrategyMemory | null;
  readonly isLate: boolean;
  readonly decidedAtMs: number;
}

/** Of one UTC day of the exchange's clock; amounts are decimals in the quote asset. */
export interface BotDay {
  /** Days since 1970-01-01 UTC. */
  readonly day: number;
  /** Results less fees, funding included. */
  readonly net: string;
  readonly results: string;
  readonly fees: string;
  readonly funding: string;
  /** Positions opened, and positions closed. */
  readonly entries: number;
  readonly trades: number;
}

/** What is held, by the fills; below zero is short. */
export interface BotHolding {
  readonly quantity: string;
  /** In the quote asset, above zero on either side. */
  readonly cost: string;
  /** All that was added since it was last flat. */
  readonly added: string;
  readonly openedAtMs: number | null;
}

/** Sums over fills, fees and funding; amounts are decimals in the quote asset. */
export interface BotFigures {
  readonly holding: BotHolding;
  /** The last days that had something, newest last. */
  readonly days: readonly BotDay[];
  /** Net of the run, and the highest that it was; never below zero. */
  readonly net: string;
  readonly peak: string;
  /** Net so far of the position that is held. */
  readonly roundNet: string;
  /** Positions in a row, the newest included, that lost. */
  readonly losses: number;
  readonly lastClosedAtMs: number | null;
  /** When a stop last ended a position. */
  readonly lastStopAtMs: number | null;
  /** Fills whose fee is in an asset without a price here: those fees are missing in the sums. */
  readonly unpriced: number;
  /** What was counted last, so that nothing is counted twice. */
  readonly counted: readonly string[];
}

/** Steps of one hour that sent nothing. */
export interface BotIdle {
  /** Hours since 1970-01-01 UTC. */
  readonly hour: number;
  readonly fromStep: number;
  readonly toStep: number;
  readonly steps: number;
  /** SHA-256 of four lines: this hash of the step before (none at first), the step, its `inputsHash`, its reasons as JSON. */
  readonly hash: string;
}

/** What protects a position: fractions of the entry price; what is null is not wanted. */
export interface BotProtectionTerms {
  readonly stop: string | null;
  readonly target: string | readonly { readonly at: string; readonly share: string }[] | null;
  readonly trailing: string | null;
  readonly timeMs: number | null;
}

/** Why a position is being closed at market. */
export const BOT_CLOSE_REASONS = [
  'time',
  'stop-passed',
  'stop-refused',
  'target-passed',
  'unprotected',
  'flatten',
] as const;
export type BotCloseReason = (typeof BOT_CLOSE_REASONS)[number];

/** What is known of the protection of the position that is held. */
export interface BotGuard {
  /** Of the entry that opened it; null while flat. */
  readonly terms: BotProtectionTerms | null;
  /** Targets that it has reached. */
  readonly reached: number;
  /** Protections of it that risk or the exchange refused. */
  readonly refused: readonly {
    readonly clientOrderId: string;
    readonly code: string;
    readonly reason?: string;
  }[];
  /** Why it is being closed, until it is flat and that was told. */
  readonly closing: BotCloseReason | null;
}

export interface BotStanding {
  /** As it stood when the run began. */
  readonly config: BotConfigView;
  readonly run: number;
  readonly runId: string;
  readonly state: BotState;
  /** Empty unless PAUSED. */
  readonly causes: readonly BotPauseCause[];
  /** Of the state, in a sentence. */
  readonly reason: string;
  /** Whether the indicators had their history: RUNNING rather than WARMING. */
  readonly isWarm: boolean;
  /** Hooks of the strategy beside `onCandle`: only these make a step due. */
  readonly hooks: readonly string[];
  /** The last step that was taken, in a line; null before the first. */
  readonly lastStep: LastStep | null;
  /** Of the last hook that failed. */
  readonly lastFailure: string | null;
  /** The highest number that was given. */
  readonly lastDueStep: number;
  /** Open time of the newest candle that made a step due; an older one makes none. */
  readonly lastCandleMs: number;
  readonly memory: StrategyMemory | null;
  /** Of this hour; null: none sent nothing yet. */
  readonly idle?: BotIdle | null;
  /** In order of their numbers. */
  readonly due: readonly DueStep[];
  readonly pending: PendingStep | null;
  readonly orders: readonly BotOrder[];
  readonly position: BotPosition;
  readonly figures: BotFigures;
  /** The run has once fallen as far as it may, the open position included; a new run begins anew. */
  readonly isDrawnDown?: boolean;
  readonly guard: BotGuard;
  /** Steps in a row that came too late to enter. */
  readonly lateSteps: number;
  /** When it sent its orders of the last minute that may open something; UTC milliseconds. */
  readonly orderedAtMs: readonly number[];
  /** Ids of the newest fills that were applied; one of them comes once. */
  readonly appliedFills: readonly string[];
  /** The newest signals from outside and the steps they made due; one of them comes once. */
  readonly signals: readonly { readonly signalId: string; readonly run: number; readonly step: number }[];
  /** Orders in a row that risk or the exchange refused. */
  readonly denials: number;
  /** Steps in a row whose hook failed. */
  readonly failures: number;
  readonly fault: BotFault | null;
  readonly stop: BotStopProgress | null;
  /** How often its step was made due. */
  readonly stopAttempts: number;
}
