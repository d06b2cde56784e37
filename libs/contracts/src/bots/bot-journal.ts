/**
 * The bots' truth: the JetStream stream `ELVIS_BOTS`, one subject a bot. Each record is written after the one its writer
 * read (expected last sequence of the subject), so of two writers one loses. trade-history stores the records from here.
 */
import { CandleInterval, Market } from '@elvis/trading';
import { BotConfigView } from './bot-config';
import { BotFault, BotPauseCause, BotState, BotStopMode } from './bot-state';

/** JetStream stream: what each bot was told, decided and did. The newest 100,000 records of a bot are kept, whatever their age. */
export const BOT_STREAM = 'ELVIS_BOTS';
const PREFIX = 'elvis.journal.bot';
export const BOT_JOURNAL_SUBJECTS = `${PREFIX}.>`;
/** The durable pull consumer through which trade-history stores runs, states and steps. */
export const HISTORY_BOTS_CONSUMER = 'HISTORY_BOTS';

export const botSubject = (botId: string): string => `${PREFIX}.${botId}`;
export const botIdOf = (subject: string): string => subject.slice(PREFIX.length + 1);

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

interface OfRun {
  /** Of this bot; never the same twice. */
  readonly run: number;
  /** The exchange's clock, UTC milliseconds. */
  readonly atMs: number;
}

/** A run begins: number, configuration and code are fixed until it ends. */
export interface RunRecord extends OfRun {
  readonly type: 'RUN';
  readonly runId: string;
  readonly config: BotConfigView;
  readonly codeHash: string;
  readonly build: string;
  readonly clearanceId: string | null;
  readonly actor: string;
}

/** The bot is in another state, or paused by other causes. */
export interface StateRecord extends OfRun {
  readonly type: 'STATE';
  readonly state: BotState;
  readonly causes: readonly BotPauseCause[];
  readonly reason: string;
  readonly actor: string;
  readonly fault?: BotFault;
  /** Of a stop: which, how, and at STOPPED what is left at the exchange. */
  readonly stop?: BotStopProgress;
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

export interface StepDueRecord extends OfRun {
  readonly type: 'STEP_DUE';
  /** 1, and one more for each cause. */
  readonly step: number;
  readonly cause: StepCause;
  /** Of the cause: the candle, the fill's trade id, the order's id, the signal's. With it a cause comes only once. */
  readonly causeId: string;
  readonly candle?: StepCandle;
  readonly signal?: StepSignal;
  /** Entries are no longer allowed after this; exits are. */
  readonly decideByMs: number;
}

/** An order, amendment or cancel that a step decided; its client order id follows from bot, run, step and `n`. */
export interface StepIntent {
  readonly n: number;
  readonly action: 'SUBMIT' | 'AMEND' | 'CANCEL';
  readonly clientOrderId: string;
  /** What is sent, complete: fields of the command without the actor. */
  readonly terms: Readonly<Record<string, unknown>>;
  readonly role: 'ENTRY' | 'EXIT' | 'STOP' | 'TARGET' | 'TRAILING' | 'GRID';
  readonly because: string;
}

/** What was decided is fixed from here on, whichever worker carries it out. */
export interface IntentsRecord extends OfRun {
  readonly type: 'INTENTS';
  readonly step: number;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly inputsHash: string;
  readonly intents: readonly StepIntent[];
  readonly reasons: readonly string[];
  /** The strategy's memory after the step. */
  readonly memory: Readonly<Record<string, unknown>>;
}

/** What became of one intent. */
export interface IntentAnswer {
  readonly n: number;
  readonly clientOrderId: string;
  /** Status of the order, or the code of a denial or failure. */
  readonly outcome: string;
  readonly decisionId?: string;
  readonly isRepeat?: boolean;
  readonly message?: string;
}

export interface CommitRecord extends OfRun {
  readonly type: 'COMMIT';
  readonly step: number;
  readonly inputsHash: string;
  readonly reasons: readonly string[];
  readonly answers: readonly IntentAnswer[];
  /** Absent where an INTENTS record of the step has them. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly memory?: Readonly<Record<string, unknown>>;
  readonly tookMs: number;
  /** How late after its cause it was carried out; above `decideByMs` nothing was entered. */
  readonly lateMs: number;
  readonly isLate: boolean;
}

export type BotJournalRecord = RunRecord | StateRecord | StepDueRecord | IntentsRecord | CommitRecord;

const RADIX = 36;

/** `b.<short code>.<run>.<step>.<n>`, numbers to base 36; protections end in `s`, `t` or `r`. At most 36 characters. */
export const botOrderId = (
  shortCode: string,
  run: number,
  step: number,
  n: number,
  protection: '' | 's' | 't' | 'r' = '',
): string =>
  `b.${shortCode}.${[run, step, n].map((part) => part.toString(RADIX)).join('.')}${protection && `.${protection}`}`;

export interface BotOrderIdParts {
  readonly shortCode: string;
  readonly run: number;
  readonly step: number;
  readonly n: number;
}

/** Undefined for an id that is no bot's. */
export function readBotOrderId(clientOrderId: string): BotOrderIdParts | undefined {
  const match = /^b\.([a-z0-9]{6})\.([a-z0-9]+)\.([a-z0-9]+)\.([a-z0-9]+)(\.[str])?$/.exec(clientOrderId);
  if (!match) return undefined;
  const [run, step, n] = match.slice(2, 5).map((part) => parseInt(part, RADIX)) as [number, number, number];
  return { shortCode: match[1]!, run, step, n };
}
