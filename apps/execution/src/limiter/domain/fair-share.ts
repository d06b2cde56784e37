/**
 * How those who send through one account share one of the exchange's meters: the keys of the Binance front, and the house
 * as one of them. Whoever asked in this window or the last has an equal part. What somebody is not expected to use of his
 * part anybody may borrow, and has to leave again with the window: a key that asks for everything meets its own wall, and
 * its neighbours get theirs as if they were alone.
 *
 * `budget/lua/shares.lua` is the same in Lua; a test holds the two equal.
 */

/** Of one sharer, on one meter. */
export interface ShareUse {
  /** The window that the rest is about. */
  readonly index: number;
  /** Granted in it. */
  readonly used: number;
  /** Asked for in it, granted or not; and in the window before. */
  readonly asked: number;
  readonly askedBefore: number;
}

export interface SharedCharge {
  readonly limit: number;
  readonly heldBack?: number;
  readonly cost: number;
}

/** The rest is what the ledger keeps back from this class in any case. */
const ROOM = 0.94;
/** Of his part, promised to whoever is there, however little he asked for. */
const LEAST = 0.1;

/** Undefined: he has asked for nothing since the window before. */
export function useAt(use: ShareUse | undefined, index: number): ShareUse | undefined {
  if (!use || use.index < index - 1 || use.index > index) return undefined;
  if (use.index === index) return use;
  return { index, used: 0, asked: 0, askedBefore: use.asked };
}

/** What is kept for him: twice what he asked for last, because nobody asks evenly. */
function promiseTo({ used, asked, askedBefore }: ShareUse, part: number): number {
  const expected = Math.max(2 * asked, 2 * askedBefore, Math.floor(part * LEAST));
  return Math.max(0, Math.min(part, expected) - used);
}

/**
 * @param others who else is there, each in the window of now
 * @param used of the meter, by all
 */
export function isWithinShare(
  own: ShareUse,
  others: readonly ShareUse[],
  { limit, heldBack = 0, cost }: SharedCharge,
  used: number,
): boolean {
  if (others.length === 0) return true;
  const room = Math.floor((limit - heldBack) * ROOM);
  const part = Math.floor(room / (others.length + 1));
  if (own.used + cost <= part) return true;
  const promised = others.reduce((sum, other) => sum + promiseTo(other, part), 0);
  return used + cost + promised <= room;
}
