/** The parts of a step: what made it due, what it decided, what became of that. */
import { CandleInterval, Fill, Market, OrderStatus, SealedMinute } from '@elvis/trading';
import { BotStopMode } from './bot-state';

/** The candle a step was due for; other feeds of the strategy are read up to its close. */
export interface StepCandle {
  readonly market: Market;
  readonly symbol: string;
  readonly interval: CandleInterval;
  readonly openTimeMs: number;
  readonly revision: number;
}

/** What makes a step due. One cause, one step. */
export const STEP_CAUSES = [
  'candle',
  'signal',
  'fill',
  'order-closed',
  'position-closed',
  'start',
  'stop',
  'time',
  'protection',
] as const;
export type StepCause = (typeof STEP_CAUSES)[number];

export const SIGNAL_ACTIONS = ['LONG', 'SHORT', 'EXIT'] as const;
export type SignalAction = (typeof SIGNAL_ACTIONS)[number];

/** What a model or an alert outside wished. Its secret never comes this far. */
export interface StepSignal {
  /** Its sender's; a second signal of this id changes nothing. */
  readonly signalId: string;
  readonly action: SignalAction;
  /** From 0 to 1, a decimal. */
  readonly confidence?: string;
  /** Hashes or names of the model and of the features it decided by. */
  readonly model?: string;
  readonly features?: string;
  readonly note?: string;
  /** When its sender made it, if it said so, and when the gateway received it; UTC milliseconds. */
  readonly madeAtMs?: number;
  readonly receivedAtMs: number;
}

export interface BotStopProgress {
  readonly stopId: string;
  readonly mode: BotStopMode;
  readonly remainder?: BotRemainder;
}

/** What the exchange still lists of a stopped bot; empty but where `keep` left it or the exchange refused to close it. */
export interface BotRemainder {
  readonly orders: readonly string[];
  /** Signed, base asset; above zero is LONG. */
  readonly position: string;
  readonly why?: string;
}

/** What a step of an order's event is about; amounts are decimals as text. */
export interface StepFact {
  /** `entry`, `exit`, `stop`, `target`, or the name that the strategy gave the order. */
  readonly name: string;
  readonly clientOrderId: string;
  readonly fill?: Fill;
  /** How the order ended, and why where it did not fill. */
  readonly closed?: { readonly status: OrderStatus; readonly code?: string };
  /** The position that this fill ended, and what it has brought in all. */
  readonly position?: { readonly direction: 'LONG' | 'SHORT'; readonly net: string; readonly reason: string };
}

/** One cause, one step. */
export interface DueStep {
  /** 1, and one more for each cause. */
  readonly step: number;
  readonly cause: StepCause;
  /** Of the cause: the candle, the fill's trade id, the order's id, the signal's. With it a cause comes only once. */
  readonly causeId: string;
  readonly candle?: StepCandle;
  /** The sealed minute that closed the candle, so that its figures are known wherever the step is taken. */
  readonly minute?: SealedMinute;
  readonly signal?: StepSignal;
  readonly fact?: StepFact;
  readonly stop?: BotStopProgress;
  /** When it fell due. */
  readonly dueAtMs: number;
  /** Entries are no longer allowed after this; exits are. */
  readonly decideByMs: number;
}

export const STEP_ROLES = ['ENTRY', 'EXIT', 'STOP', 'TARGET', 'TRAILING', 'GRID'] as const;
export type StepRole = (typeof STEP_ROLES)[number];

/** An order, amendment or cancel that a step decided; its client order id follows from bot, run, step and `n`. */
export interface StepIntent {
  readonly n: number;
  /** A list is a spot stop and target of which one trades; its id here is that of its stop. */
  readonly action: 'SUBMIT' | 'SUBMIT_LIST' | 'AMEND' | 'CANCEL';
  readonly clientOrderId: string;
  /** What is sent, complete: fields of the command without the actor. */
  readonly terms: Readonly<Record<string, unknown>>;
  readonly role: StepRole;
  /** Whether it may open or enlarge a position. */
  readonly opens: boolean;
  readonly because: string;
}

/** What became of one intent. */
export interface IntentAnswer {
  readonly n: number;
  readonly clientOrderId: string;
  /** Status of the order, or the code of a denial or failure. */
  readonly outcome: string;
  readonly action: StepIntent['action'];
  readonly because: string;
  readonly decisionId?: string;
  readonly isRepeat?: boolean;
  /** Why it was refused: a denial code, or the exchange's number. */
  readonly code?: string;
  readonly message?: string;
}
