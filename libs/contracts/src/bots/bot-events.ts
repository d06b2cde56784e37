/** What bots did, for the audit chain and whoever listens. Each is told once its journal record stands. */
import { Market } from '@elvis/trading';
import { event } from '../messages/contract';

class BotEvent {
  readonly botConfigId!: string;
  readonly owner!: string;
  readonly name!: string;
  readonly market!: Market;
  readonly symbol!: string;
  /** 0 where no run was ever begun. */
  readonly run!: number;
  /** The exchange's clock, UTC milliseconds. */
  readonly atMs!: number;
}

export class BotStarted extends BotEvent {
  readonly runId!: string;
  readonly strategy!: string;
  readonly revision!: number;
  readonly codeHash!: string;
  readonly build!: string;
}
/** A run began: its number, configuration and code are fixed until it ends. */
export const botStarted = event('elvis.event.bot.started', BotStarted);

export class BotWarmed extends BotEvent {
  /** Candles that were replayed for it. */
  readonly candles!: number;
}
/** Its indicators have their values; from here on its wishes become orders. */
export const botWarmed = event('elvis.event.bot.warmed', BotWarmed);

export class BotPaused extends BotEvent {
  /** All that hold it now: `person`, `limit`, `halt`, `divergence`, `stale`, `foreign` or `refusals`. */
  readonly causes!: readonly string[];
  readonly reason!: string;
}
/** It enters nothing; exits and protections go on. */
export const botPaused = event('elvis.event.bot.paused', BotPaused);

export class BotResumed extends BotEvent {
  readonly reason!: string;
}
/** The last cause of its pause is gone. */
export const botResumed = event('elvis.event.bot.resumed', BotResumed);

export class BotStepped extends BotEvent {
  readonly step!: number;
  readonly cause!: string;
  readonly inputsHash!: string;
  readonly reasons!: readonly string[];
  readonly intents!: readonly {
    readonly clientOrderId: string;
    readonly action: string;
    readonly because: string;
    /** Status of the order, or the code of a denial or failure. */
    readonly outcome: string;
  }[];
  readonly tookMs!: number;
  readonly lateMs!: number;
}
/** A step that sent something: what, why, and what became of it. */
export const botStepped = event('elvis.event.bot.stepped', BotStepped);

export class BotIdled extends BotEvent {
  readonly fromStep!: number;
  readonly toStep!: number;
  readonly steps!: number;
  /** A chain of SHA-256 over these steps: each of the hash before (none at first), step, `inputsHash` and reasons as JSON, in lines. */
  readonly hash!: string;
}
/** Once an hour, and when it ends: the steps that sent nothing, as a count and one hash over them. */
export const botIdled = event('elvis.event.bot.idled', BotIdled);

export class BotLimitReached extends BotEvent {
  readonly limit!: string;
  readonly maximum!: string;
  readonly used!: string;
  /** Of a daily limit: the UTC day of the exchange's clock. */
  readonly day!: string | null;
  /** The amounts it was summed of, such as fills, fees and funding. */
  readonly figures!: Readonly<Record<string, string>>;
}
/** One of its own limits is used up; it is PAUSED, or rests. */
export const botLimitReached = event('elvis.event.bot.limit-reached', BotLimitReached);

export class BotProtected extends BotEvent {
  readonly kind!: 'stop' | 'target' | 'trailing';
  readonly clientOrderId!: string;
  readonly quantity!: string;
  readonly price!: string | null;
}
/** A protection rests at the exchange. */
export const botProtected = event('elvis.event.bot.protected', BotProtected);

export class BotUnprotected extends BotEvent {
  readonly position!: string;
  readonly sinceMs!: number;
  /** Whether anything can be done now: nothing is sent while trading is halted or the exchange has frozen us. */
  readonly isHeldBack!: boolean;
  readonly reason!: string;
}
/** Its position has had no live stop for 2 s. */
export const botUnprotected = event('elvis.event.bot.unprotected', BotUnprotected);

export class BotReducing extends BotEvent {
  readonly reason!: string;
}
/** It only closes from here on. */
export const botReducing = event('elvis.event.bot.reducing', BotReducing);

export class BotStopped extends BotEvent {
  readonly stopId!: string;
  readonly mode!: 'keep' | 'cancel' | 'flatten';
  readonly orders!: readonly string[];
  readonly position!: string;
  readonly why!: string | null;
}
/** The exchange, asked twice, lists what the mode promised; what is left is named. */
export const botStopped = event('elvis.event.bot.stopped', BotStopped);

export class BotFaulted extends BotEvent {
  readonly code!: string;
  readonly message!: string;
}
/** It gave up; its protections stay, and a person must look. */
export const botFaulted = event('elvis.event.bot.faulted', BotFaulted);

export class BotConfigChanged {
  readonly botConfigId!: string;
  readonly owner!: string;
  readonly revision!: number;
  readonly change!: 'created' | 'changed' | 'deleted' | 'signal-secret';
  readonly actor!: string;
  readonly atMs!: number;
}
/** A configuration was written; a run keeps the one it began with. */
export const botConfigChanged = event('elvis.event.bot.config-changed', BotConfigChanged);

/** Every event that tells of one bot's run. */
export const BOT_EVENTS = [
  botStarted,
  botWarmed,
  botPaused,
  botResumed,
  botStepped,
  botIdled,
  botLimitReached,
  botProtected,
  botUnprotected,
  botReducing,
  botStopped,
  botFaulted,
] as const;
