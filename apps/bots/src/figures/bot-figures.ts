/**
 * What a bot has brought, as plain data that stands in its journal: sums over its fills, fees and funding by UTC day, and
 * over its run. Everything is counted on the day of its own time on the exchange's clock, and once: by trade id, or by the
 * id of a funding payment. A day is not reset: a later one is another sum.
 */
import { BotDay, BotFigures, BotPosition } from '@elvis/contracts';
import { Decimal, Fill, ZERO, maxDecimal } from '@elvis/trading';
import {
  FLAT_HOLDING,
  FillTerms,
  Holding,
  applyFill,
  entryPriceOf,
  keptHolding,
  readHolding,
} from './holding';
import { utcDayOf } from './utc-day';

/** A payment of funding on the bot's symbol; below zero was paid. */
export interface FundingPayment {
  readonly id: string;
  readonly amount: string;
  readonly atMs: number;
}

/** An event may be late by a day; a limit asks for no older one. */
const MOST_DAYS = 3;
const MOST_COUNTED = 256;

export const NO_FIGURES: BotFigures = {
  holding: keptHolding(FLAT_HOLDING),
  days: [],
  net: '0',
  peak: '0',
  roundNet: '0',
  losses: 0,
  lastClosedAtMs: null,
  lastStopAtMs: null,
  unpriced: 0,
  counted: [],
};

/** Of the UTC day of this moment. */
export const dayFigures = ({ days }: BotFigures, atMs: number): BotDay =>
  days.find(({ day }) => day === utcDayOf(atMs)) ?? {
    day: utcDayOf(atMs),
    net: '0',
    results: '0',
    fees: '0',
    funding: '0',
    entries: 0,
    trades: 0,
  };

/** The mean price of a position is shown with so many digits. */
const PRICE_DIGITS = 12;

/** The position as a step is told of it. */
export function positionOf({ holding }: BotFigures): BotPosition {
  const { quantity, openedAtMs } = holding;
  if (openedAtMs === null) return { quantity: '0', entryPrice: null, openedAtMs: null };
  const entryPrice = entryPriceOf(readHolding(holding)).toDecimalPlaces(PRICE_DIGITS).toFixed();
  return { quantity, entryPrice, openedAtMs };
}

/** At the start of a run: what is held and the days go on, the run's own sums begin anew. */
export const figuresOfNewRun = (before: BotFigures): BotFigures => ({ ...before, net: '0', peak: '0' });

/** What the position that is held would bring at this price, before fees. */
export function openResult({ holding }: BotFigures, price: Decimal): Decimal {
  const { quantity, cost } = readHolding(holding);
  return quantity.times(price).minus(quantity.isNegative() ? cost.negated() : cost);
}

/**
 * How far the run's net lies below the highest that it was.
 *
 * @param open what the position that is held would bring now
 */
export const drawdownOf = ({ net, peak }: BotFigures, open: Decimal = ZERO): Decimal =>
  maxDecimal(new Decimal(peak).minus(net).minus(open), ZERO);

export interface FillKind extends FillTerms {
  /** Whether its order is a stop or a trailing stop. */
  readonly isStop: boolean;
}

/** The figures with this fill; the same ones if it was counted before. */
export function withFill(before: BotFigures, fill: Fill, { isStop, ...terms }: FillKind): BotFigures {
  const id = `${fill.tradeId}:${fill.side}`;
  if (before.counted.includes(id)) return before;
  const held = readHolding(before.holding);
  const { holding, result, fee, unpriced } = applyFill(held, fill, terms);
  const isOver = !held.quantity.isZero() && (holding.quantity.isZero() || hasTurned(held, holding));
  const hasOpened = !holding.quantity.isZero() && (held.quantity.isZero() || isOver);
  const roundNet = new Decimal(before.roundNet).plus(result).minus(fee);
  const counted = count(before, id, fill.tradedAtMs, {
    results: result,
    fees: fee,
    funding: ZERO,
    entries: hasOpened ? 1 : 0,
    trades: isOver ? 1 : 0,
  });
  const figures = {
    ...counted,
    holding: keptHolding(holding),
    roundNet: roundNet.toFixed(),
    unpriced: before.unpriced + (unpriced ? 1 : 0),
  };
  if (!isOver) return figures;
  return {
    ...figures,
    roundNet: '0',
    losses: roundNet.lt(0) ? before.losses + 1 : 0,
    lastClosedAtMs: fill.tradedAtMs,
    lastStopAtMs: isStop ? fill.tradedAtMs : before.lastStopAtMs,
  };
}

export function withFunding(before: BotFigures, { id, amount, atMs }: FundingPayment): BotFigures {
  const key = `funding:${id}`;
  if (before.counted.includes(key)) return before;
  const funding = new Decimal(amount);
  return {
    ...count(before, key, atMs, { results: ZERO, fees: ZERO, funding, entries: 0, trades: 0 }),
    roundNet: new Decimal(before.roundNet).plus(funding).toFixed(),
  };
}

interface Part {
  readonly results: Decimal;
  readonly fees: Decimal;
  readonly funding: Decimal;
  readonly entries: number;
  readonly trades: number;
}

function count(before: BotFigures, id: string, atMs: number, part: Part): BotFigures {
  const added = part.results.minus(part.fees).plus(part.funding);
  const net = added.plus(before.net);
  const was = dayFigures(before, atMs);
  const day: BotDay = {
    day: was.day,
    net: added.plus(was.net).toFixed(),
    results: part.results.plus(was.results).toFixed(),
    fees: part.fees.plus(was.fees).toFixed(),
    funding: part.funding.plus(was.funding).toFixed(),
    entries: was.entries + part.entries,
    trades: was.trades + part.trades,
  };
  const days = [...before.days.filter((other) => other.day !== day.day), day];
  return {
    ...before,
    days: days.sort((left, right) => left.day - right.day).slice(-MOST_DAYS),
    net: net.toFixed(),
    peak: maxDecimal(net, new Decimal(before.peak)).toFixed(),
    counted: [...before.counted, id].slice(-MOST_COUNTED),
  };
}

const hasTurned = (before: Holding, after: Holding): boolean =>
  before.quantity.isPositive() !== after.quantity.isPositive();
