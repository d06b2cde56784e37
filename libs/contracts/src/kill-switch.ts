/** The one switch that stops everything, and what it tells those who ask. Times are UTC milliseconds. */
import { STOP_SCOPES, StopScope } from '@elvis/trading';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { command, event, query } from './contract';

export const STOP_PHASES = [
  'REQUESTED',
  'BLOCKED',
  'DRAINED',
  'CANCELLING',
  'VERIFIED_ZERO',
  'FLATTENING',
  'VERIFIED_FLAT',
  'INCOMPLETE',
] as const;
export type StopPhase = (typeof STOP_PHASES)[number];

export class StopScopeBody implements StopScope {
  @IsIn(STOP_SCOPES) readonly type!: StopScope['type'];
  @ValidateIf(({ type, value }: StopScopeBody) => type !== 'global' || value !== undefined)
  @Matches(/^[A-Za-z0-9-]{1,40}$/)
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

export interface StopPhaseTimes {
  readonly requested: number | null;
  readonly blocked: number | null;
  readonly drained: number | null;
  readonly cancelling: number | null;
  readonly verified: number | null;
}

export interface RemainingOrder {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly reason: string;
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
  readonly remoteIp!: string | null;
  readonly reason!: string;
  readonly epoch!: number;
  readonly redisPersisted!: boolean;
  readonly durable!: boolean;
}

/** Both kill-switch events, for those who want to hear of a stop before the next look at the stores. */
export const KILL_SWITCH_EVENTS = 'elvis.event.kill-switch.>';
export const killSwitchActivated = event('elvis.event.kill-switch.activated', KillSwitchChanged);
export const killSwitchCleared = event('elvis.event.kill-switch.cleared', KillSwitchChanged);

/** The JetStream KV bucket with the durable record of stops, and its one key. */
export const HALTS_BUCKET = 'ELVIS_HALTS';
export const HALTS_KEY = 'state';
