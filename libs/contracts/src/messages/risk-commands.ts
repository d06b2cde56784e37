/** What a person may ask of risk beside orders and stops: leverage, trading state, limits, one-time overrides. */
import {
  CLIENT_ORDER_ID_PATTERN,
  DENIAL_CODES,
  DenialCode,
  INPUT_CODES,
  Market,
  Refusal,
  StopScope,
  SYMBOL_PATTERN,
  TRADING_STATES,
  TradingState,
} from '@elvis/trading';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { command, event, query } from './contract';
import { StopReply, StopScopeBody } from './kill-switch';

class Asked {
  @IsString() @MaxLength(100) readonly actor!: string;
  @IsOptional() @IsString() @MaxLength(64) readonly remoteIp?: string;
  @IsOptional() @IsString() @MaxLength(500) readonly reason?: string;
}

export class SetLeverage extends Asked {
  @Matches(SYMBOL_PATTERN) readonly symbol!: string;
  /** Judged by the policy: anything but a whole number from 1 to 125 is LEVERAGE_REFUSED, not malformed. */
  @IsNumber() readonly leverage!: number;
}

export interface LeverageView {
  readonly symbol: string;
  /** What the exchange has, read back. */
  readonly leverage: number;
  readonly confirmedAtMs: number;
  /** What the policy wants the symbol to have; other than `leverage` it is a drift. */
  readonly wanted: number;
}

export class GetLeverage {
  @Matches(SYMBOL_PATTERN) readonly symbol!: string;
}

/** @throws LEVERAGE_REFUSED the policy or the exchange says no; nothing was changed */
export const setLeverage = command<SetLeverage, LeverageView>('elvis.command.risk.set-leverage', SetLeverage);
/**
 * The same from the Binance front, for the bot of a key: it is given the symbol as by an opening order.
 *
 * @throws BOT_NOT_ALLOWED the actor is no bot, or another one holds the symbol; LEVERAGE_REFUSED
 */
export const setFrontLeverage = command<SetLeverage, LeverageView>(
  'elvis.command.risk.set-leverage.front',
  SetLeverage,
);
export const getLeverage = query<GetLeverage, LeverageView>('elvis.query.risk.leverage', GetLeverage);

export class SetVenueLeverage {
  @Matches(SYMBOL_PATTERN) readonly symbol!: string;
  @IsInt() readonly leverage!: number;
}

/** What the exchange confirmed. */
export interface VenueLeverage {
  readonly symbol: string;
  readonly leverage: number;
  readonly confirmedAtMs: number;
}

export class ListVenueLeverages {}

/** [largest notional, leverage allowed up to it], smallest notional first. */
export type LeverageBracketRow = readonly [notionalCap: string, maximum: number];

export interface SymbolLeverage {
  readonly symbol: string;
  readonly leverage: number;
  readonly brackets: readonly LeverageBracketRow[];
}

/** To execution, from risk alone: set it and read it back. @throws LEVERAGE_REFUSED the exchange keeps another value */
export const setVenueLeverage = command<SetVenueLeverage, VenueLeverage>(
  'elvis.command.execution.set-leverage',
  SetVenueLeverage,
);
/** What the exchange has for every symbol now, with its brackets. */
export const listVenueLeverages = query<
  ListVenueLeverages,
  { readonly items: readonly SymbolLeverage[]; readonly asOfMs: number }
>('elvis.query.execution.leverages', ListVenueLeverages);

export class LeverageChanged {
  readonly symbol!: string;
  readonly leverage!: number;
  readonly actor!: string;
  readonly remoteIp!: string | null;
  readonly confirmedAtMs!: number;
}
/** The leverage of a symbol was set and read back. */
export const leverageChanged = event('elvis.event.risk.leverage-changed', LeverageChanged);

export class SetTradingState extends Asked {
  @ValidateNested() @Type(() => StopScopeBody) readonly scope!: StopScopeBody;
  @IsIn(TRADING_STATES) readonly state!: TradingState;
  /** With a reason: loosens also what is not verified, or what an automatic stop still has reason for. */
  @IsOptional() @IsBoolean() readonly force?: boolean;
  /** Whether the caller has the scope `clear`: without it no HALTED ends, whatever state is asked for. */
  @IsOptional() @IsBoolean() readonly mayClear?: boolean;
}

export interface ScopeState {
  readonly scope: StopScope;
  readonly state: TradingState;
  readonly stopId: string | null;
  readonly actor: string | null;
  readonly reason: string | null;
  readonly sinceMs: number | null;
}

export interface TradingStateView {
  /** The strictest of what applies to everything. */
  readonly state: TradingState;
  readonly epoch: number;
  readonly scopes: readonly ScopeState[];
  /** Only after a tightening: what the stop has reached. */
  readonly stop?: StopReply;
}

export class GetTradingState {}

/**
 * ACTIVE ends the stops of exactly this scope; HALTED tightens it, and so does REDUCING unless it is HALTED.
 *
 * @throws STOP_ADDS_NOTHING the scope is at least as strict already
 * @throws SCOPE_MISSING     a HALTED would end, and its caller may not clear
 */
export const setTradingState = command<SetTradingState, TradingStateView>(
  'elvis.command.risk.set-trading-state',
  SetTradingState,
);
export const getTradingState = query<GetTradingState, TradingStateView>(
  'elvis.query.risk.trading-state',
  GetTradingState,
);

