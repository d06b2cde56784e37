/**
 * The record of stops and how two views of it become one. The rules: a stop that no clear names is in force; of two
 * versions of a stop the one with the higher epoch counts, at a tie the stricter; a clear ends the versions it has
 * seen and no later one; every tightening raises the epoch above everything seen.
 */
import { StopScope, TRADING_STATES, TradingState, scopeCovers } from '@elvis/trading';

export type StopState = Exclude<TradingState, 'ACTIVE'>;

export interface OpenStop {
  readonly stopId: string;
  readonly scope: StopScope;
  readonly state: StopState;
  readonly actor: string;
  readonly remoteIp: string | null;
  readonly reason: string;
  /** Of the tightening that made this version. */
  readonly epoch: number;
  readonly activatedAtMs: number;
  readonly cancelOpenOrders: boolean;
  readonly flatten: boolean;
  /** Only of the time of reducing after a clear: it then ends by itself. */
  readonly endsAtMs?: number;
}

/** Ends every version of the stop up to this epoch. */
export interface ClearedStop {
  readonly stopId: string;
  readonly epoch: number;
}

/** A clear that waits for a second person. */
export interface PendingClear {
  readonly actor: string;
  /** Who is behind the actor. */
  readonly persons?: readonly string[];
  readonly reason: string;
  readonly stops: readonly ClearedStop[];
  readonly untilMs: number;
}

export interface HaltRecord {
  readonly version: 1;
  readonly epoch: number;
  readonly stops: readonly OpenStop[];
  readonly pendingClear?: PendingClear;
  /** The newest clears, so that a store that slept through one cannot bring its stop back. */
  readonly cleared: readonly ClearedStop[];
}

export const EMPTY_HALT_RECORD: HaltRecord = { version: 1, epoch: 0, stops: [], cleared: [] };

/** A forgotten clear could only make a stop come back, never go away. */
const CLEARS_KEPT = 500;

/** Whether one of the clears names this version of the stop. */
export const isEnded = (stop: ClearedStop, cleared: readonly ClearedStop[]): boolean =>
  cleared.some(({ stopId, epoch }) => stopId === stop.stopId && epoch >= stop.epoch);

/** The version of a stop that counts. */
export function strongerVersion(left: OpenStop, right: OpenStop): OpenStop {
  if (left.epoch !== right.epoch) return left.epoch > right.epoch ? left : right;
  if (left.state !== right.state) return left.state === 'HALTED' ? left : right;
  return scopeCovers(left.scope, right.scope) ? left : right;
}

/** All stops of both lists that no clear names, each once, oldest first. */
export function uniteStops(
  left: readonly OpenStop[],
  right: readonly OpenStop[],
  cleared: readonly ClearedStop[],
): readonly OpenStop[] {
  const byId = new Map<string, OpenStop>();
  for (const stop of [...left, ...right]) {
    if (isEnded(stop, cleared)) continue;
    const known = byId.get(stop.stopId);
    byId.set(stop.stopId, known ? strongerVersion(known, stop) : stop);
  }
  return [...byId.values()].sort((a, b) => a.epoch - b.epoch || a.stopId.localeCompare(b.stopId));
}

export function uniteClears(
  left: readonly ClearedStop[],
  right: readonly ClearedStop[],
): readonly ClearedStop[] {
  const byId = new Map<string, number>();
  for (const { stopId, epoch } of [...left, ...right]) {
    byId.set(stopId, Math.max(epoch, byId.get(stopId) ?? 0));
  }
  return [...byId].map(([stopId, epoch]) => ({ stopId, epoch })).slice(-CLEARS_KEPT);
}

/**
 * The record with these stops in it. A stop it did not have tightens: the epoch then becomes the stop's own if that
 * is news, else one more than everything seen, so that approvals given without knowing of it die.
 */
export function adoptStops(
  record: HaltRecord,
  stops: readonly OpenStop[],
  seenEpoch = 0,
): { readonly record: HaltRecord; readonly isChanged: boolean } {
  let { epoch } = record;
  let open = record.stops;
  for (const stop of uniteStops(stops, [], record.cleared)) {
    const known = open.find(({ stopId }) => stopId === stop.stopId);
    if (known && strongerVersion(known, stop) === known) continue;
    epoch = stop.epoch > epoch ? stop.epoch : Math.max(epoch, seenEpoch) + 1;
    open = [...open.filter(({ stopId }) => stopId !== stop.stopId), { ...stop, epoch }];
  }
  if (open === record.stops) return { record, isChanged: false };
  return { record: { ...record, epoch, stops: open }, isChanged: true };
}

/** The record without the named versions, under an epoch above everything seen. */
export function clearStops(record: HaltRecord, named: readonly ClearedStop[], seenEpoch: number): HaltRecord {
  return {
    version: 1,
    epoch: Math.max(record.epoch, seenEpoch) + 1,
    stops: record.stops.filter((stop) => !isEnded(stop, named)),
    cleared: uniteClears(record.cleared, named),
  };
}

export interface StopWish {
  readonly scope: StopScope;
  readonly state: StopState;
  readonly cancelOpenOrders: boolean;
  readonly flatten: boolean;
}

export type StopPlan =
  | { readonly kind: 'adds-nothing'; readonly standing: OpenStop }
  | { readonly kind: 'escalates'; readonly standing: OpenStop }
  | { readonly kind: 'new' };

/**
 * What a wish for a stop means beside those that stand: nothing, if one already does all of it; the same stop made
 * stronger, if the wish covers one that a person asked for; else a new one. Automatic stops are never swallowed by
 * a wider one: what they watch must be acknowledged for itself.
 */
export function planStop(wish: StopWish, stops: readonly OpenStop[]): StopPlan {
  const standing = stops.find(
    (stop) =>
      isAtLeast(stop.state, wish.state) &&
      scopeCovers(stop.scope, wish.scope) &&
      (stop.cancelOpenOrders || !wish.cancelOpenOrders) &&
      (stop.flatten || !wish.flatten),
  );
  if (standing) return { kind: 'adds-nothing', standing };
  const escalated = stops.findLast(
    (stop) =>
      stop.state === 'HALTED' &&
      wish.state === 'HALTED' &&
      scopeCovers(wish.scope, stop.scope) &&
      !stop.actor.startsWith('auto:'),
  );
  return escalated ? { kind: 'escalates', standing: escalated } : { kind: 'new' };
}

const isAtLeast = (state: TradingState, wished: TradingState): boolean =>
  TRADING_STATES.indexOf(state) >= TRADING_STATES.indexOf(wished);

/** The strictest stop that applies to an order for this symbol by this bot; undefined while trading is free. */
export function stopInForce(
  stops: readonly OpenStop[],
  symbol: string,
  botConfigId: string | undefined,
): OpenStop | undefined {
  let strictest: OpenStop | undefined;
  for (const stop of stops) {
    const { type, value } = stop.scope;
    const applies =
      type === 'global' ||
      (type === 'symbol' && value === symbol) ||
      (type === 'bot' && value === botConfigId);
    if (applies && (!strictest || (stop.state === 'HALTED' && strictest.state !== 'HALTED')))
      strictest = stop;
  }
  return strictest;
}

/** The stop that halts everything, if there is one. */
export const globalHalt = (stops: readonly OpenStop[]): OpenStop | undefined =>
  stops.find(({ scope, state }) => scope.type === 'global' && state === 'HALTED');
