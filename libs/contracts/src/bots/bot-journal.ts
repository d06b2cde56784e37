/**
 * The bots' truth: the JetStream stream `ELVIS_BOTS`, one subject a bot. Each record is written after the one its writer
 * read (expected last sequence of the subject), so of two writers one loses. trade-history stores the records from here.
 */
import { Fill, OrderStatus } from '@elvis/trading';
import { BotConfigView } from './bot-config';
import { BotIdle, BotStanding } from './bot-standing';
import { BotFault, BotPauseCause, BotState } from './bot-state';
import { BotStopProgress, DueStep, IntentAnswer, StepIntent } from './bot-steps';

/** JetStream stream: what each bot was told, decided and did. The newest 100,000 records of a bot are kept, whatever their age. */
export const BOT_STREAM = 'ELVIS_BOTS';
const PREFIX = 'elvis.journal.bot';
export const BOT_JOURNAL_SUBJECTS = `${PREFIX}.>`;
/** The durable pull consumer through which trade-history stores runs, states and steps. */
export const HISTORY_BOTS_CONSUMER = 'HISTORY_BOTS';

export const botSubject = (botId: string): string => `${PREFIX}.${botId}`;
export const botIdOf = (subject: string): string => subject.slice(PREFIX.length + 1);

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
  /** Its own limits that are used up, where that is why it is paused. */
  readonly limits?: readonly {
    readonly limit: string;
    readonly maximum: string;
    readonly used: string;
    readonly day: string | null;
  }[];
  /** Of the hour in which it ended: its steps that sent nothing. */
  readonly idled?: BotIdle;
}

/** Funding of its position was booked by the exchange. */
export interface FundingRecord extends OfRun {
  readonly type: 'FUNDING';
  readonly payments: readonly { readonly id: string; readonly amount: string; readonly atMs: number }[];
}

export interface StepDueRecord extends OfRun, DueStep {
  readonly type: 'STEP_DUE';
}

/** An order's event was applied: the bot's position and sums change here and nowhere else. */
export interface FactRecord extends OfRun {
  readonly type: 'FACT';
  readonly eventId: string;
  readonly eventType: string;
  readonly clientOrderId: string;
  readonly status: OrderStatus;
  readonly fill?: Fill;
  /** What a unit of its fee was taken for in the quote asset, where that is an asset of its own; absent: not known. */
  readonly feePrice?: string;
  /** What it made due. */
  readonly steps: readonly DueStep[];
}

/** What was decided is fixed from here on, whichever worker carries it out. */
export interface IntentsRecord extends OfRun {
  readonly type: 'INTENTS';
  readonly step: number;
  readonly due: DueStep;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly inputsHash: string;
  readonly intents: readonly StepIntent[];
  readonly reasons: readonly string[];
}

export interface CommitRecord extends OfRun {
  readonly type: 'COMMIT';
  readonly step: number;
  readonly due: DueStep;
  readonly inputsHash: string;
  readonly reasons: readonly string[];
  readonly answers: readonly IntentAnswer[];
  /** Absent where an INTENTS record of the step has them. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** Why the strategy's hook came to no end; the step had no effect then. */
  readonly failure?: string;
  readonly tookMs: number;
  /** How late after its cause it was carried out; above `decideByMs` nothing was entered. */
  readonly lateMs: number;
  readonly isLate: boolean;
  /** Of an hour before this one that is over: its steps that sent nothing. */
  readonly idled?: BotIdle;
}

/** What a record says. */
export type BotChange =
  RunRecord | StateRecord | StepDueRecord | FactRecord | FundingRecord | IntentsRecord | CommitRecord;

/** With the bot complete as it stands with it, so the last record of a subject is the bot. */
export type BotJournalRecord = BotChange & {
  /** Of this record alone: by it a writer whose confirmation was lost finds its record. */
  readonly id: string;
  /** Sequence of the bot's record before this one; 0: none. */
  readonly previous: number;
  readonly standing: BotStanding;
};

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
