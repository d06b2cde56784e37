/** The lengths a candle may have, and where in time each begins: weeks on Mondays, months on their first day. */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The first Monday after 1970 began. */
const FIRST_MONDAY = 4 * DAY;

export interface Interval {
  readonly name: string;
  /** Of a month: the longest. */
  readonly lengthMs: number;
  /** When the candle that holds this moment opened, by a clock so far ahead of UTC. */
  opensAt(time: number, aheadMs?: number): number;
  /** When the candle after the one that opened then opens. */
  after(openTime: number, aheadMs?: number): number;
}

const even = (name: string, lengthMs: number, from = 0): Interval => ({
  name,
  lengthMs,
  opensAt: (time, aheadMs = 0) => Math.floor((time + aheadMs - from) / lengthMs) * lengthMs + from - aheadMs,
  after: (openTime) => openTime + lengthMs,
});

const months: Interval = {
  name: '1M',
  lengthMs: 31 * DAY,
  opensAt: (time, aheadMs = 0) => monthOf(time + aheadMs, 0) - aheadMs,
  after: (openTime, aheadMs = 0) => monthOf(openTime + aheadMs, 1) - aheadMs,
};

/** When the month that holds this moment began, or one so many months later. */
function monthOf(time: number, later: number): number {
  let year = FIRST_YEAR + Math.floor(time / LONGEST_YEAR);
  while (yearAt(year + 1) <= time) year += 1;
  let month = 0;
  let opened = yearAt(year);
  while (opened + daysIn(year, month) * DAY <= time) {
    opened += daysIn(year, month) * DAY;
    month += 1;
  }
  for (let step = 0; step < later; step += 1) {
    opened += daysIn(year, month) * DAY;
    year += month === 11 ? 1 : 0;
    month = (month + 1) % 12;
  }
  return opened;
}

const FIRST_YEAR = 1970;
const LONGEST_YEAR = 366 * DAY;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const daysIn = (year: number, month: number): number => DAYS[month]! + (month === 1 && isLeap(year) ? 1 : 0);
const leapsBefore = (year: number): number =>
  Math.floor((year - 1) / 4) - Math.floor((year - 1) / 100) + Math.floor((year - 1) / 400);
const yearAt = (year: number): number =>
  ((year - FIRST_YEAR) * 365 + leapsBefore(year) - leapsBefore(FIRST_YEAR)) * DAY;

export const INTERVALS: ReadonlyMap<string, Interval> = new Map(
  [
    even('1s', SECOND),
    ...[1, 3, 5, 15, 30].map((count) => even(`${count}m`, count * MINUTE)),
    ...[1, 2, 4, 6, 8, 12].map((count) => even(`${count}h`, count * HOUR)),
    even('1d', DAY),
    even('3d', 3 * DAY),
    even('1w', 7 * DAY, FIRST_MONDAY),
    months,
  ].map((interval) => [interval.name, interval]),
);
