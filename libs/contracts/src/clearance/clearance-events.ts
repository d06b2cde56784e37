/** What is told of judgements, of what they rest on, and of clearances. */
import { event } from '../messages/contract';

export const PROOF_KINDS = ['rehearsal', 'testnet', 'drill', 'doctor'] as const;
export type ProofKind = (typeof PROOF_KINDS)[number];

/** A rehearsal, a drill or the preflight has ended. */
export class ProofRecorded {
  readonly proofId!: string;
  readonly kind!: ProofKind;
  /** What was proven. */
  readonly build!: string;
  /** TRADING_MODE it was run in. */
  readonly mode!: string;
  readonly startedAtMs!: number;
  readonly endedAtMs!: number;
  /** Such as seeds, ways, checks, orders, restarts, feedLosses, halts, lost. */
  readonly counts!: Readonly<Record<string, number>>;
  /** Each promise that did not hold, in words. */
  readonly broken!: readonly string[];
}
/** Something that a judgement rests on was tried out. */
export const proofRecorded = event('elvis.event.proof.recorded', ProofRecorded);

export class GoNoGoJudged {
  readonly runId!: string;
  readonly botConfigId!: string | null;
  readonly owner!: string;
  readonly verdict!: string;
  readonly missing!: readonly string[];
  /** SHA-256 of the report's bytes. */
  readonly reportHash!: string;
  readonly atMs!: number;
}
/** A judgement was finished. */
export const goNoGoJudged = event('elvis.event.clearance.judged', GoNoGoJudged);

export class GoNoGoDecided {
  readonly runId!: string;
  readonly botConfigId!: string | null;
  readonly decision!: string;
  readonly reason!: string;
  /** Of the clearance that follows; null while another person has to decide, and for a rejection. */
  readonly clearanceId!: string | null;
  readonly atMs!: number;
}
/** A person decided on a judgement. */
export const goNoGoDecided = event('elvis.event.clearance.decided', GoNoGoDecided);

export class ClearanceRevoked {
  readonly clearanceId!: string;
  readonly botConfigId!: string | null;
  readonly because!: string;
  readonly atMs!: number;
}
/** A clearance ended before its time. Entries are paused, nothing is closed by it. */
export const clearanceRevoked = event('elvis.event.clearance.revoked', ClearanceRevoked);
