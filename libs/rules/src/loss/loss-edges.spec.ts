/** The edges of what counts as a loss: the last millisecond on one side and the first on the other. */
import { Decimal } from '@elvis/trading';
import { MINUTE, T0, TODAY, after, at, booked, loss, moved, start } from '../../test/a-history';
import { BOOKING_OVERLAP_MS, EquityHistory, Worth, acknowledged, isMoved, lossOf, withEquity } from './loss';
import { SpotResult } from './spot-result';

const d = (text: number): Decimal => new Decimal(text);
const recentOf = ({ recent }: EquityHistory): readonly (readonly [string, number])[] =>
  recent.map(({ equity, atMs }) => [equity.toFixed(), atMs - T0]);

describe('the history of what the account was worth', () => {
  it('begins with its first value, on that day, settled and booked until then', () => {
    expect(start).toEqual({
      day: TODAY,
      dayStart: d(1000),
      dayStartAtMs: T0,
      peak: d(1000),
      peakSinceMs: T0,
      settledToMs: T0,
      bookedToMs: T0,
      recent: [],
      transfers: [],
      acknowledged: [],
    });
  });

  it.each([
    ['2026-11-22', '900', '2026-11-22', MINUTE],
    ['2026-11-21', '1000', '2026-11-21', 0],
    ['2026-11-20', '1000', '2026-11-21', 0],
  ])('takes a value of the day %s for the start %s of the day %s', (day, dayStart, kept, sinceMs) => {
    const grown = withEquity(start, at(900, MINUTE), day);
    expect([grown.day, grown.dayStart.toFixed(), grown.dayStartAtMs - T0]).toEqual([kept, dayStart, sinceMs]);
    expect(grown.peak.toFixed()).toBe('1000');
  });

  it('keeps one value for each five seconds: the first, or a higher one in its place', () => {
    const grown = after(
      start,
      ...[at(1001, 5_000), at(1000, 6_000), at(1003, 7_000), at(1003, 9_999), at(1002, 10_000)],
    );
    expect(recentOf(grown)).toEqual([
      ['1003', 7_000],
      ['1002', 10_000],
    ]);
  });

  it('keeps no value that is older than its newest, nor one that is settled already', () => {
    const grown = after(start, at(1001, 20_000));
    expect(recentOf(after(grown, at(5000, 19_999)))).toEqual([['1001', 20_000]]);
    expect(recentOf(after(grown, at(5000, 20_000)))).toEqual([['5000', 20_000]]);
    expect(recentOf(after(start, at(5000, 0)))).toEqual([]);
    expect(recentOf(after(start, at(5000, 1)))).toEqual([['5000', 1]]);
  });

  it.each([
    [5 * MINUTE + 4_999, 0, 2],
    [5 * MINUTE + 5_000, 5_000, 1],
  ])(
    'settles a value five minutes old, whose bookings are known, in the peak: after %i ms until %i',
    (newestMs, settledToMs, left) => {
      const known = booked(start, newestMs);
      const grown = after(known, at(1300, 5_000), at(1000, newestMs));
      expect(grown.settledToMs - T0).toBe(settledToMs);
      expect(grown.recent).toHaveLength(left);
      expect(loss(grown, at(1000, newestMs))).toEqual(['0', '300']);
    },
  );

  it('settles by the age of the newest value, however many there are', () => {
    const newestMs = 5 * MINUTE + 9_000;
    const values = [at(1300, 5_000), at(1200, 10_000), at(1100, MINUTE), at(1000, newestMs)];
    const grown = after(booked(start, newestMs), ...values);
    expect([grown.settledToMs - T0, grown.peak.toFixed(), grown.recent.length]).toEqual([5_000, '1300', 3]);
  });

  it.each([
    [4_999, 2],
    [5_000, 1],
  ])('settles nothing beyond what is booked: with bookings until %i ms %i values stay', (bookedMs, left) => {
    const grown = after(booked(start, bookedMs), at(1300, 5_000), at(1000, 60 * MINUTE));
    expect(grown.recent).toHaveLength(left);
  });

  it('keeps 120 values whose bookings are not known, and settles the oldest of more', () => {
    const values = Array.from({ length: 121 }, (_, index) =>
      at(1000 + (index === 0 ? 500 : 0), 5_000 + index * 5_000),
    );
    const full = after(start, ...values.slice(0, 120));
    expect([full.recent.length, full.settledToMs - T0, full.peak.toFixed()]).toEqual([120, 0, '1000']);
    const over = after(full, values[120] as Worth);
    expect([over.recent.length, over.settledToMs - T0, over.peak.toFixed()]).toEqual([120, 5_000, '1500']);
  });

  it.each([
    [15 * MINUTE - 1 + 30_000, 1],
    [15 * MINUTE + 30_000, 0],
  ])('remembers a booking for a quarter of an hour: until %i ms it has %i', (untilMs, kept) => {
    const told = booked(start, MINUTE, moved(600, 30_000));
    expect(booked(told, untilMs).transfers).toHaveLength(kept);
  });

  it('knows bookings until the latest it was told of, in any order', () => {
    const told = booked(booked(start, 3 * MINUTE), 2 * MINUTE);
    expect(told.bookedToMs - T0).toBe(3 * MINUTE);
    expect(BOOKING_OVERLAP_MS).toBe(120_000);
  });
});

