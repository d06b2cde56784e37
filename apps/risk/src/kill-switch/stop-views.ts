/** How stops are told to those who ask. */
import { KillSwitchChanged, RemainingPosition, StopReply, StopStatus } from '@elvis/contracts';
import { GLOBAL_SCOPE, isVerified } from '@elvis/trading';
import { OpenStop, globalHalt } from './domain/halt-record';
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
  remainingPositions: progress.remainingPositions,
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
  sightOf: (stop: OpenStop) => StopSight,
  isDurable: (stop: OpenStop) => boolean,
): StopStatus {
  const halts = stops.filter(({ state }) => state === 'HALTED');
  const shown = globalHalt(stops) ?? halts[0];
  const sights = halts.map(sightOf);
  return {
    active: shown !== undefined,
    source,
    phase: furthestToGo(halts, sightOf),
    sinceMs: shown?.activatedAtMs ?? null,
    reason: shown?.reason ?? null,
    scopes: stops.map(({ scope, state, stopId }) => ({ scope, state, stopId })),
    epoch,
    durable: stops.every(isDurable),
    remainingOrders: once(
      sights.flatMap(({ remainingOrders }) => remainingOrders),
      ({ symbol, clientOrderId }) => `${symbol} ${clientOrderId}`,
    ),
    remainingPositions: positionsOf(sights),
  };
}

/** The key stands in Redis, and no stop that we know says why. */
export const switchStatus = (status: StopStatus, { note, isUnexplained }: SwitchReading): StopStatus => ({
  ...status,
  active: true,
  phase: 'BLOCKED',
  reason: note?.reason ?? 'the kill switch is set in Redis without a reason',
  scopes: [...status.scopes, { scope: GLOBAL_SCOPE, state: 'HALTED', stopId: note?.stopId ?? 'redis' }],
  durable: status.durable && !isUnexplained,
});

/** The phase of the widest stop that has furthest to go: of several, what that one has reached all have. */
function furthestToGo(
  halts: readonly OpenStop[],
  sightOf: (stop: OpenStop) => StopSight,
): StopStatus['phase'] {
  const everything = halts.filter(({ scope }) => scope.type === 'global');
  const widest = everything.length > 0 ? everything : halts;
  const unfinished = widest.find((stop) => !isVerified(sightOf(stop), stop));
  const shown = unfinished ?? widest.find(({ flatten }) => flatten) ?? widest[0];
  return shown ? sightOf(shown).phase : null;
}

/** Of all stops together; not known as soon as it is not known of one. */
function positionsOf(sights: readonly StopSight[]): readonly RemainingPosition[] | null {
  const known = sights.map(({ remainingPositions }) => remainingPositions);
  if (known.includes(null)) return null;
  return once(
    known.flatMap((positions) => positions ?? []),
    ({ symbol, positionSide }) => `${symbol} ${positionSide ?? ''}`,
  );
}

/** Stops may overlap: what several of them name stands once. */
const once = <Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly Item[] => [
  ...new Map(items.map((item) => [keyOf(item), item])).values(),
];

/** While the stores have not been read it is not known: it is shown, and treated, as halted. */
export const UNKNOWN_STATUS: StopStatus = {
  active: true,
  source: 'memory',
  phase: null,
  sinceMs: null,
  reason:
    'the trading state is not known yet, because Redis and the durable record have not both been read; nothing may trade',
  scopes: [],
  epoch: 0,
  durable: false,
  remainingOrders: null,
  remainingPositions: null,
};
