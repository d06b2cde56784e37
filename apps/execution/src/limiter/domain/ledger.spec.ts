import fc from 'fast-check';
import {
  CallTerms,
  MeterCharge,
  MeterWindow,
  PRIORITIES,
  Priority,
  capOf,
  decide,
  decideMeter,
  usedOf,
  windowAt,
} from './ledger';
import { settle } from './ledger-settlement';

const MINUTE = 60_000;
const START = 28_000_000 * MINUTE;
const weight = (cost: number): MeterCharge => ({ limit: 2_400, windowMs: MINUTE, cost });

const at = (x: number, overrides: Partial<CallTerms> = {}): CallTerms => ({
  priority: 'P3',
  now: START + Math.round(x * MINUTE),
  errorMs: 30,
  lifetimeMs: 10_000,
  reserveAheadMs: 800,
  vanished: 0,
  ...overrides,
});

const opened = (overrides: Partial<MeterWindow> = {}): MeterWindow => {
  const before = windowAt({ ...windowAt(undefined, weight(1), at(-0.5)), cold: 0 }, weight(1), at(0));
  return { ...before, confirmed: 1, ...overrides };
};

describe('the window ledger', () => {
  it.each`
    priority | used     | granted  | because
    ${'P0'}  | ${2_394} | ${true}  | ${'a cancel may use all but the margin'}
    ${'P0'}  | ${2_395} | ${false} | ${'nobody touches the margin'}
    ${'P1'}  | ${2_382} | ${true}  | ${'a close leaves half a hundredth to cancels'}
    ${'P1'}  | ${2_383} | ${false} | ${'a close leaves half a hundredth to cancels'}
    ${'P2'}  | ${2_322} | ${true}  | ${'half of the melting reserve is still kept at half time'}
    ${'P2'}  | ${2_323} | ${false} | ${'half of the melting reserve is still kept at half time'}
  `(
    'lets a $priority call pass at $used used, half time: $granted, since $because',
    ({ priority, used, granted }) => {
      expect(
        decideMeter(opened({ reserved: used, acked: used }), weight(1), at(0.5, { priority })).granted,
      ).toBe(granted);
    },
  );

  it.each`
    priority | x      | used     | granted  | because
    ${'P1'}  | ${0}   | ${1_782} | ${true}  | ${'2400 - 5 - 12 = 2383, less 600 at the start'}
    ${'P1'}  | ${0}   | ${1_783} | ${false} | ${'a quarter is left to the account at the start'}
    ${'P1'}  | ${0.5} | ${2_082} | ${true}  | ${'half of it at half time: 2383 - 300'}
    ${'P1'}  | ${0.5} | ${2_083} | ${false} | ${'half of it at half time: 2383 - 300'}
    ${'P2'}  | ${0.5} | ${2_022} | ${true}  | ${'beside the reserve of its class: 2371 - 48 - 300'}
    ${'P2'}  | ${0.5} | ${2_023} | ${false} | ${'beside the reserve of its class: 2371 - 48 - 300'}
  `(
    'leaves a quarter to the refresh of the account, melting: $priority at $x of the window with $used used',
    ({ priority, x, used, granted }) => {
      const charge = { ...weight(1), heldBack: 600 };
      expect(
        decideMeter(opened({ reserved: used, acked: used }), charge, at(x, { priority, errorMs: 0 })).granted,
      ).toBe(granted);
    },
  );

  it('tells whom it holds back for the account when that reserve will have melted', () => {
    const charge = { ...weight(1), heldBack: 600 };
    const used = 2_082 + 100;
    const verdict = decideMeter(
      opened({ reserved: used, acked: used }),
      charge,
      at(0.5, { priority: 'P1', errorMs: 0 }),
    );
    // 2383 - 2182 - 1 = 200 of 600 may be kept: that is so a third of the window before its end, at 40 s.
    expect(verdict.granted).toBe(false);
    expect(Math.abs(verdict.waitMs - 10_000)).toBeLessThanOrEqual(1);
  });

  it.each`
    x        | used     | waitMs   | granted  | because
    ${0.5}   | ${1_425} | ${0}     | ${true}  | ${'below the line nothing waits'}
    ${0.5}   | ${1_450} | ${778}   | ${true}  | ${'a little ahead of the line it is booked'}
    ${0.5}   | ${1_600} | ${4_737} | ${false} | ${'far ahead of the line it is told when to come back'}
    ${0.999} | ${2_370} | ${29}    | ${true}  | ${'the line ends at the cap'}
    ${0.999} | ${2_371} | ${90}    | ${false} | ${'beyond the cap it is the next window'}
  `('paces a query at $x of the window with $used used: $because', ({ x, used, granted, waitMs }) => {
    expect(decideMeter(opened({ reserved: used, acked: used }), weight(1), at(x))).toEqual({
      granted,
      waitMs,
    });
  });

  it('spends nothing before the edge is certainly behind the exchange', () => {
    expect(decideMeter(opened(), weight(1), at(0, { priority: 'P0' }))).toEqual({
      granted: false,
      waitMs: 30,
    });
    expect(decideMeter(opened(), weight(1), { ...at(0, { priority: 'P0' }), now: START + 30 }).granted).toBe(
      true,
    );
  });

  it('charges what was left unanswered late in a window to the next one too, and never again', () => {
    const late = opened({ reserved: 100, acked: 60, late: 25 });
    const next = windowAt(late, weight(1), at(1.001));
    expect(usedOf(next)).toBe(25);
    expect(usedOf(windowAt(next, weight(1), at(2.001)))).toBe(0);
  });

  it('forgets the carry once an answer shows what landed', () => {
    const next = { ...windowAt(opened({ late: 25 }), weight(1), at(1.001)), reserved: 1 };
    const answer = {
      windowMs: MINUTE,
      cost: 1,
      index: next.index,
      errorMs: 30,
      lifetimeMs: 10_000,
      landed: true,
      used: 9,
      headerAtGrant: 0,
    };
    const early = settle(next, {
      ...answer,
      sentAt: START + MINUTE + 5_000,
      receivedAt: START + MINUTE + 5_060,
    }).window;
    expect(early.carry).toBe(25);
    const later = settle(next, {
      ...answer,
      sentAt: START + MINUTE + 10_100,
      receivedAt: START + MINUTE + 10_160,
    }).window;
    expect(later).toMatchObject({ carry: 0, header: 9 });
  });

  it('takes no header that may belong to the window before', () => {
    const next = windowAt(opened({ reserved: 1, late: 1 }), weight(1), at(1.001));
    const settlement = {
      windowMs: MINUTE,
      cost: 1,
      index: next.index - 1,
      sentAt: START + MINUTE - 20,
      receivedAt: START + MINUTE + 40,
      errorMs: 30,
      lifetimeMs: 10_000,
      landed: true,
      used: 2_400,
      headerAtGrant: 0,
    };
    expect(settle(next, settlement).window).toMatchObject({ header: 0, carry: 1, confirmed: 0 });
  });

  it('notices strangers by what the exchange counts beyond our own, and holds back what they will use', () => {
    const window = opened({ reserved: 300, acked: 299 });
    const settlement = {
      windowMs: MINUTE,
      cost: 1,
      index: window.index,
      sentAt: START + 15_000,
      receivedAt: START + 15_060,
      errorMs: 30,
      lifetimeMs: 10_000,
      landed: true,
      used: 450,
      headerAtGrant: 0,
    };
    const { window: seen } = settle(window, settlement);
    expect(seen.foreign).toBe(150);
    const cap = capOf(seen, weight(1), at(0.25), 0.25);
    expect(cap).toBeLessThan(2_371 - 450);
    expect(cap).toBeGreaterThan(2_371 - 500);
  });

  it('lets only one query find out whether the full window before has ended', () => {
    const full = opened({ reserved: 2_370, acked: 2_370 });
    const first = decide([full], [weight(1)], at(1.002));
    expect(first.granted).toBe(true);
    const second = decide(first.windows, [weight(1)], at(1.002));
    expect(second).toMatchObject({ granted: false, waitMs: 20 });
    expect(decide(first.windows, [weight(1)], at(1.002, { priority: 'P0' })).granted).toBe(true);
    expect(decide(first.windows, [weight(1)], at(1.007)).granted).toBe(true);
  });

  it('lets nobody but one probe go where nothing is known of the window', () => {
    const probe = decide([undefined], [weight(1)], at(0.4, { priority: 'P0' }));
    expect(probe.granted).toBe(true);
    for (const priority of PRIORITIES) {
      expect(decide(probe.windows, [weight(1)], at(0.4, { priority })).granted).toBe(false);
    }
  });

  it('doubts the clock when the counter did not start anew, or started too early', () => {
    const base = { windowMs: MINUTE, cost: 1, errorMs: 30, lifetimeMs: 10_000, landed: true };
    const next = {
      ...windowAt(opened({ reserved: 2_300, acked: 2_300, header: 2_300 }), weight(1), at(1.002)),
      reserved: 1,
    };
    const early = {
      ...base,
      index: next.index,
      sentAt: START + MINUTE + 200,
      receivedAt: START + MINUTE + 260,
      headerAtGrant: 0,
    };
    expect(settle(next, { ...early, used: 2_301 }).isClockSuspect).toBe(true);
    expect(settle(next, { ...early, used: 1 }).isClockSuspect).toBe(false);
    const now = opened({ reserved: 900, header: 890 });
    const midway = {
      ...base,
      index: now.index,
      sentAt: START + 58_500,
      receivedAt: START + 58_560,
      headerAtGrant: 880,
    };
    expect(settle(now, { ...midway, used: 3 }).isClockSuspect).toBe(true);
    expect(settle(now, { ...midway, used: 891 }).isClockSuspect).toBe(false);
  });

  it('gives a higher class at least as much room as a lower one, whatever the window looks like', () => {
    fc.assert(
      fc.property(windows(), fc.double({ min: 0.01, max: 0.999, noNaN: true }), (window, x) => {
        const caps = PRIORITIES.map((priority) => capOf(window, weight(1), at(x, { priority }), x));
        for (let lower = 1; lower < caps.length; lower += 1) {
          expect(caps[lower - 1]).toBeGreaterThanOrEqual(caps[lower] as number);
        }
      }),
    );
  });

  it('charges nothing when it refuses, on any of several meters', () => {
    fc.assert(
      fc.property(
        windows(),
        windows(),
        fc.constantFrom(...PRIORITIES),
        fc.nat(50),
        (left, right, priority, cost) => {
          const charges = [weight(cost), { limit: 300, windowMs: MINUTE, cost: 1 }];
          const decision = decide([left, right], charges, at(0.6, { priority }));
          if (decision.granted)
            expect(decision.windows.map(({ reserved }) => reserved)).toEqual([
              left.reserved + cost,
              right.reserved + 1,
            ]);
          else expect(decision.windows).toEqual([left, right]);
        },
      ),
    );
  });
});

