/** Judgements of a bot, or of the whole installation, and the clearances that follow from them; trade-history keeps both. */
import { ClearanceLimits, GoNoGoVerdict } from '@elvis/trading';
import {
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { OWNER_PATTERN } from '../bots/bot-config-commands';
import { command, query } from '../messages/contract';
import { ArePersons } from '../messages/persons';

export const GO_NO_GO_STATUSES = ['RUNNING', 'FINISHED', 'FAILED'] as const;
export type GoNoGoStatus = (typeof GO_NO_GO_STATUSES)[number];
export const GO_NO_GO_DECISIONS = ['approve', 'reject'] as const;
export type GoNoGoDecision = (typeof GO_NO_GO_DECISIONS)[number];

export class RunGoNoGo {
  /** Chosen by the gateway; the same id is the same judgement. */
  @IsUUID() readonly id!: string;
  @Matches(OWNER_PATTERN) readonly owner!: string;
  @IsString() @MaxLength(100) readonly actor!: string;
  /** The installation if absent. */
  @IsOptional() @IsUUID() readonly botConfigId?: string;
}

/** One decider, in the order they decided. */
export interface GoNoGoDecider {
  readonly actor: string;
  readonly decision: GoNoGoDecision;
  readonly reason: string;
  readonly atMs: number;
}

export interface GoNoGoRun {
  readonly id: string;
  /** Null for the installation. */
  readonly botConfigId: string | null;
  readonly owner: string;
  readonly status: GoNoGoStatus;
  /** Of a failure: what happened. */
  readonly problem: string | null;
  readonly verdict: GoNoGoVerdict | null;
  /** The verdict in a sentence, with what is missing. */
  readonly says: string | null;
  readonly missing: readonly string[];
  readonly daysMissing: number | null;
  /** UTC day such as 2026-12-14. */
  readonly earliestDay: string | null;
  /** Id of a gate and its answer: pass, fail or unknown. */
  readonly answers: Readonly<Record<string, string>>;
  readonly reportHash: string | null;
  readonly deciders: readonly GoNoGoDecider[];
  readonly clearanceId: string | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
}

/** It runs; its end is asked for. @throws BOT_NOT_FOUND */
export const runGoNoGo = command<RunGoNoGo, GoNoGoRun>('elvis.command.trade-history.run-go-no-go', RunGoNoGo);

class Seen {
  /** Only this owner's; any if absent, for those who may decide. */
  @IsOptional() @Matches(OWNER_PATTERN) readonly owner?: string;
}

export class ListGoNoGo extends Seen {
  @IsOptional() @IsUUID() readonly botConfigId?: string;
  @IsInt() @Min(1) @Max(1000) readonly limit: number = 50;
}

/** Newest first. */
export const listGoNoGo = query<ListGoNoGo, { readonly items: readonly GoNoGoRun[] }>(
  'elvis.query.trade-history.go-no-go-runs',
  ListGoNoGo,
);

export class GetGoNoGo extends Seen {
  @IsUUID() readonly id!: string;
}

/** @throws GO_NO_GO_NOT_FOUND */
export const getGoNoGo = query<GetGoNoGo, GoNoGoRun>('elvis.query.trade-history.go-no-go-run', GetGoNoGo);

/** The report, the same for people, and what `--verify` recomputes it from. */
export const GO_NO_GO_PAPERS = ['report.json', 'report.html', 'export.json'] as const;
export type GoNoGoPaper = (typeof GO_NO_GO_PAPERS)[number];

export class ReadGoNoGo extends GetGoNoGo {
  @IsIn(GO_NO_GO_PAPERS) readonly paper!: GoNoGoPaper;
  /** From 0 on. */
  @IsInt() @Min(0) @Max(10_000) readonly part: number = 0;
}

/** Base64 of one part of the gzip file. @throws GO_NO_GO_NOT_FOUND it is not there, or not finished */
export const readGoNoGo = query<ReadGoNoGo, { readonly parts: number; readonly data: string }>(
  'elvis.query.trade-history.go-no-go-paper',
  ReadGoNoGo,
);

export class DecideGoNoGo {
  @IsUUID() readonly id!: string;
  @IsIn(GO_NO_GO_DECISIONS) readonly decision!: GoNoGoDecision;
  @IsString() @Length(3, 500) readonly reason!: string;
  @IsString() @MaxLength(100) readonly actor!: string;
  @ArePersons() readonly persons!: readonly string[];
}

/** @throws GO_NO_GO_NOT_FOUND, GO_NO_GO_NOT_DECIDABLE, ANOTHER_PERSON_REQUIRED */
export const decideGoNoGo = command<DecideGoNoGo, GoNoGoRun>(
  'elvis.command.trade-history.decide-go-no-go',
  DecideGoNoGo,
);

export interface Clearance {
  readonly id: string;
  readonly runId: string;
  /** Null for the installation. */
  readonly botConfigId: string | null;
  readonly verdict: 'GO' | 'GO_LIMITED';
  /** SHA-256 over what it is bound to, and each of that by its name. */
  readonly binding: string;
  readonly bound: Readonly<Record<string, string>>;
  /** Null for GO. */
  readonly limits: ClearanceLimits | null;
  readonly decidedBy: readonly string[];
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly revokedAtMs: number | null;
  readonly revokedBecause: string | null;
}

export class ListClearances {
  /** Only of this bot; `installation` for the installation; all if absent. */
  @IsOptional() @Matches(/^(installation|[0-9a-f-]{36})$/) readonly of?: string;
}

/** Newest first, those that ended too. */
export const listClearances = query<ListClearances, { readonly items: readonly Clearance[] }>(
  'elvis.query.trade-history.clearances',
  ListClearances,
);

export class RevokeClearance {
  @IsUUID() readonly id!: string;
  @IsString() @Length(3, 500) readonly reason!: string;
  @IsString() @MaxLength(100) readonly actor!: string;
}

/** The same clearance revoked twice is revoked once. @throws CLEARANCE_NOT_FOUND */
export const revokeClearance = command<RevokeClearance, Clearance>(
  'elvis.command.trade-history.revoke-clearance',
  RevokeClearance,
);

export class GetRunningCode {
  /** Of which the code is hashed; none if absent. */
  @IsOptional() @IsString() @MaxLength(60) readonly strategy?: string;
}

export interface RunningCode {
  readonly build: string;
  /** SHA-256 over the libraries that judge an order. */
  readonly rules: string;
  /** SHA-256 of the strategy's file; null without a strategy. */
  readonly code: string | null;
}

/** What runs now, for a clearance to be bound to. @throws STRATEGY_NOT_FOUND */
export const getRunningCode = query<GetRunningCode, RunningCode>(
  'elvis.query.bots.running-code',
  GetRunningCode,
);
