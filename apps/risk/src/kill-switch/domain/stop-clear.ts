/**
 * Whether a clear may end what stands: only what its sender has seen, only what is verified (or what a person with a
 * reason forces), and, where two persons are asked for, only once another one has confirmed.
 */
import { TradingFailure } from '@elvis/trading';
import { ClearedStop, OpenStop, PendingClear } from './halt-record';

export const CONFIRM_WITHIN_MS = 600_000;

export interface ClearWish {
  readonly actor: string;
  /** The newest epoch its sender has seen; undefined: whatever stands. */
  readonly epoch?: number;
  readonly force?: boolean;
  readonly reason?: string;
}

export interface StopStanding {
  readonly phase: string;
  readonly isVerified: boolean;
  /** Why an automatic stop was taken, if it is a state that still holds. */
  readonly lasts?: string;
}

/**
 * @throws TradingFailure STOP_NEWER_THAN_CLEAR
 * @throws TradingFailure STOP_NOT_VERIFIED
 * @throws TradingFailure STOP_CONDITION_LASTS
 */
export function requireClearable(
  stops: readonly OpenStop[],
  { epoch: seen, force, reason }: ClearWish,
  standingOf: (stop: OpenStop) => StopStanding,
): void {
  const newer = seen === undefined ? [] : stops.filter(({ epoch }) => epoch > seen);
  if (newer.length > 0) {
    throw new TradingFailure(
      'STOP_NEWER_THAN_CLEAR',
      'A stop newer than the given epoch is active; nothing was cleared. Read the status, then clear with the newest epoch',
      {
        context: { stops: newer.map(({ stopId, epoch }) => ({ stopId, epoch })) },
      },
    );
  }
  if (force && reason) return;
  const unfinished = stops.filter((stop) => stop.state === 'HALTED' && !standingOf(stop).isVerified);
  if (unfinished.length === 0) return requireGone(stops, standingOf);
  throw new TradingFailure(
    'STOP_NOT_VERIFIED',
    force
      ? 'A stop is not verified as complete yet; nothing was cleared. A forced clear needs a reason'
      : 'A stop is not verified as complete yet; nothing was cleared. Wait, or force the clear with a reason',
    {
      context: {
        stops: unfinished.map((stop) => ({ stopId: stop.stopId, phase: standingOf(stop).phase })),
      },
    },
  );
}

function requireGone(stops: readonly OpenStop[], standingOf: (stop: OpenStop) => StopStanding): void {
  const lasting = stops.flatMap((stop) => {
    const { lasts } = standingOf(stop);
    return lasts === undefined ? [] : [{ stopId: stop.stopId, actor: stop.actor, condition: lasts }];
  });
  if (lasting.length === 0) return;
  throw new TradingFailure(
    'STOP_CONDITION_LASTS',
    'The cause of an automatic stop still applies; nothing was cleared. Fix it, or force the clear with a reason',
    { context: { stops: lasting } },
  );
}

export type Clearer = Pick<PendingClear, 'actor' | 'persons'>;

/** What this clear ends now: the stops that another person named, if he did so lately; undefined: not yet. */
export const confirmed = (
  pending: PendingClear | undefined,
  by: Clearer,
  nowMs: number,
): readonly ClearedStop[] | undefined =>
  pending && pending.untilMs > nowMs && isAnotherPerson(by, pending) ? pending.stops : undefined;

/** Who confirms is a user by name, has no part in the key or token that began, and was not given his own key by others. */
const isAnotherPerson = ({ actor, persons = [] }: Clearer, first: Clearer): boolean =>
  actor !== first.actor &&
  persons.length > 0 &&
  persons.every((person) => person.startsWith('user:') && !first.persons?.includes(person));