const windows = (): fc.Arbitrary<MeterWindow> =>
  fc
    .record({
      reserved: fc.nat(2_400),
      answered: fc.double({ min: 0, max: 1, noNaN: true }),
      header: fc.nat(2_500),
      foreign: fc.nat(600),
      previousForeign: fc.nat(600),
      carry: fc.nat(20),
    })
    .map(({ answered, ...rest }) => opened({ ...rest, acked: Math.floor(rest.reserved * answered) }));

/** A strict exchange in simulated time: counts arrivals in its own windows, answers with what it has counted. */
function simulate(seed: {
  readonly limit: number;
  readonly clockErrorMs: number;
  readonly calls: readonly {
    readonly gapMs: number;
    readonly cost: number;
    readonly priority: Priority;
    readonly upMs: number;
    readonly downMs: number;
  }[];
  readonly others: readonly { readonly gapMs: number; readonly cost: number }[];
}): { readonly most: number; readonly granted: number } {
  const windowMs = 6_000;
  const errorMs = 40;
  const counted = new Map<number, number>();
  const events: { readonly time: number; readonly run: (time: number) => void }[] = [];
  const schedule = (time: number, run: (time: number) => void): void => {
    const place = events.findIndex((event) => event.time > time);
    events.splice(place < 0 ? events.length : place, 0, { time, run });
  };
  let ledger: MeterWindow | undefined;
  let granted = 0;
  const lifetimeMs = 3_000;
  const count = (cost: number, time: number): number => {
    const index = Math.floor(time / windowMs);
    counted.set(index, (counted.get(index) ?? 0) + cost);
    return counted.get(index) ?? 0;
  };
  const ask = (call: (typeof seed.calls)[number], time: number): void => {
    const now = Math.floor(time + seed.clockErrorMs);
    const charge = { limit: seed.limit, windowMs, cost: call.cost };
    const terms = { priority: call.priority, now, errorMs, lifetimeMs, reserveAheadMs: 800, vanished: 0 };
    const headerAtGrant = windowAt(ledger, charge, terms).header;
    const decision = decide([ledger], [charge], terms);
    if (!decision.granted) return schedule(time + decision.waitMs, (later) => ask(call, later));
    ledger = decision.windows[0];
    granted += 1;
    const index = ledger?.index ?? 0;
    const sentAt = now + decision.waitMs;
    schedule(time + decision.waitMs + call.upMs, (arrived) => {
      const used = count(call.cost, arrived);
      schedule(arrived + call.downMs, (answered) => {
        const receivedAt = Math.floor(answered + seed.clockErrorMs);
        const current = windowAt(ledger, charge, { now: receivedAt, lifetimeMs });
        ledger = settle(current, {
          windowMs,
          cost: call.cost,
          index,
          sentAt,
          receivedAt,
          errorMs,
          lifetimeMs,
          landed: true,
          used,
          headerAtGrant,
        }).window;
      });
    });
  };
  let time = 1_000_000_003;
  for (const call of seed.calls) schedule((time += call.gapMs), (now) => ask(call, now));
  let foreign = 1_000_000_003;
  for (const { gapMs, cost } of seed.others) schedule((foreign += gapMs), (now) => void count(cost, now));
  for (let steps = 0; events.length > 0 && steps < 50_000; steps += 1) {
    const event = events.shift();
    event?.run(event.time);
  }
  return { most: Math.max(0, ...counted.values()), granted };
}

