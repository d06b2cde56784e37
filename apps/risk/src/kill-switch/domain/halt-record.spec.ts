import fc from 'fast-check';
import { HaltMemory } from './halt-memory';
import {
  EMPTY_HALT_RECORD,
  HaltRecord,
  OpenStop,
  adoptStops,
  clearStops,
  globalHalt,
  planStop,
  stopInForce,
  strongerVersion,
  uniteStops,
} from './halt-record';

const stop = (change: Partial<OpenStop> = {}): OpenStop => ({
  stopId: 's1',
  scope: { type: 'global' },
  state: 'HALTED',
  actor: 'operator',
  remoteIp: null,
  reason: 'because',
  epoch: 1,
  activatedAtMs: 0,
  cancelOpenOrders: true,
  flatten: false,
  ...change,
});

const record = (change: Partial<HaltRecord> = {}): HaltRecord => ({ ...EMPTY_HALT_RECORD, ...change });

describe('record of stops', () => {
  it("takes in a stop that another store has, under that stop's own epoch if it is news", () => {
    const { record: merged, isChanged } = adoptStops(record({ epoch: 4 }), [stop({ epoch: 8 })]);
    expect(merged).toMatchObject({ epoch: 8, stops: [{ stopId: 's1', epoch: 8 }] });
    expect(isChanged).toBe(true);
  });

  it('raises the epoch when a stop that it did not have was taken under the very one it has', () => {
    const { record: merged } = adoptStops(record({ epoch: 5 }), [stop({ epoch: 5 })]);
    expect(merged).toMatchObject({ epoch: 6, stops: [{ stopId: 's1', epoch: 6 }] });
  });

  it('takes in a stop beside the others, and a later version in the place of the one before', () => {
    const other = stop({ stopId: 's0', epoch: 9 });
    const two = adoptStops(record({ epoch: 9, stops: [other] }), [
      stop({ epoch: 5, state: 'REDUCING' }),
    ]).record;
    expect(two.stops).toEqual([other, stop({ epoch: 10, state: 'REDUCING' })]);
    const later = adoptStops(two, [stop({ epoch: 12 })]).record;
    expect([later.epoch, later.stops]).toEqual([12, [other, stop({ epoch: 12 })]]);
    const halted = adoptStops(two, [stop({ epoch: 10 })]).record;
    expect([halted.epoch, halted.stops]).toEqual([11, [other, stop({ epoch: 11 })]]);
  });

  it('is empty at first', () => {
    expect(EMPTY_HALT_RECORD).toEqual({ version: 1, epoch: 0, stops: [], cleared: [] });
  });

  it('keeps the newest 500 clears: a forgotten one could only bring its stop back', () => {
    const named = Array.from({ length: 501 }, (_, index) => ({ stopId: `s${index}`, epoch: 1 }));
    expect(clearStops(record(), named, 0).cleared).toEqual(named.slice(1));
  });

  it('raises the epoch above everything seen when the stop was taken under an old one', () => {
    const { record: merged } = adoptStops(record({ epoch: 7 }), [stop({ epoch: 5 })], 9);
    expect(merged).toMatchObject({ epoch: 10, stops: [{ stopId: 's1', epoch: 10 }] });
  });

  it('stays the same object when it has all of it', () => {
    const full = record({ epoch: 5, stops: [stop({ epoch: 5 })] });
    expect(adoptStops(full, [stop({ epoch: 5 }), stop({ epoch: 3 })])).toEqual({
      record: full,
      isChanged: false,
    });
  });

  it('does not bring back a stop that a clear has named', () => {
    const cleared = record({ epoch: 6, cleared: [{ stopId: 's1', epoch: 5 }] });
    expect(adoptStops(cleared, [stop({ epoch: 5 })]).isChanged).toBe(false);
  });

  it('keeps in force a version that was made after the clear had looked', () => {
    const cleared = record({ epoch: 6, cleared: [{ stopId: 's1', epoch: 5 }] });
    expect(globalHalt(adoptStops(cleared, [stop({ epoch: 6 })]).record.stops)).toBeDefined();
  });

  it('ends only the stops that are named', () => {
    const before = record({ epoch: 5, stops: [stop(), stop({ stopId: 's2', epoch: 5 })] });
    const after = clearStops(before, [{ stopId: 's1', epoch: 1 }], 8);
    expect(after.epoch).toBe(9);
    expect(after.stops.map(({ stopId }) => stopId)).toEqual(['s2']);
  });

  it('lets the halt win at a tie of epochs', () => {
    const reducing = stop({ state: 'REDUCING' });
    expect(strongerVersion(reducing, stop())).toEqual(stop());
    expect(strongerVersion(stop(), reducing)).toEqual(stop());
  });

  it('lets the wider scope win at a tie of epochs', () => {
    const narrow = stop({ scope: { type: 'symbol', value: 'BTCUSDT' } });
    expect(strongerVersion(narrow, stop())).toEqual(stop());
    expect(strongerVersion(stop(), narrow)).toEqual(stop());
  });
});

