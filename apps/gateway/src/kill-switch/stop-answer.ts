/** The kill switch in the words of its REST interface: snake case, ISO times, the names the old API's clients know. */
import { ClearReply, RemainingPosition, StopReply, StopStatus } from '@elvis/contracts';
import { problemDetails } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { isoTime, isoTimeOrNull } from '../rest/iso-time';

/** What the gateway cannot know when it had to throw the switch itself is null. */
export type StopOutcome = Omit<
  StopReply,
  'inFlight' | 'canceledOrders' | 'remainingOrders' | 'unprotectedPositions'
> & {
  readonly inFlight: number | null;
  readonly canceledOrders: number | null;
  readonly remainingOrders: StopReply['remainingOrders'] | null;
  readonly unprotectedPositions: StopReply['unprotectedPositions'] | null;
};

export const toStopBody = (stop: StopOutcome): object => ({
  status: 'halted',
  stop_id: stop.stopId,
  scope: stop.scope,
  phase: stop.phase,
  phases: {
    requested: isoTimeOrNull(stop.phases.requested),
    blocked: isoTimeOrNull(stop.phases.blocked),
    drained: isoTimeOrNull(stop.phases.drained),
    cancelling: isoTimeOrNull(stop.phases.cancelling),
    verified: isoTimeOrNull(stop.phases.verified),
  },
  drained: stop.drained,
  in_flight: stop.inFlight,
  canceled_orders: stop.canceledOrders,
  remaining_orders: stop.remainingOrders,
  unprotected_positions: stop.unprotectedPositions,
  filled_orders: stop.filledOrders ?? null,
  open_positions: symbolsOf(stop.remainingPositions),
  remaining_positions: stop.remainingPositions ?? null,
  frozen_until: isoTimeOrNull(stop.frozenUntilMs ?? null),
  reason: stop.reason,
  activated_at: isoTime(stop.activatedAtMs),
  activated_by: stop.activatedBy,
  remote_ip: stop.remoteIp,
  epoch: stop.epoch,
  redis_persisted: stop.redisPersisted,
  durable: stop.durable,
});

/** 200 with the stop; 409, with the state that stands, if this one added nothing to it. */
export function answerToStop(stop: StopOutcome): { status: number; body: object } {
  if (stop.added) return { status: 200, body: toStopBody(stop) };
  const failure = new TradingFailure(
    'STOP_ADDS_NOTHING',
    'An active stop already covers this request; nothing was changed',
  );
  return { status: 409, body: { ...problemDetails(failure), state: toStopBody(stop) } };
}

/** 200 when the stops are ended; 202 while a second person has to confirm, and then nothing has ended yet. */
export function answerToClear(clear: ClearReply): { status: number; body: object } {
  const { pendingUntilMs, reducingUntilMs } = clear;
  const isPending = pendingUntilMs !== undefined;
  const body = {
    status: isPending ? 'clear_pending' : 'active',
    redis_updated: clear.redisUpdated,
    durable: clear.durable,
    was_active: clear.wasActive,
    cleared_stops: clear.clearedStops,
    epoch: clear.epoch,
    reason: clear.reason,
    ...(isPending && { pending_until: isoTime(pendingUntilMs) }),
    ...(reducingUntilMs !== undefined && { reducing_until: isoTime(reducingUntilMs) }),
  };
  return { status: isPending ? 202 : 200, body };
}

export const toStatusBody = (status: StopStatus): object => ({
  active: status.active,
  source: status.source,
  phase: status.phase,
  since: isoTimeOrNull(status.sinceMs),
  reason: status.reason,
  scopes: status.scopes.map(({ scope, state, stopId }) => ({ scope, state, stop_id: stopId })),
  epoch: status.epoch,
  durable: status.durable,
  remaining_orders: status.remainingOrders ?? null,
  open_positions: symbolsOf(status.remainingPositions),
  remaining_positions: status.remainingPositions ?? null,
});

/** Each symbol once, also where an account in hedge mode holds both sides of it. */
function symbolsOf(positions: readonly RemainingPosition[] | null | undefined): readonly string[] | null {
  const isUnknown = !positions || positions.some(({ quantity }) => quantity === null);
  return isUnknown ? null : [...new Set(positions.map(({ symbol }) => symbol))];
}