describe('money that came or went', () => {
  it.each([
    [-1, '1000', '1000'],
    [0, '1000', '1000'],
    [1, '400', '400'],
  ])('%i ms after the first value leaves a day start of %s and a peak of %s', (atMs, dayStart, peak) => {
    const told = booked(start, MINUTE, moved(-600, atMs));
    expect([told.dayStart.toFixed(), told.peak.toFixed()]).toEqual([dayStart, peak]);
  });

  it.each([
    ['a deposit', 600, 50_000, '1000'],
    ['a deposit at the last settled value', 600, MINUTE, '1000'],
    ['a deposit after what has settled', 600, MINUTE + 1, '1600'],
    ['a withdrawal', -600, 50_000, '400'],
  ])('%s before what has settled in the peak moves it as it must', (_what, amount, atMs, peak) => {
    const grown = after(booked(start, 10 * MINUTE), at(900, MINUTE), at(900, 10 * MINUTE));
    expect(grown.settledToMs - T0).toBe(MINUTE);
    expect(booked(grown, 11 * MINUTE, moved(amount, atMs)).peak.toFixed()).toBe(peak);
  });

  it.each([
    [4_999, '0'],
    [5_000, '0'],
    [5_001, '500'],
  ])(
    'makes a value %i ms before it no summit while it cannot be told apart: drawdown %s',
    (beforeMs, drawdown) => {
      const grown = after(start, at(1500, MINUTE));
      const told = booked(grown, 3 * MINUTE, moved(0.0001, MINUTE + beforeMs));
      expect(loss(told, at(1000.0001, 3 * MINUTE))[1]).toBe(drawdown);
    },
  );

  it.each([
    [MINUTE - 1, ['0', '0']],
    [MINUTE, ['600', '600']],
    [MINUTE + 1, ['600', '600']],
  ])('is in a value read at its own time and after, not before: read at %i', (readMs, expected) => {
    const told = booked(start, 2 * MINUTE, moved(600, MINUTE));
    expect(loss(told, at(1000, readMs))).toEqual(expected);
  });

  it('that is told twice, in one answer or in two, moves once', () => {
    const twice = booked(start, MINUTE, moved(-100, 1_000, 'a'));
    expect(booked(twice, MINUTE, moved(-100, 1_000, 'a'), moved(-50, 2_000, 'b')).dayStart.toFixed()).toBe(
      '850',
    );
  });

  it.each([
    ...['TRANSFER', 'INTERNAL_TRANSFER', 'CROSS_COLLATERAL_TRANSFER', 'STRATEGY_UMFUTURES_TRANSFER'],
    ...['COIN_SWAP_DEPOSIT', 'COIN_SWAP_WITHDRAW', 'AUTO_EXCHANGE', 'WELCOME_BONUS', 'CONTEST_REWARD'],
  ])('is what the exchange calls %s', (type) => {
    expect(isMoved(type)).toBe(true);
    expect(isMoved(type.toLowerCase())).toBe(false);
  });

  it('is not what the exchange has no word for', () => {
    expect(isMoved('')).toBe(false);
  });
});