describe('a wish for a stop', () => {
  const wish = {
    scope: { type: 'global' as const },
    state: 'HALTED' as const,
    cancelOpenOrders: true,
    flatten: false,
  };
  const btc = { type: 'symbol' as const, value: 'BTCUSDT' };

  it.each`
    title                                                 | wanted                                                              | stops                                                      | kind
    ${'is new where nothing stands'}                      | ${wish}                                                             | ${[]}                                                      | ${'new'}
    ${'adds nothing to the same stop'}                    | ${wish}                                                             | ${[stop()]}                                                | ${'adds-nothing'}
    ${'adds nothing when narrower'}                       | ${{ ...wish, scope: btc }}                                          | ${[stop()]}                                                | ${'adds-nothing'}
    ${'adds nothing when milder'}                         | ${{ ...wish, state: 'REDUCING' as const }}                          | ${[stop()]}                                                | ${'adds-nothing'}
    ${'escalates when wider'}                             | ${wish}                                                             | ${[stop({ scope: btc })]}                                  | ${'escalates'}
    ${'escalates when it also wants orders cancelled'}    | ${wish}                                                             | ${[stop({ cancelOpenOrders: false })]}                     | ${'escalates'}
    ${'escalates when it also wants positions flattened'} | ${{ ...wish, flatten: true }}                                       | ${[stop()]}                                                | ${'escalates'}
    ${'is new beside a stop for another symbol'}          | ${{ ...wish, scope: btc }}                                          | ${[stop({ scope: { type: 'symbol', value: 'ETHUSDT' } })]} | ${'new'}
    ${'is new when wider and milder than a halt'}         | ${{ ...wish, state: 'REDUCING' as const, cancelOpenOrders: false }} | ${[stop({ scope: btc })]}                                  | ${'new'}
    ${'is new beside a REDUCING one'}                     | ${wish}                                                             | ${[stop({ state: 'REDUCING' })]}                           | ${'new'}
    ${'does not swallow an automatic stop'}               | ${wish}                                                             | ${[stop({ scope: btc, actor: 'auto:stale-market' })]}      | ${'new'}
  `('$title', ({ wanted, stops, kind }) => {
    expect(planStop(wanted, stops).kind).toBe(kind);
  });
});

describe('stops in force', () => {
  const stops = [
    stop({ stopId: 'bot', scope: { type: 'bot', value: 'b1' } }),
    stop({ stopId: 'eth', scope: { type: 'symbol', value: 'ETHUSDT' } }),
    stop({ stopId: 'all', state: 'REDUCING' }),
  ];

  it.each`
    symbol       | bot          | stopId   | because
    ${'ETHUSDT'} | ${undefined} | ${'eth'} | ${'HALTED is stricter than REDUCING'}
    ${'BTCUSDT'} | ${'b1'}      | ${'bot'} | ${'a stop for a bot applies to its orders'}
    ${'BTCUSDT'} | ${'b2'}      | ${'all'} | ${'a global state applies to everybody'}
    ${'BTCUSDT'} | ${undefined} | ${'all'} | ${"an order of no bot is not a bot's"}
  `('for $symbol of $bot: $because', ({ symbol, bot, stopId }) => {
    expect(stopInForce(stops, symbol as string, bot as string | undefined)?.stopId).toBe(stopId);
  });

  it('are none for a scope that nobody named', () => {
    expect(stopInForce(stops.slice(0, 2), 'BTCUSDT', 'b2')).toBeUndefined();
  });

  it('tell a bot from a symbol of the same name', () => {
    const ofBot = stop({ scope: { type: 'bot', value: 'BTCUSDT' } });
    const ofSymbol = stop({ scope: { type: 'symbol', value: 'b1' } });
    expect(stopInForce([ofBot, ofSymbol], 'BTCUSDT', 'b1')).toBeUndefined();
    expect(stopInForce([ofBot], 'ETHUSDT', 'BTCUSDT')).toBe(ofBot);
    expect(stopInForce([ofSymbol], 'b1', undefined)).toBe(ofSymbol);
  });

  it.each([
    ['HALTED', 'HALTED', 0],
    ['REDUCING', 'REDUCING', 0],
    ['HALTED', 'REDUCING', 0],
    ['REDUCING', 'HALTED', 1],
  ] as const)('of %s and then %s: the stricter, and the first of the same', (first, second, place) => {
    const two = [stop({ stopId: 'one', state: first }), stop({ stopId: 'two', state: second })];
    expect(stopInForce(two, 'BTCUSDT', undefined)).toBe(two[place]);
  });

  it('halt everything only where one is global and HALTED', () => {
    const narrow = stop({ scope: { type: 'symbol', value: 'BTCUSDT' } });
    const milder = stop({ state: 'REDUCING' });
    expect(globalHalt([narrow, milder])).toBeUndefined();
    const all = stop({ stopId: 'all' });
    expect(globalHalt([narrow, milder, all])).toBe(all);
  });
});

