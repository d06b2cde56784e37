/**
 * The history of what the account was worth as it stands in Redis. What is not there is not known; what is there and
 * cannot be read is an error: measuring would begin again on it, and forget what was lost.
 */
import { EquityHistory, Holding, SpotResult } from '@elvis/rules';
import { Decimal } from '@elvis/trading';

/** `spot` stands apart: a build that does not know it leaves it as it is. */
export const EQUITY_FIELDS = ['day', 'dayStart', 'peak', 'course', 'spot'] as const;

export class EquityUnreadable extends Error {
  override readonly name = 'EquityUnreadable';
}

type Texts = readonly (string | null)[];

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const SIGNED = /^-?\d{1,20}(\.\d{1,18})?$/;

/** One text for each field; an empty one for what there is nothing of. */
export function writeEquity({ day, dayStart, peak, spot, ...course }: EquityHistory): readonly string[] {
  const text = {
    ...course,
    recent: course.recent.map(({ atMs, equity }) => [atMs, equity.toFixed()]),
    transfers: course.transfers.map(({ id, atMs, amount }) => [id, atMs, amount.toFixed()]),
  };
  return [day, dayStart.toFixed(), peak.toFixed(), JSON.stringify(text), spot ? writeSpot(spot) : ''];
}

/** Undefined if nothing stands there. @throws EquityUnreadable */
export function readEquity(texts: Texts, nowMs: number): EquityHistory | undefined {
  const [day, dayStart, peak, course, spot] = texts;
  if (texts.every((text) => text === null)) return undefined;
  try {
    if (!day || !DAY.test(day)) throw malformed(RECORD, 'the day', day);
    const start = { day, dayStart: amountOf(dayStart), peak: amountOf(peak) };
    const known = { ...start, ...(course === null ? courseFrom(nowMs) : readCourse(course)) };
    return spot ? { ...known, spot: readSpot(spot) } : known;
  } catch (cause) {
    throw new EquityUnreadable('The recorded equity of the account (ELVIS_EQUITY in Redis) is malformed', {
      cause,
    });
  }
}

function writeSpot({ base, value, dayStart, holdings, ...spot }: SpotResult): string {
  const amounts = { base: base.toFixed(), value: value.toFixed(), dayStart: dayStart.toFixed() };
  const rows = [...holdings].map(([asset, { wallet, moved }]) => [asset, wallet.toFixed(), moved.toFixed()]);
  return JSON.stringify({ ...spot, ...amounts, holdings: rows });
}

function readSpot(text: string): SpotResult {
  const spot = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const holdings = rowsOf(spot.holdings).map(([asset, wallet, moved]): readonly [string, Holding] => [
    textOf(asset),
    { wallet: amountOf(wallet), moved: amountOf(moved) },
  ]);
  return {
    sinceMs: timeOf(spot.sinceMs),
    holdings: new Map(holdings),
    counted: listOf(spot.counted).map((asset) => textOf(asset)),
    base: amountOf(spot.base),
    value: amountOf(spot.value),
    valueAtMs: timeOf(spot.valueAtMs),
    dayStart: amountOf(spot.dayStart),
  };
}

type Course = Omit<EquityHistory, 'day' | 'dayStart' | 'peak' | 'spot'>;

/** A record of an earlier build: transfers count from now on. */
const courseFrom = (nowMs: number): Course => ({
  dayStartAtMs: nowMs,
  peakSinceMs: nowMs,
  settledToMs: nowMs,
  bookedToMs: nowMs,
  recent: [],
  transfers: [],
  acknowledged: [],
});

function readCourse(text: string | undefined): Course {
  const course = JSON.parse(text ?? '') as Readonly<Record<string, unknown>>;
  return {
    dayStartAtMs: timeOf(course.dayStartAtMs),
    peakSinceMs: timeOf(course.peakSinceMs),
    settledToMs: timeOf(course.settledToMs),
    bookedToMs: timeOf(course.bookedToMs),
    recent: rowsOf(course.recent).map(([atMs, equity]) => ({ atMs: timeOf(atMs), equity: amountOf(equity) })),
    transfers: rowsOf(course.transfers).map(([id, atMs, amount]) => ({
      id: textOf(id),
      atMs: timeOf(atMs),
      amount: amountOf(amount),
    })),
    acknowledged: listOf(course.acknowledged ?? []).map((id) => textOf(id)),
  };
}

const RECORD = 'The equity record in Redis (ELVIS_EQUITY)';

/** @param of what it is read from, for the error */
export function amountOf(value: unknown, of = RECORD): Decimal {
  if (typeof value !== 'string' || !SIGNED.test(value)) throw malformed(of, 'an amount', value);
  return new Decimal(value);
}

export function timeOf(value: unknown, of = RECORD): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw malformed(of, 'a time', value);
  return value;
}

export function textOf(value: unknown, of = RECORD): string {
  if (typeof value !== 'string' || value === '') throw malformed(of, 'a text', value);
  return value;
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed(RECORD, 'a list', value);
  return value;
}

const rowsOf = (value: unknown): readonly (readonly unknown[])[] => listOf(value).map(listOf);

const malformed = (of: string, what: string, value: unknown): TypeError =>
  new TypeError(
    `${of} cannot be read: ${what} in it is missing or malformed (found ${JSON.stringify(value)})`,
  );
