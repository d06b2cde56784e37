/** How stops are told to those who ask. */
import { KillSwitchChanged, StopPhase, StopReply, StopStatus } from '@elvis/contracts';
import { GLOBAL_SCOPE } from '@elvis/trading';
import { OpenStop, globalHalt } from '../domain/halt-record';
import { SwitchReading } from './halt-keys';
import { StopSight, Taken } from './stop-follower';

export const stopReply = (stop: OpenStop, progress: StopSight, added: boolean): StopReply => ({
  stopId: stop.stopId,
  scope: stop.scope,
  phase: progress.phase,
  phases: progress.phases,
  drained: progress.phases.drained !== null,
  inFlight: progress.inFlight,
  canceledOrders: progress.canceledOrders.length,
  remainingOrders: progress.remainingOrders,
  unprotectedPositions: progress.unprotectedPositions,
  filledOrders: progress.filledOrders,
  openPositions: progress.openPositions,
  frozenUntilMs: progress.frozenUntilMs,
  reason: stop.reason,
  activatedAtMs: stop.activatedAtMs,
  activatedBy: stop.actor,
  remoteIp: stop.remoteIp,
  epoch: stop.epoch,
  redisPersisted: progress.redisPersisted,
  durable: progress.durable,
  added,
});

export const stopChanged = (
  { stopId, scope, state, actor, remoteIp, reason, epoch }: OpenStop,
  { redisPersisted, durable }: Taken,
): KillSwitchChanged => ({ stopId, scope, state, actor, remoteIp, reason, epoch, redisPersisted, durable });

export function stopStatus(
  stops: readonly OpenStop[],
  epoch: number,
  source: StopStatus['source'],
  phaseOf: (stop: OpenStop) => StopPhase,
  isDurable: (stop: OpenStop) => boolean,
): StopStatus {
  const halts = stops.filter(({ state }) => state === 'HALTED');
  const shown = globalHalt(stops) ?? halts[0];
  return {
    active: shown !== undefined,
    source,
    phase: shown ? phaseOf(shown) : null,
    sinceMs: shown?.activatedAtMs ?? null,
    reason: shown?.reason ?? null,
    scopes: stops.map(({ scope, state, stopId }) => ({ scope, state, stopId })),
    epoch,
    durable: stops.every(isDurable),
  };
}

/** The key stands in Redis, and no stop that we know says why. */
export const switchStatus = (status: StopStatus, { note, isUnexplained }: SwitchReading): StopStatus => ({
  ...status,
  active: true,
  phase: 'BLOCKED',
  reason: note?.reason ?? 'the kill switch is set in Redis, and no stop says why',
  scopes: [...status.scopes, { scope: GLOBAL_SCOPE, state: 'HALTED', stopId: note?.stopId ?? 'redis' }],
  durable: status.durable && !isUnexplained,
});

/** While the stores have not been read nobody knows: it is shown, and treated, as halted. */
export const UNKNOWN_STATUS: StopStatus = {
  active: true,
  source: 'memory',
  phase: null,
  sinceMs: null,
  reason: 'not known yet: Redis and the durable record have not both been read, so nothing may trade',
  scopes: [],
  epoch: 0,
  durable: false,
};
