/**
 * The aligned window ledger: how much of one of the exchange's meters the fleet has used in the window that the
 * exchange itself is in, what strangers on the same IP use, and what each class of call may still take.
 *
 * `budget/lua/ledger.lua` is the same in Lua, where it runs inside Redis; a test holds the two equal on random
 * histories. Everything stored is a whole number, and both compute in the same order, so they agree to the bit.
 */

/** P0 cancel and kill switch, P1 reduce, close and unknown outcomes, P2 new orders, P3 other queries. */
export const PRIORITIES = ['P0', 'P1', 'P2', 'P3'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** One meter and what a call costs on it. */
export interface MeterCharge {
  readonly limit: number;
  readonly windowMs: number;
  readonly cost: number;
  /** Of this meter, what this call leaves to the account's refresh for a whole window; none if absent. */
  readonly heldBack?: number;
}

/** One window of one meter. */
export interface MeterWindow {
  readonly index: number;
  /** Granted in this window, answered or not. */
  readonly reserved: number;
  /** Of that, answered. */
  readonly acked: number;
  /** Of the unanswered, what was granted so late that it may land in the next window. */
  readonly late: number;
  /** What the window before left unanswered and so may have landed in this one. Never carried again. */
  readonly carry: number;
  /** The most that an answer certainly of this window said was used. */
  readonly header: number;
  /** An answer of this window was read: the exchange's counter is known to have started again. */
  readonly confirmed: number;
  /** The least that others must have used in this window. */
  readonly foreign: number;
  readonly previousForeign: number;
  /** All that was used of the window before; -1 is not known. */
  readonly previousUsed: number;
  readonly previousHeader: number;
  /** 1: nothing is known about what was used of this very window, as after Redis lost its data. */
  readonly cold: number;
  /** First and latest grant while unconfirmed, exchange time; 0 is none. */
  readonly blindSince: number;
  readonly probedAt: number;
}

export interface CallTerms {
  readonly priority: Priority;
  /** Exchange time, whole milliseconds. */
  readonly now: number;
  /** How far off `now` may be. */
  readonly errorMs: number;
  /** How long after its grant a call may still land: the larger of recvWindow and time-out. */
  readonly lifetimeMs: number;
  /** How far ahead a paced call may be booked; 0 forbids it. */
  readonly reserveAheadMs: number;
  /** Replicas that vanished and may still spend their kept-back share of 1 %. */
  readonly vanished: number;
}

export interface MeterVerdict {
  readonly granted: boolean;
  /** When granted: send this much later. When refused: ask again then, nothing was charged. */
  readonly waitMs: number;
}

const FLOOR_P1 = 0.005;
const FLOOR = 0.01;
const MELTING_RESERVE = 0.04;
/** What risk decides by is refreshed at any load: this much of the weight is left to it by all but cancels. */
export const ACCOUNT_SHARE = 0.25;
const OPENING_BURST = 0.2;
const KEPT_BACK = 0.01;
const SHORTEST_EXTRAPOLATION = 0.05;
const P0_FORECAST_MS = 250;
const PROBE_MS = 250;
const BLIND_MS = 2_000;
const SOON_MS = 20;
/** After a loss of data, calls granted before it may still be on their way for so long: nobody has them in his books. */
const UNSEEN_MS = 500;
const MOST_UNSEEN = 0.25;

export const windowIndex = (now: number, windowMs: number): number => Math.floor(now / windowMs);

/** What no class may ever touch: two thousandths, for what a count may be off by. */
const marginOf = (limit: number): number => Math.max(1, Math.floor(limit * 0.002 + 0.5));

/** Used of the window, by the worse of two accounts: our own, or the exchange's plus what it cannot have seen yet. */
export const usedOf = ({ reserved, acked, header, carry }: MeterWindow): number =>
  Math.max(reserved, header + (reserved - acked)) + carry;

const opened = (index: number): MeterWindow => ({
  index,
  reserved: 0,
  acked: 0,
  late: 0,
  carry: 0,
  header: 0,
  confirmed: 0,
  foreign: 0,
  previousForeign: 0,
  previousUsed: 0,
  previousHeader: 0,
  cold: 0,
  blindSince: 0,
  probedAt: 0,
});

/** The window that `now` is in, opened from the one before. A clock that went back, or no ledger at all, is cold. */
export function windowAt(
  window: MeterWindow | undefined,
  { windowMs }: Pick<MeterCharge, 'windowMs'>,
  { now, lifetimeMs }: Pick<CallTerms, 'now' | 'lifetimeMs'>,
): MeterWindow {
  const index = windowIndex(now, windowMs);
  if (!window || index < window.index) return { ...opened(index), cold: 1 };
  if (index === window.index) return window;
  const isNext = index === window.index + 1;
  const stillLanding = (index - window.index - 1) * windowMs < lifetimeMs;
  const known = window.cold === 0 || window.confirmed === 1;
  return {
    ...opened(index),
    carry: stillLanding ? window.late : 0,
    previousForeign: window.foreign,
    previousUsed: !isNext ? 0 : known ? usedOf(window) : -1,
    previousHeader: isNext ? window.header : 0,
  };
}

/** What strangers are expected to use of the rest of the window, with room for their irregularity. */
function forecastOf(window: MeterWindow, x: number): number {
  const pace = window.foreign / Math.max(x, SHORTEST_EXTRAPOLATION);
  const rest = (1 - x) * Math.max(window.previousForeign, pace);
  return rest + 2 * Math.sqrt(rest);
}

/** What may be used of the window once this class has had its share; for P2 the reserve that melts is not in it. */
export function capOf(
  window: MeterWindow,
  { limit, windowMs }: MeterCharge,
  { priority, vanished }: CallTerms,
  x: number,
): number {
  const forecast = forecastOf(window, x);
  const unseen = window.cold === 1 ? limit * Math.min(MOST_UNSEEN, UNSEEN_MS / windowMs) : 0;
  const room = limit - marginOf(limit) - vanished * Math.ceil(limit * KEPT_BACK) - unseen;
  if (priority === 'P0') {
    const leftMs = (1 - x) * windowMs;
    return room - (leftMs > P0_FORECAST_MS ? (forecast * P0_FORECAST_MS) / leftMs : forecast);
  }
  if (priority === 'P1') return room - limit * FLOOR_P1 - forecast;
  return room - limit * FLOOR - forecast;
}

/** Whether this meter lets the call pass now, soon (booked), or when to ask again. The window must be current. */
export function decideMeter(window: MeterWindow, charge: MeterCharge, terms: CallTerms): MeterVerdict {
  const { windowMs, cost, limit } = charge;
  const { now, priority } = terms;
  const position = now - window.index * windowMs;
  if (position < terms.errorMs) return refuse(Math.ceil(terms.errorMs) - position);
  const x = position / windowMs;
  const toEdge = Math.ceil(windowMs - position + terms.errorMs);
  const used = usedOf(window);
  if (!mayGoBlind(window, charge, terms, used)) return refuse(Math.min(SOON_MS, toEdge));

  const cap = capOf(window, charge, terms, x);
  if (used + cost > cap - meltingOf(charge, priority) * (1 - x)) {
    return refuse(Math.min(toEdge, untilRoom(window, charge, terms, x, toEdge)));
  }
  if (priority !== 'P3') return { granted: true, waitMs: 0 };
  return pace(used, cap, limit * OPENING_BURST, x, windowMs, terms.reserveAheadMs);
}

/** What this class leaves to others at the window's start; it melts until the window's end. */
const meltingOf = ({ limit, heldBack = 0 }: MeterCharge, priority: Priority): number =>
  (priority === 'P2' ? limit * MELTING_RESERVE : 0) + heldBack;

/** When the reserve will have melted and the forecast shrunk enough; the window's end if neither can help. */
function untilRoom(
  window: MeterWindow,
  charge: MeterCharge,
  terms: CallTerms,
  x: number,
  toEdge: number,
): number {
  const { cost, windowMs } = charge;
  const calm = { ...window, foreign: 0, previousForeign: 0 };
  const most = capOf(calm, charge, terms, 1);
  const slack = most - usedOf(window) - cost;
  // Calls under way count twice until they are answered: that room comes back within a round trip.
  if (slack < 0) {
    const atLeast = Math.max(window.reserved, window.header) + window.carry;
    return atLeast + cost <= most ? SOON_MS : toEdge;
  }
  const melting = meltingOf(charge, terms.priority);
  const melted = melting > 0 ? 1 - slack / melting : 0;
  const root = Math.sqrt(1 + slack) - 1;
  const pace = Math.max(window.previousForeign, window.foreign / Math.max(x, SHORTEST_EXTRAPOLATION));
  const shrunk = pace > 0 ? 1 - (root * root) / pace : 0;
  return Math.max(SOON_MS, Math.ceil((Math.max(melted, shrunk) - x) * windowMs));
}

const refuse = (waitMs: number): MeterVerdict => ({ granted: false, waitMs });

/**
 * Until an answer shows that the exchange's counter started again, the old window's use counts as well, and only one
 * call at a time finds out. Cancels and closes are held by that only when nothing at all is known.
 */
function mayGoBlind(
  window: MeterWindow,
  { limit, cost }: MeterCharge,
  terms: CallTerms,
  used: number,
): boolean {
  const { priority, now } = terms;
  if (window.confirmed === 1) return true;
  if (window.cold === 0) {
    if (priority === 'P0' || priority === 'P1') return true;
    const fits = window.previousUsed + used + cost <= limit - marginOf(limit) - limit * FLOOR;
    if (window.previousUsed >= 0 && fits) return true;
  }
  if (window.blindSince > 0 && now - window.blindSince > BLIND_MS) return true;
  return window.probedAt === 0 || now - window.probedAt >= PROBE_MS;
}

/** The slot line of P3: an opening burst, then straight to its cap at the window's end. Heavy calls are not overtaken. */
function pace(
  used: number,
  cap: number,
  burst: number,
  x: number,
  windowMs: number,
  reserveAheadMs: number,
): MeterVerdict {
  if (cap <= burst || used <= burst + (cap - burst) * x) return { granted: true, waitMs: 0 };
  const due = (used - burst) / (cap - burst);
  const waitMs = Math.ceil((due - x) * windowMs);
  if (waitMs <= reserveAheadMs && due < 1) return { granted: true, waitMs };
  return refuse(Math.max(1, waitMs - reserveAheadMs));
}

/** Charges a granted call. */
function reserve(
  window: MeterWindow,
  { cost, windowMs }: MeterCharge,
  terms: CallTerms,
  waitMs: number,
): MeterWindow {
  const isLate = isLateGrant(terms.now + waitMs, windowMs, terms.lifetimeMs);
  const blind = window.confirmed === 0;
  return {
    ...window,
    reserved: window.reserved + cost,
    late: window.late + (isLate ? cost : 0),
    blindSince: blind && window.blindSince === 0 ? terms.now : window.blindSince,
    probedAt: blind ? terms.now : window.probedAt,
  };
}

/** Whether a call sent at `sentAt` may land after its window's end. */
export const isLateGrant = (sentAt: number, windowMs: number, lifetimeMs: number): boolean =>
  (sentAt % windowMs) + lifetimeMs >= windowMs;

export interface Decision extends MeterVerdict {
  /** As they stand after the decision; untouched where it was a refusal. */
  readonly windows: readonly MeterWindow[];
}

/** All meters or none: the longest delay if all let the call pass, else the longest wait and nothing charged. */
export function decide(
  windows: readonly (MeterWindow | undefined)[],
  charges: readonly MeterCharge[],
  terms: CallTerms,
): Decision {
  const current = charges.map((charge, place) => windowAt(windows[place], charge, terms));
  const verdicts = charges.map((charge, place) => decideMeter(current[place] as MeterWindow, charge, terms));
  const waits = (granted: boolean): number =>
    verdicts.reduce(
      (most, verdict) => (verdict.granted === granted ? Math.max(most, verdict.waitMs) : most),
      0,
    );
  if (verdicts.some(({ granted }) => !granted))
    return { granted: false, waitMs: waits(false), windows: current };
  const waitMs = waits(true);
  return {
    granted: true,
    waitMs,
    windows: charges.map((charge, place) => reserve(current[place] as MeterWindow, charge, terms, waitMs)),
  };
}
