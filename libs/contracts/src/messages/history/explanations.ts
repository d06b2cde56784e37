/** Why: everything from the step or the wish of a person to the fills of an order, as one chain. */
import { IsString, Matches, MaxLength } from 'class-validator';
import { query } from '../contract';
import { CheckLine } from './check-line';
import { OrderView } from '../orders/order-commands';

export const EXPLAINED_BY = ['order', 'decision', 'fill', 'trace', 'step', 'audit'] as const;
export const STAGE_KINDS = ['step', 'intent', 'decision', 'approval', 'journal', 'exchange', 'fill'] as const;

export class GetExplanation {
  /** Of an order, decision, fill or trace; a number of the audit log; or `<bot>:<run>:<step>`. */
  @Matches(/^[\x21-\x7e]{1,120}$/) readonly id!: string;
  /** Whose bots' steps may be told. */
  @IsString() @MaxLength(100) readonly owner!: string;
}

export interface ExplainedStage {
  readonly kind: (typeof STAGE_KINDS)[number];
  /** A few words, for people. */
  readonly title: string;
  readonly atMs: number;
  /** Milliseconds since the stage before; below zero where the exchange's clock and ours differ. Null for the first. */
  readonly since: number | null;
  /** Where the audit log has it, and the hash there, hexadecimal; null where it is kept elsewhere. */
  readonly auditSeq: number | null;
  readonly hash: string | null;
  readonly traceId: string | null;
  readonly facts: Readonly<Record<string, string>>;
  readonly checks?: readonly CheckLine[];
}

export interface ExplainedChain {
  readonly clientOrderId: string | null;
  readonly stepId: string | null;
  readonly order: OrderView | null;
  readonly stages: readonly ExplainedStage[];
}

export interface Explanation {
  readonly id: string;
  readonly askedAs: (typeof EXPLAINED_BY)[number];
  /** One for each order; of a step without orders, the step alone. */
  readonly chains: readonly ExplainedChain[];
}

/** @throws EXPLANATION_NOT_FOUND */
export const getExplanation = query<GetExplanation, Explanation>(
  'elvis.query.trade-history.explanation',
  GetExplanation,
);