describe('an acknowledged loss', () => {
  it('of the day starts the day from the present value, and leaves the peak', () => {
    const low = at(400, MINUTE);
    const known = acknowledged(after(start, at(1500, 30_000)), low, { stopId: 'stop', name: 'daily-loss' });
    expect([known.dayStart.toFixed(), known.dayStartAtMs - T0]).toEqual(['400', MINUTE]);
    expect([known.peak.toFixed(), known.peakSinceMs - T0, recentOf(known)]).toEqual([
      '1000',
      0,
      [['1500', 30_000]],
    ]);
  });

  it('from the peak starts the peak from the present value, forgets the values before, and leaves the day', () => {
    const low = at(400, MINUTE);
    const known = acknowledged(after(start, at(1500, 30_000)), low, { stopId: 'stop', name: 'drawdown' });
    expect([known.peak.toFixed(), known.peakSinceMs - T0, known.settledToMs - T0]).toEqual([
      '400',
      MINUTE,
      MINUTE,
    ]);
    expect([known.recent, known.dayStart.toFixed(), known.dayStartAtMs - T0]).toEqual([[], '1000', 0]);
  });

  it.each(['daily-loss', 'drawdown'] as const)(
    'counts what is booked after the value with it: %s',
    (what) => {
      const told = booked(start, 2 * MINUTE, moved(100, 90_000), moved(50, 30_000));
      const known = acknowledged(told, at(400, MINUTE), { stopId: 'stop', name: what });
      const [value, since] =
        what === 'daily-loss' ? [known.dayStart, known.dayStartAtMs] : [known.peak, known.peakSinceMs];
      expect([value.toFixed(), since - T0]).toEqual(['500', 90_000]);
    },
  );
});

describe('the result of spot in the history', () => {
  const result = (value: number, atMs: number, wallet = '1'): SpotResult => ({
    sinceMs: 1,
    counted: ['BTC'],
    base: d(0),
    value: d(value),
    valueAtMs: T0 + atMs,
    dayStart: d(0),
    holdings: new Map([['BTC', { wallet: new Decimal(wallet), moved: d(0) }]]),
  });
  const worth = (equity: number, spot: number, atMs: number): Worth => ({
    ...at(equity, atMs),
    spot: d(spot),
  });
  const grown = withEquity(start, worth(1000, 0, 1_000), TODAY, result(0, 1_000));

  it('is written down each five seconds while only prices change, and at once with a holding', () => {
    const valueOf = (measured: SpotResult): string =>
      withEquity(grown, worth(900, -100, measured.valueAtMs - T0), TODAY, measured).spot!.value.toFixed();
    expect(valueOf(result(-100, 4_999))).toBe('0');
    expect(valueOf(result(-100, 5_000))).toBe('-100');
    expect(valueOf(result(-100, 4_999, '2'))).toBe('-100');
  });

  it('stays as it was while it cannot be measured', () => {
    expect(withEquity(grown, worth(900, -100, 9_000), TODAY).spot).toBe(grown.spot);
  });

  it('splits what was lost today by market, from the start of the day', () => {
    // 1000 - 650 = 350: 600 lost on spot, 250 won on futures
    const now = worth(650, -600, MINUTE);
    expect(lossOf(grown, now)).toEqual({
      today: d(350),
      drawdown: d(350),
      todayByMarket: { futures: d(-250), spot: d(600) },
    });
    const nextDay = withEquity(grown, now, '2026-11-22', result(-600, MINUTE));
    expect(nextDay.spot!.dayStart.toFixed()).toBe('-600');
    // 650 - 640: all of it on spot
    expect(lossOf(nextDay, worth(640, -610, 2 * MINUTE)).todayByMarket).toEqual({
      futures: d(0),
      spot: d(10),
    });
  });

  it('starts anew with the loss of the day that is acknowledged, and not with a drawdown', () => {
    const now = worth(400, -600, MINUTE);
    const dayStartOf = (name: 'daily-loss' | 'drawdown'): string =>
      acknowledged(grown, now, { stopId: 'stop', name }).spot!.dayStart.toFixed();
    expect(dayStartOf('daily-loss')).toBe('-600');
    expect(dayStartOf('drawdown')).toBe('0');
  });
});
