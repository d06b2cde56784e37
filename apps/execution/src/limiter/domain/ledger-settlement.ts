/** What an answer, or the certainty that none will come, changes in the ledger. */
import { MeterWindow, isLateGrant, windowIndex } from './ledger';

/** One meter's share in a settlement. */
export interface Settlement {
  readonly windowMs: number;
  readonly cost: number;
  /** Of the grant. */
  readonly index: number;
  /** When the call was to leave, exchange time. */
  readonly sentAt: number;
  /** When the answer came, exchange time; the present if none came. */
  readonly receivedAt: number;
  readonly errorMs: number;
  readonly lifetimeMs: number;
  /** False: it never left, and is given back. */
  readonly landed: boolean;
  /** What the answer said was used of this meter; -1 is nothing. */
  readonly used: number;
  /** The most that was known to be used when the call was granted. */
  readonly headerAtGrant: number;
}

export interface Settled {
  readonly window: MeterWindow;
  /** The exchange's counter did not start when ours did: the clocks have parted. */
  readonly isClockSuspect: boolean;
}

/** The window must be the one that is current now. */
export function settle(window: MeterWindow, settlement: Settlement): Settled {
  const answered = acknowledge(window, settlement);
  const { used, windowMs, sentAt, receivedAt, errorMs } = settlement;
  const isCertain =
    used >= 0 &&
    windowIndex(sentAt - errorMs, windowMs) === window.index &&
    windowIndex(receivedAt + errorMs, windowMs) === window.index;
  if (!isCertain) return { window: answered, isClockSuspect: false };
  const isFirst = answered.confirmed === 0 && answered.cold === 0;
  const startedLate =
    isFirst &&
    used >= answered.previousHeader &&
    answered.previousHeader > answered.reserved + answered.carry;
  const startedEarly = settlement.index === window.index && used < settlement.headerAtGrant;
  const carryHasLanded = sentAt - errorMs >= window.index * windowMs + settlement.lifetimeMs;
  return {
    window: {
      ...answered,
      confirmed: 1,
      header: Math.max(answered.header, used),
      foreign: Math.max(answered.foreign, used - answered.reserved - answered.carry),
      carry: carryHasLanded ? 0 : answered.carry,
    },
    isClockSuspect: startedLate || startedEarly,
  };
}

function acknowledge(window: MeterWindow, settlement: Settlement): MeterWindow {
  const { index, cost, sentAt, windowMs, lifetimeMs, receivedAt, errorMs, landed } = settlement;
  const late = isLateGrant(sentAt, windowMs, lifetimeMs) ? cost : 0;
  if (index === window.index) {
    return landed
      ? { ...window, acked: window.acked + cost, late: Math.max(0, window.late - late) }
      : { ...window, reserved: Math.max(0, window.reserved - cost), late: Math.max(0, window.late - late) };
  }
  // Answered before this window began, or never sent: it did not land in this one.
  const isElsewhere = !landed || receivedAt + errorMs < window.index * windowMs;
  return isElsewhere ? { ...window, carry: Math.max(0, window.carry - late) } : window;
}
