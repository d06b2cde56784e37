/** Where the protections of a position lie. Distances are fractions of the average entry price. */
import { Decimal, Instrument, Market, ZERO, floorToStep } from '@elvis/trading';

/** What a strategy or a configuration wishes; null is not wanted. */
export interface ProtectionTerms {
  readonly stop: Decimal | null;
  /** Shares come to one. */
  readonly targets: readonly { readonly at: Decimal; readonly share: Decimal }[];
  readonly trailing: Decimal | null;
  /** The position is closed after so long. */
  readonly timeMs: number | null;
}

export const NO_PROTECTION: ProtectionTerms = { stop: null, targets: [], trailing: null, timeMs: null };

/** The bot's position, by its own fills. */
export interface Held {
  /** Signed: below zero is short. */
  readonly quantity: Decimal;
  readonly entryPrice: Decimal;
  /** All that was added since it was last flat. */
  readonly added: Decimal;
  readonly openedAtMs: number;
  /** The best price since then, by sealed candles; the entry price before the first. */
  readonly extreme: Decimal;
}

/** On spot a stop becomes a limit order: so far beyond its trigger it still fills. */
const SPOT_STOP_OFFSET = new Decimal('0.005');

export interface Level {
  readonly price: Decimal;
  readonly quantity: Decimal;
}

export const isLong = ({ quantity }: Pick<Held, 'quantity'>): boolean => quantity.gt(ZERO);

/** The fixed stop, or null. To the tick that loses less. */
export function stopLevel(held: Held, { stop }: ProtectionTerms, tick: Decimal): Decimal | null {
  return stop && behind(held, held.entryPrice, stop, tick);
}

/** Where a stop that follows the extreme lies; never further away than the fixed one. */
export function followingStop(held: Held, terms: ProtectionTerms, tick: Decimal): Decimal | null {
  const fixed = stopLevel(held, terms, tick);
  if (!terms.trailing) return fixed;
  const followed = behind(held, held.extreme, terms.trailing, tick);
  if (!fixed) return followed;
  return isLong(held) ? Decimal.max(fixed, followed) : Decimal.min(fixed, followed);
}

/**
 * The targets that are still to be reached, with the part of the position each closes; the last one closes the rest. To the
 * tick that is reached sooner.
 *
 * @param reached how many of them this position has reached already
 */
export function targetLevels(
  held: Held,
  { targets }: ProtectionTerms,
  { tickSize, stepSize, minQuantity }: Pick<Instrument, 'tickSize' | 'stepSize' | 'minQuantity'>,
  reached: number,
): readonly Level[] {
  const open = targets.slice(reached);
  const levels: Level[] = [];
  let left = held.quantity.abs();
  for (const [place, { at, share }] of open.entries()) {
    const part =
      place === open.length - 1 ? left : Decimal.min(left, floorToStep(held.added.times(share), stepSize));
    if (part.lt(minQuantity)) continue;
    levels.push({ price: ahead(held, at, tickSize), quantity: part });
    left = left.minus(part);
  }
  return levels;
}

/** When the position has been held as long as it may; null without such a wish. */
export const dueAtMs = ({ openedAtMs }: Held, { timeMs }: ProtectionTerms): number | null =>
  timeMs === null ? null : openedAtMs + timeMs;

/** What can be sold or bought back of it: on spot a fee leaves a rest below the step. */
export const closable = (market: Market, held: Held, { stepSize }: Pick<Instrument, 'stepSize'>): Decimal =>
  market === 'spot' ? floorToStep(held.quantity.abs(), stepSize) : held.quantity.abs();

/** The limit of a spot stop with this trigger. */
export const spotStopLimit = (trigger: Decimal, tick: Decimal): Decimal =>
  Decimal.max(floorToStep(trigger.times(new Decimal(1).minus(SPOT_STOP_OFFSET)), tick), tick);

function behind(held: Held, from: Decimal, distance: Decimal, tick: Decimal): Decimal {
  const ticks = from.times(isLong(held) ? new Decimal(1).minus(distance) : distance.plus(1)).div(tick);
  return (isLong(held) ? ticks.ceil() : ticks.floor()).times(tick);
}

function ahead(held: Held, distance: Decimal, tick: Decimal): Decimal {
  const ticks = held.entryPrice
    .times(isLong(held) ? distance.plus(1) : new Decimal(1).minus(distance))
    .div(tick);
  return (isLong(held) ? ticks.floor() : ticks.ceil()).times(tick);
}