/** Limits that can be changed while running, by the names the environment has. */
export const RUNTIME_LIMITS = [
  'RISK_MAX_ORDER_NOTIONAL',
  'RISK_MAX_POSITION_NOTIONAL',
  'RISK_MAX_GROSS_NOTIONAL',
  'RISK_MAX_OPEN_ORDERS',
  'RISK_MAX_ORDERS_PER_SECOND',
  'RISK_PRICE_COLLAR',
  'RISK_MAX_PRICE_AGE_MS',
  'RISK_MAX_VENUE_DIVERGENCE',
  'RISK_DUPLICATE_WINDOW_MS',
  'RISK_MAX_DAILY_LOSS',
  'RISK_MAX_DRAWDOWN',
  'RISK_MAX_CONSECUTIVE_REJECTS',
] as const;
export type RuntimeLimit = (typeof RUNTIME_LIMITS)[number];

export class SetLimits extends Asked {
  /** Name to value: a positive decimal, `off`, or null to go back to the environment's value. */
  @IsObject() readonly limits!: Readonly<Partial<Record<RuntimeLimit, string | null>>>;
}

export interface LimitView {
  readonly name: RuntimeLimit;
  /** A decimal or `off`. */
  readonly value: string;
  readonly setBy: 'environment' | 'operator';
  readonly environment: string;
  /** How much of it is used where that can be said, as a fraction. */
  readonly used?: string;
}

/** What the account has lost, as it counts toward the limits: futures, and the coins of followed symbols on spot. */
export interface LossesView {
  readonly asset: string;
  /** UTC day of the exchange, `2026-11-21`. */
  readonly day: string;
  /** Since the day began, or its loss was acknowledged; 0 where nothing was lost. */
  readonly today: string;
  /** The same by market, signed: below zero is won. Absent until spot has been measured. */
  readonly todayByMarket?: Readonly<Record<Market, string>>;
  /** Below the highest value ever, or since that was acknowledged. */
  readonly drawdown: string;
  /** Why these are not the figures of this moment: the code that opening orders are refused with, and its numbers. */
  readonly lacks?: Readonly<Record<string, string>>;
}

export interface LimitsView {
  readonly limits: readonly LimitView[];
  readonly revision: number;
  readonly halts: Readonly<Record<string, string>>;
  readonly leverage: Readonly<Record<string, { readonly wanted: number; readonly cap: number | null }>>;
  /** Absent while what the account has lost is not known. */
  readonly losses?: LossesView | undefined;
}

export class GetLimits {}

/** @throws MESSAGE_MALFORMED a name or a value is none; nothing was changed */
export const setLimits = command<SetLimits, LimitsView>('elvis.command.risk.set-limits', SetLimits);
export const getLimits = query<GetLimits, LimitsView>('elvis.query.risk.limits', GetLimits);

export class LimitsChanged {
  readonly actor!: string;
  readonly remoteIp!: string | null;
  readonly reason!: string;
  readonly revision!: number;
  readonly before!: Readonly<Record<string, string>>;
  readonly after!: Readonly<Record<string, string>>;
}
/** A limit was changed while running: what it was and what it is. */
export const limitsChanged = event('elvis.event.risk.limits-changed', LimitsChanged);

export class LimitApproached {
  readonly limit!: RuntimeLimit;
  /** Actor, symbol or `account`. */
  readonly about!: string;
  readonly used!: string;
  readonly maximum!: string;
  /** 50, 75 or 90. */
  readonly percent!: number;
}
/** Most of a limit is used up. */
export const limitApproached = event('elvis.event.risk.limit-approached', LimitApproached);

/** The JetStream KV bucket with the limits that were changed while running, and its one key. */
export const LIMITS_BUCKET = 'ELVIS_LIMITS';
export const LIMITS_KEY = 'state';

/** Denials that no override lifts: state, leverage and everything that is not known. */
export const OVERRIDABLE_CODES = [
  'NOTIONAL_ABOVE_ORDER_MAXIMUM',
  'PRICE_OUTSIDE_COLLAR',
  'VENUE_DIVERGENCE_ABOVE_MAXIMUM',
  'POSITION_ABOVE_MAXIMUM',
  'GROSS_ABOVE_MAXIMUM',
  'OPEN_ORDERS_ABOVE_MAXIMUM',
  'RATE_ABOVE_MAXIMUM',
  'ORDER_REPEATED',
] as const satisfies readonly DenialCode[];

export class CreateOverride extends Asked {
  @IsIn([...DENIAL_CODES, ...INPUT_CODES]) readonly code!: Refusal['code'];
  @Matches(CLIENT_ORDER_ID_PATTERN) readonly clientOrderId!: string;
  /** UTC milliseconds, at most an hour ahead. */
  @IsInt() readonly expiresAtMs!: number;
}

export interface OverrideView {
  /** Sent with the order as `overrideToken`; good for this order id and this code, once. */
  readonly overrideToken: string;
  readonly code: DenialCode;
  readonly clientOrderId: string;
  readonly expiresAtMs: number;
}

/** @throws OVERRIDE_REFUSED this code cannot be overridden */
export const createOverride = command<CreateOverride, OverrideView>(
  'elvis.command.risk.create-override',
  CreateOverride,
);

export class OverrideChanged {
  readonly code!: DenialCode;
  readonly clientOrderId!: string;
  readonly actor!: string;
  readonly reason!: string;
  readonly expiresAtMs!: number;
}
/** Somebody may once do what the limits forbid. */
export const overrideCreated = event('elvis.event.risk.override-created', OverrideChanged);
/** That permission was used. */
export const overrideUsed = event('elvis.event.risk.override-used', OverrideChanged);
