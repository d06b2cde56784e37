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
  readonly filled: string;
  readonly step: number;
  readonly because: string;
  /** Of an entry: what is to protect it, distances as fractions of its price; what is null is not wanted. */
  readonly protections?: Readonly<Record<string, unknown>>;
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

/** Sums over the fills; amounts are decimals in the quote asset. */
export interface BotFigures {
  /** UTC day of the newest fill, `2026-11-21`. */
  readonly day: string;
  /** Results less fees, funding included, of that day and of the run. */
  readonly dayNet: string;
  readonly runNet: string;
  /** Positions closed on that day. */
  readonly dayTrades: number;
  /** Of the position that is open: what it has brought so far. */
  readonly positionNet: string;
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
  /** In order of their numbers. */
  readonly due: readonly DueStep[];
  readonly pending: PendingStep | null;
  readonly orders: readonly BotOrder[];
  readonly position: BotPosition;
  readonly figures: BotFigures;
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
