/** What a person, or a signal from outside, may ask of a bot. */
import { Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { AmendOrder, SubmitOrder, SubmitOrderReply } from '../messages/orders/order-commands';
import { command } from '../messages/contract';
import { SIGNAL_ACTIONS, SignalAction, StepSignal } from './bot-steps';
import { BOT_STOP_MODES, BotState, BotStopMode } from './bot-state';

class OfBot {
  @IsUUID() readonly botId!: string;
  @IsString() @MaxLength(100) readonly actor!: string;
}

export class StartBot extends OfBot {
  /** Of the configuration, as its starter saw it. */
  @IsInt() @Min(1) readonly revision!: number;
}

export interface StartBotReply {
  readonly runId: string;
  readonly run: number;
  readonly state: BotState;
}

class Steer extends OfBot {
  @IsString() @Length(1, 500) readonly reason!: string;
}

export class StopBot extends Steer {
  @IsIn(BOT_STOP_MODES) readonly mode: BotStopMode = 'cancel';
}

export class PauseBot extends Steer {}

export class ResumeBot extends OfBot {
  @IsOptional() @IsString() @MaxLength(500) readonly reason?: string;
}

export class AcknowledgeBotFault extends OfBot {
  @IsString() @Length(1, 500) readonly note!: string;
}

export interface StopBotReply {
  /** STOPPED with this id is the proof; this answer says only that it is under way. */
  readonly stopId: string;
  readonly state: BotState;
}

export interface BotReply {
  readonly state: BotState;
}

/**
 * @throws BOT_ALREADY_RUNNING, BOT_SYMBOL_TAKEN, BOT_NOT_CLEARED, BOT_OVERCOMMITTED, BOT_CONFIG_INVALID, BOT_CONFIG_CHANGED,
 * BOT_FAULT_OPEN, BOT_NOT_FOUND, TRADING_HALTED
 */
export const startBot = command<StartBot, StartBotReply>('elvis.command.bots.start', StartBot);
/** @throws BOT_NOT_FOUND, BOT_NOT_RUNNING */
export const stopBot = command<StopBot, StopBotReply>('elvis.command.bots.stop', StopBot);
/** Entries only; exits and protections go on. @throws BOT_NOT_FOUND, BOT_NOT_RUNNING */
export const pauseBot = command<PauseBot, BotReply>('elvis.command.bots.pause', PauseBot);
/** Takes the cause `person` away; others stay. @throws BOT_NOT_FOUND, BOT_NOT_RUNNING */
export const resumeBot = command<ResumeBot, BotReply>('elvis.command.bots.resume', ResumeBot);
/** @throws BOT_NOT_FOUND, BOT_NOT_FAULTED */
export const acknowledgeBotFault = command<AcknowledgeBotFault, BotReply>(
  'elvis.command.bots.acknowledge-fault',
  AcknowledgeBotFault,
);

class BotSignalBody implements StepSignal {
  @Matches(/^[A-Za-z0-9._:/-]{1,100}$/) readonly signalId!: string;
  @IsIn(SIGNAL_ACTIONS) readonly action!: SignalAction;
  @IsOptional() @Matches(/^(0(\.\d{1,18})?|1(\.0{1,18})?)$/) readonly confidence?: string;
  @IsOptional() @IsString() @MaxLength(100) readonly model?: string;
  @IsOptional() @IsString() @MaxLength(100) readonly features?: string;
  @IsOptional() @IsString() @MaxLength(500) readonly note?: string;
  @IsOptional() @IsInt() @Min(0) readonly madeAtMs?: number;
  @IsInt() @Min(0) readonly receivedAtMs!: number;
}

export class SignalBot {
  @IsUUID() readonly botId!: string;
  @ValidateNested() @Type(() => BotSignalBody) readonly signal!: BotSignalBody;
}

export interface SignalBotReply {
  readonly run: number;
  /** The step it made due, now or before. */
  readonly step: number;
  readonly isRepeat: boolean;
}

/** One signal id is one step. @throws BOT_NOT_RUNNING; BOT_CONFIG_INVALID its strategy takes no signals */
export const signalBot = command<SignalBot, SignalBotReply>('elvis.command.bots.signal', SignalBot);

/**
 * A bot's order, to risk. Only actors `bot:<botConfigId>` with their own `botConfigId`; no override token.
 * The bot takes the lease of the futures symbol or spot base asset with its first opening order.
 *
 * @throws BOT_NOT_ALLOWED the actor is no bot, or not the one the order names
 */
export const submitBotOrder = command<SubmitOrder, SubmitOrderReply>(
  'elvis.command.risk.submit-order.bots',
  SubmitOrder,
);

/** The same for a change of its working order. @throws as `amendOrder`; BOT_NOT_ALLOWED as above */
export const amendBotOrder = command<AmendOrder, SubmitOrderReply>(
  'elvis.command.risk.amend-order.bots',
  AmendOrder,
);

export const botActor = (botId: string): string => `bot:${botId}`;
