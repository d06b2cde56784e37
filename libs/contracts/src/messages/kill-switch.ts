/** The one switch that stops everything, and what it tells those who ask. Times are UTC milliseconds. */
import {
  HedgeSide,
  STOP_SCOPES,
  SYMBOL_PATTERN,
  SYMBOL_RULE,
  StopPhase,
  StopPhaseTimes,
  StopScope,
} from '@elvis/trading';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { command, event, query } from './contract';
import { ArePersons } from './persons';

export { STOP_PHASES } from '@elvis/trading';
export type { StopPhase, StopPhaseTimes } from '@elvis/trading';

const BOT = /^[A-Za-z0-9-]{1,40}$/;

/** Any symbol that the exchange lists can be stopped, and no misspelt one is taken for a stop of something. */
const IsNameOfScope = (): PropertyDecorator =>
  ValidateBy({
    name: 'isNameOfScope',
    validator: {
      validate: (value: unknown, args) => {
        const { type } = args?.object as StopScopeBody;
        return typeof value === 'string' && (type === 'symbol' ? SYMBOL_PATTERN : BOT).test(value);
      },
      defaultMessage: (args) =>
        (args?.object as StopScopeBody).type === 'symbol'
          ? `value ${SYMBOL_RULE}`
          : 'value must be 1 to 40 of A-Z a-z 0-9 and -',
    },
  });

export class StopScopeBody implements StopScope {
  @IsIn(STOP_SCOPES) readonly type!: StopScope['type'];
  @ValidateIf(({ type, value }: StopScopeBody) => type !== 'global' || value !== undefined)
  @IsNameOfScope()
  readonly value?: string;
}

export class RequestStop {
  @IsString() @MaxLength(100) readonly actor!: string;
  @IsOptional() @IsString() @MaxLength(64) readonly remoteIp?: string;
  @IsOptional() @IsString() @MaxLength(500) readonly reason?: string;
  @IsOptional() @ValidateNested() @Type(() => StopScopeBody) readonly scope?: StopScopeBody;
  @IsOptional() @IsBoolean() readonly cancelOpenOrders?: boolean;
  @IsOptional() @IsBoolean() readonly flatten?: boolean;
}

export interface RemainingOrder {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly reason: string;
}

/** A position that still stands under a stop; `symbol` is `*`, without a quantity, where they cannot be read. */
export interface RemainingPosition {
  readonly symbol: string;
  /** Of an account in hedge mode, where a symbol has one of each. */
  readonly positionSide?: HedgeSide;
  /** Signed: above zero is LONG. */
  readonly quantity: string | null;
  readonly reason: string;
}

/** A resting order that was filled, in part or whole, before its cancel landed. */
export interface FilledOrder {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly filledQuantity: string;
}

/**
 * How far a stop has come, kept in Redis (`ELVIS_KILL_SWITCH:progress`) by execution's stop supervisor, which needs
 * neither NATS nor risk for it. `epoch` is of the version of the stop that this is about.
 */
export interface StopProgress {
  readonly stopId: string;
  readonly epoch: number;
  readonly phase: StopPhase;
  readonly phases: StopPhaseTimes;
  readonly inFlight: number;
  readonly canceledOrders: readonly string[];
  readonly filledOrders: readonly FilledOrder[];
  readonly remainingOrders: readonly RemainingOrder[];
  /** Symbols with a position whose protecting conditional orders this stop cancelled. */
  readonly unprotectedPositions: readonly string[];
  /** Until when the exchange has rate-limited cancels, if it has; they wait for nothing else. */
  readonly frozenUntilMs: number | null;
}

/** What a stop has reached so far. `added` is false where it added nothing to one that stood already. */
export interface StopReply {
  readonly stopId: string;
  readonly scope: StopScope;
  readonly phase: StopPhase;
  readonly phases: StopPhaseTimes;
  readonly drained: boolean;
  readonly inFlight: number;
  readonly canceledOrders: number;
  readonly remainingOrders: readonly RemainingOrder[];
  readonly unprotectedPositions: readonly string[];
  readonly filledOrders?: readonly FilledOrder[];
  /** What stands in the stop's scope until the exchange says that it is closed; null while it is not known. */
  readonly remainingPositions?: readonly RemainingPosition[] | null;
  readonly frozenUntilMs?: number | null;
  readonly reason: string;
  readonly activatedAtMs: number;
  readonly activatedBy: string;
  readonly remoteIp: string | null;
  readonly epoch: number;
  readonly redisPersisted: boolean;
  readonly durable: boolean;
  readonly added: boolean;
}

