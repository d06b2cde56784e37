/**
 * The way of a stop, as a pure state machine: REQUESTED -> BLOCKED -> DRAINED -> CANCELLING -> VERIFIED_ZERO. If asked,
 * risk's flattener adds FLATTENING -> VERIFIED_FLAT. A phase is never skipped and never claimed early; INCOMPLETE is not
 * an end: it says that what has been tried did not succeed yet, and the tries continue.
 *
 * What stops a paused process is no lease of ours but the exchange's own rule: it refuses a request later than its
 * timestamp + recvWindow, or stamped more than a second ahead. The bounds below follow from that rule alone.
 */
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

/** UTC milliseconds at which each phase was reached; null until then. `verified` is of the open orders. */
export interface StopPhaseTimes {
  readonly requested: number | null;
  readonly blocked: number | null;
  readonly drained: number | null;
  readonly cancelling: number | null;
  readonly verified: number | null;
}

/**
 * The exchange's clock is not trusted with a larger error than this, anywhere: nothing is approved or let out then, and
 * a drain waits for what was let out under it. One number for all three, or a drain is said too early.
 */
export const MAX_CLOCK_ERROR_MS = 500;
/** A permit expires this long after the Redis time at which the durable record began to be read. */
export const PERMIT_TTL_MS = 2_000;

export interface StopBounds {
  readonly permitTtlMs: number;
  readonly recvWindowMs: number;
  /** How far ahead of its own clock the exchange lets a timestamp be. */
  readonly aheadMs: number;
  readonly clockErrorMs: number;
  readonly marginMs: number;
}

/** The error that counts is the largest at any grant, not the one of now: who waits cannot know it. */
export const stopBounds = (recvWindowMs: number): StopBounds => ({
  permitTtlMs: PERMIT_TTL_MS,
  recvWindowMs,
  aheadMs: 1_000,
  clockErrorMs: MAX_CLOCK_ERROR_MS,
  marginMs: 250,
});

/** After the block, nothing granted before it can be accepted later than this. */
export const waitOutMs = (bounds: StopBounds): number =>
  bounds.recvWindowMs + bounds.aheadMs + bounds.clockErrorMs + bounds.marginMs;

/** The same where Redis did not take the stop or lost it: then the permit may have stood until its own end. */
export const fullWaitOutMs = (bounds: StopBounds): number => bounds.permitTtlMs + waitOutMs(bounds);

/** A replica without a heartbeat for this long has nothing in flight that could still be accepted. */
export const membershipMs = ({ permitTtlMs, recvWindowMs, aheadMs }: StopBounds): number =>
  permitTtlMs + recvWindowMs + aheadMs;

/** What may still reach the exchange, as one observer sees it after the block. */
export interface InFlightView {
  /** Since this observer first saw the block, on a clock that only goes forward. */
  readonly sinceBlockMs: number;
  /** Redis lost its data since the block, or never took the stop: what it has recorded proves nothing. */
  readonly hasLostData: boolean;
  /** Grants from before the block that are neither answered nor past their end. */
  readonly openGrants: number;
  /** Replicas with a recent heartbeat that have not said that all they had begun before the block has ended. */
  readonly unconfirmed: number;
}

export function isDrained(view: InFlightView, bounds: StopBounds): boolean {
  if (view.hasLostData) return view.sinceBlockMs >= fullWaitOutMs(bounds);
  if (view.sinceBlockMs >= waitOutMs(bounds)) return true;
  return view.openGrants === 0 && view.unconfirmed === 0;
}

export interface StopWay {
  readonly phase: StopPhase;
  readonly phases: StopPhaseTimes;
}

export type StopStep =
  | { readonly kind: 'blocked' }
  | { readonly kind: 'drained' }
  | { readonly kind: 'cancelling' }
  /** The exchange's own list, read from the beginning to the end after the drain. */
  | { readonly kind: 'listed'; readonly open: number; readonly rounds: number };

/** Rounds after which what is left is called INCOMPLETE instead of under way. */
const PATIENCE_ROUNDS = 3;

export const requestedWay = (requestedMs: number): StopWay => ({
  phase: 'REQUESTED',
  phases: { requested: requestedMs, blocked: null, drained: null, cancelling: null, verified: null },
});

/** The way after this step; the same object where the step proves nothing yet or nothing new. */
export function advance(way: StopWay, step: StopStep, atMs: number): StopWay {
  const { phase, phases } = way;
  switch (step.kind) {
    case 'blocked':
      return phase === 'REQUESTED' ? { phase: 'BLOCKED', phases: { ...phases, blocked: atMs } } : way;
    case 'drained':
      return phase === 'BLOCKED' ? { phase: 'DRAINED', phases: { ...phases, drained: atMs } } : way;
    case 'cancelling':
      return phase === 'DRAINED' ? { phase: 'CANCELLING', phases: { ...phases, cancelling: atMs } } : way;
    case 'listed':
      return afterListing(way, step, atMs);
  }
}

function afterListing(
  way: StopWay,
  { open, rounds }: Extract<StopStep, { kind: 'listed' }>,
  atMs: number,
): StopWay {
  const { phase, phases } = way;
  if (phases.cancelling === null) return way;
  if (open === 0) {
    if (phases.verified !== null) return way;
    return { phase: 'VERIFIED_ZERO', phases: { ...phases, verified: atMs } };
  }
  // An order that shows up after the verification takes the claim back: somebody else still trades this account.
  const isVerified = phases.verified !== null;
  if (!isVerified && rounds < PATIENCE_ROUNDS) return way;
  const next = isVerified && rounds < PATIENCE_ROUNDS ? 'CANCELLING' : 'INCOMPLETE';
  return phase === next && !isVerified ? way : { phase: next, phases: { ...phases, verified: null } };
}

/** Whether all that was asked of the stop has been reached and read back. */
export function isVerified(
  { phase, phases }: StopWay,
  asked: { readonly cancelOpenOrders: boolean; readonly flatten: boolean },
): boolean {
  if (asked.flatten) return phase === 'VERIFIED_FLAT';
  if (asked.cancelOpenOrders) return phases.verified !== null;
  return phases.drained !== null;
}
