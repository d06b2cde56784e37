/**
 * What a bot has brought, as plain data that stands in its journal: sums over its fills, fees and funding by UTC day, and
 * over its run. Everything is counted on the day of its own time on the exchange's clock, and once: by trade id, or by the
 * id of a funding payment. A day is not reset: a later one is another sum.
 */
import { Decimal, Fill, ZERO, maxDecimal } from '@elvis/trading';
import { FLAT_HOLDING, Holding, KeptHolding, bookFill, keptHolding, readHolding } from './holding';
import { utcDayOf } from './utc-day';

/** Amounts are decimals in the quote asset. */
export interface DayFigures {
  /** Days since 1970-01-01 UTC. */
  readonly day: number;
  /** Results less fees, funding included. */
  readonly net: string;
  readonly results: string;
  readonly fees: string;
  readonly funding: string;
  /** Positions closed. */
  readonly trades: number;
}

export interface BotFigures {
  readonly holding: KeptHolding;
  /** The last days that had something, newest last. */
  readonly days: readonly DayFigures[];
  /** Net of the run, and the highest that it was; never below zero. */
  readonly net: string;
  readonly peak: string;
  /** Net so far of the position that is held. */
  readonly roundNet: string;
  /** Positions in a row, the newest included, that lost. */
  readonly losses: number;
  readonly lastClosedAtMs: number | null;
  /** When a stop last ended a position. */
  readonly lastStopAtMs: number | null;
  /** Fills whose fee is in an asset without a price here: those fees are missing in the sums. */
  readonly unpriced: number;
  /** What was counted last, so that nothing is counted twice. */
  readonly counted: readonly string[];
}

/** A payment of funding on the bot's symbol; below zero was paid. */
export interface FundingPayment {
  readonly id: string;
  readonly amount: string;
  readonly atMs: number;
}

/** News may be late by a day; a limit asks for no older one. */
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
export const dayFigures = ({ days }: BotFigures, atMs: number): DayFigures =>
  days.find(({ day }) => day === utcDayOf(atMs)) ?? {
    day: utcDayOf(atMs),
    net: '0',
    results: '0',
    fees: '0',
    funding: '0',
    trades: 0,
  };

/** How far the run's net lies below the highest that it was. */
export const drawdownOf = ({ net, peak }: BotFigures): Decimal => new Decimal(peak).minus(net);

export interface FillKind {
  /** Whether its order is a stop or a trailing stop. */
  readonly isStop: boolean;
  /** What one unit of a fee asset that the symbol does not trade is worth in the quote asset. */
  readonly priceOf?: (asset: string) => Decimal | undefined;
}

/** The figures with this fill; the same ones if it was counted before. */
export function withFill(before: BotFigures, fill: Fill, { isStop, priceOf }: FillKind): BotFigures {
  const id = `${fill.tradeId}:${fill.side}`;
  if (before.counted.includes(id)) return before;
  const held = readHolding(before.holding);
  const { holding, result, fee, unpriced } = bookFill(held, fill, priceOf);
  const isOver = !held.quantity.isZero() && (holding.quantity.isZero() || hasTurned(held, holding));
  const roundNet = new Decimal(before.roundNet).plus(result).minus(fee);
  const counted = count(before, id, fill.tradedAtMs, {
    results: result,
    fees: fee,
    funding: ZERO,
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
    ...count(before, key, atMs, { results: ZERO, fees: ZERO, funding, trades: 0 }),
    roundNet: new Decimal(before.roundNet).plus(funding).toFixed(),
  };
}

interface Part {
  readonly results: Decimal;
  readonly fees: Decimal;
  readonly funding: Decimal;
  readonly trades: number;
}

function count(before: BotFigures, id: string, atMs: number, part: Part): BotFigures {
  const added = part.results.minus(part.fees).plus(part.funding);
  const net = added.plus(before.net);
  const was = dayFigures(before, atMs);
  const day: DayFigures = {
    day: was.day,
    net: added.plus(was.net).toFixed(),
    results: part.results.plus(was.results).toFixed(),
    fees: part.fees.plus(was.fees).toFixed(),
    funding: part.funding.plus(was.funding).toFixed(),
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