describe('memory of a replica', () => {
  it('knows nothing until both stores were read', () => {
    const memory = new HaltMemory();
    memory.learnRecord(EMPTY_HALT_RECORD);
    expect(memory.isKnown).toBe(false);
    memory.bothRead();
    expect(memory.isKnown).toBe(true);
  });

  it('keeps a stop that a store has lost', () => {
    const memory = new HaltMemory();
    memory.learnStops([stop()], 1);
    memory.learnStops([], 0);
    memory.learnRecord(EMPTY_HALT_RECORD);
    expect(globalHalt(memory.stops)).toBeDefined();
    expect(memory.epoch).toBe(1);
  });

  it('is lowered by a clear that names what it knows', () => {
    const memory = new HaltMemory();
    memory.learnStops([stop()], 1);
    memory.learnRecord(record({ epoch: 2, cleared: [{ stopId: 's1', epoch: 1 }] }));
    expect(memory.stops).toEqual([]);
    expect(memory.epoch).toBe(2);
  });

  it('says whether the durable record has the version in force', () => {
    const memory = new HaltMemory();
    memory.learnRecord(record({ epoch: 1, stops: [stop()] }));
    expect(memory.isDurable(stop())).toBe(true);
    expect(memory.isDurable(stop({ epoch: 2 }))).toBe(false);
  });

  const anyStop = fc.record({
    stopId: fc.constantFrom('a', 'b', 'c'),
    epoch: fc.integer({ min: 1, max: 9 }),
    state: fc.constantFrom('HALTED' as const, 'REDUCING' as const),
  });

  it('forgets no stop, whatever it reads, unless a clear names it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(anyStop, { maxLength: 3 }), { maxLength: 6 }),
        fc.array(
          fc.record({ stopId: fc.constantFrom('a', 'b', 'c'), epoch: fc.integer({ min: 1, max: 9 }) }),
          { maxLength: 2 },
        ),
        (readings, cleared) => {
          const memory = new HaltMemory();
          memory.learnRecord(record({ cleared }));
          for (const reading of readings)
            memory.learnStops(
              reading.map((change) => stop(change)),
              0,
            );
          for (const seen of readings.flat()) {
            const isNamed = cleared.some(
              ({ stopId, epoch }) => stopId === seen.stopId && epoch >= seen.epoch,
            );
            const kept = memory.stops.find(({ stopId }) => stopId === seen.stopId);
            expect(isNamed || (kept !== undefined && kept.epoch >= seen.epoch)).toBe(true);
          }
        },
      ),
    );
  });

  it('ends in the same state in whatever order it reads', () => {
    fc.assert(
      fc.property(fc.array(anyStop, { maxLength: 5 }), (changes) => {
        const stops = changes.map((change) => stop(change));
        const summary = (list: readonly OpenStop[]) =>
          uniteStops([], list, []).map(({ stopId, epoch, state }) => [stopId, epoch, state]);
        expect(summary(stops)).toEqual(summary([...stops].reverse()));
      }),
    );
  });
});