export class ClearStop {
  @IsString() @MaxLength(100) readonly actor!: string;
  /** Who is behind the actor; two clears by one person are one clear. */
  @IsOptional() @ArePersons() readonly persons?: readonly string[];
  @IsOptional() @IsString() @MaxLength(64) readonly remoteIp?: string;
  @IsOptional() @IsString() @MaxLength(500) readonly reason?: string;
  /** The newest epoch the caller has seen; a stop above it is left standing. */
  @IsOptional() @IsInt() @Min(0) readonly epoch?: number;
  @IsOptional() @IsBoolean() readonly force?: boolean;
  @IsOptional() @IsInt() @Min(0) @Max(86_400) readonly rampSeconds?: number;
}

export interface ClearReply {
  readonly redisUpdated: boolean;
  readonly durable: boolean;
  readonly wasActive: boolean;
  readonly clearedStops: readonly string[];
  readonly epoch: number;
  readonly reason: string;
  /** Another person has to confirm until then; nothing has been ended yet. */
  readonly pendingUntilMs?: number;
  /** REDUCING until then, by `rampSeconds`. */
  readonly reducingUntilMs?: number;
}

export interface StopStatus {
  readonly active: boolean;
  /** `redis` when it was asked just now, `memory` when Redis could not be. */
  readonly source: 'redis' | 'memory';
  readonly phase: StopPhase | null;
  readonly sinceMs: number | null;
  readonly reason: string | null;
  readonly scopes: readonly {
    readonly scope: StopScope;
    readonly state: 'REDUCING' | 'HALTED';
    readonly stopId: string;
  }[];
  readonly epoch: number;
  readonly durable: boolean;
  /** Of all stops together; null while it is not known. */
  readonly remainingOrders?: readonly RemainingOrder[] | null;
  readonly remainingPositions?: readonly RemainingPosition[] | null;
}

export class GetStopStatus {}

export const requestStop = command<RequestStop, StopReply>('elvis.command.risk.request-stop', RequestStop);
export const clearStop = command<ClearStop, ClearReply>('elvis.command.risk.clear-stop', ClearStop);
export const getStopStatus = query<GetStopStatus, StopStatus>('elvis.query.risk.stop-status', GetStopStatus);

export class KillSwitchChanged {
  readonly stopId!: string;
  readonly scope!: StopScope;
  /** HALTED if absent. */
  readonly state?: 'REDUCING' | 'HALTED';
  readonly actor!: string;
  /** Only of an end by a person: who is behind the actor. */
  readonly persons?: readonly string[];
  readonly remoteIp!: string | null;
  readonly reason!: string;
  readonly epoch!: number;
  readonly redisPersisted!: boolean;
  readonly durable!: boolean;
}

/** A stop has reached another phase, with what was cancelled, filled or left on the way. */
export class KillSwitchProgressed {
  readonly stopId!: string;
  readonly epoch!: number;
  readonly phase!: StopPhase;
  readonly phases!: StopPhaseTimes;
  readonly canceledOrders!: readonly string[];
  readonly filledOrders!: readonly FilledOrder[];
  readonly remainingOrders!: readonly RemainingOrder[];
  readonly unprotectedPositions!: readonly string[];
  /** What a flatten has left standing; null where it is not known. */
  readonly remainingPositions?: readonly RemainingPosition[] | null;
}

/** All kill-switch events, for those who want to hear of a stop before the next look at the stores. */
export const KILL_SWITCH_EVENTS = 'elvis.event.kill-switch.>';
/** Somebody, or an automatic rule, stopped trading in this scope. */
export const killSwitchActivated = event('elvis.event.kill-switch.activated', KillSwitchChanged);
export const killSwitchProgressed = event('elvis.event.kill-switch.progressed', KillSwitchProgressed);
/** A stop was ended by a person. */
export const killSwitchCleared = event('elvis.event.kill-switch.cleared', KillSwitchChanged);

/** The JetStream KV bucket with the durable record of stops, and its one key. */
export const HALTS_BUCKET = 'ELVIS_HALTS';
export const HALTS_KEY = 'state';