describe('a fleet on one ledger', () => {
  const call = fc.record({
    gapMs: fc.oneof({ weight: 5, arbitrary: fc.nat(40) }, fc.nat(900)),
    cost: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 20 })),
    priority: fc.constantFrom(...PRIORITIES),
    upMs: fc.oneof(
      { weight: 20, arbitrary: fc.integer({ min: 15, max: 35 }) },
      fc.integer({ min: 200, max: 2_000 }),
    ),
    downMs: fc.integer({ min: 15, max: 25 }),
  });

  it('never exceeds the limit in any window of the exchange, whatever its latency and the error of the clock', () => {
    fc.assert(
      fc.property(
        fc.array(call, { maxLength: 250 }),
        fc.integer({ min: -40, max: 40 }),
        fc.constantFrom(60, 200),
        (calls, clockErrorMs, limit) => {
          expect(simulate({ limit, clockErrorMs, calls, others: [] }).most).toBeLessThanOrEqual(limit);
        },
      ),
      { numRuns: Number(process.env.FC_RUNS ?? 150) },
    );
  });

  it('serves everybody in the end', () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 120 }), (calls) => {
        expect(simulate({ limit: 200, clockErrorMs: 0, calls, others: [] }).granted).toBe(calls.length);
      }),
      { numRuns: 60 },
    );
  });
});
