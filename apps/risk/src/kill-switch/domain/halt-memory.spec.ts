import { HaltMemory } from './halt-memory';
import { HaltRecord, OpenStop } from './halt-record';

const stop = (stopId: string, epoch: number, change: Partial<OpenStop> = {}): OpenStop => ({
  stopId,
  epoch,
  scope: { type: 'global' },
  state: 'HALTED',
  actor: 'operator',
  remoteIp: null,
  reason: 'test',
  activatedAtMs: 1,
  cancelOpenOrders: false,
  flatten: false,
  ...change,
});
const record = (change: Partial<HaltRecord>): HaltRecord => ({
  version: 1,
  epoch: 0,
  stops: [],
  cleared: [],
  ...change,
});
const ids = (stops: readonly OpenStop[]): readonly string[] => stops.map(({ stopId }) => stopId);

describe('what a replica knows of the stops', () => {
  it('is nothing at first: no stop, no clear, epoch 0, and not known', () => {
    const memory = new HaltMemory();
    expect([memory.isKnown, memory.epoch, memory.stops, memory.taken, memory.clears]).toEqual([
      ...[false, 0, [], [], []],
    ]);
    expect(memory.stopFor('BTCUSDT', undefined)).toBeUndefined();
  });

  it('is known once both stores have been read, and not by reading one', () => {
    const memory = new HaltMemory();
    memory.learnStops([], 3);
    memory.learnRecord(record({ epoch: 4 }));
    expect(memory.isKnown).toBe(false);
    memory.bothRead();
    expect(memory.isKnown).toBe(true);
  });

  it.each<[what: string, learn: (memory: HaltMemory) => void, epoch: number]>([
    ['the epoch it is told', (memory) => memory.learnStops([], 5), 5],
    ['the highest of the stops, if that is higher', (memory) => memory.learnStops([stop('a', 7)], 5), 7],
    ['the one it is told, if the stops are older', (memory) => memory.learnStops([stop('a', 3)], 5), 5],
    ['the durable record’s', (memory) => memory.learnRecord(record({ epoch: 9 })), 9],
    [
      'the highest of the durable stops',
      (memory) => memory.learnRecord(record({ epoch: 2, stops: [stop('a', 8)] })),
      8,
    ],
  ])('takes for the epoch %s', (_what, learn, epoch) => {
    const memory = new HaltMemory();
    learn(memory);
    expect(memory.epoch).toBe(epoch);
    memory.learnStops([], 1);
    memory.learnRecord(record({ epoch: 1 }));
    expect(memory.epoch).toBe(epoch);
  });

  it('counts a wish as a stop in force before any store has it, and tells none of them of it', () => {
    const memory = new HaltMemory();
    const wish = stop('wished', 1);
    memory.wish(wish);
    expect([ids(memory.stops), ids(memory.taken)]).toEqual([['wished'], []]);
    expect(memory.stopFor('BTCUSDT', undefined)).toEqual(wish);
    expect(memory.epoch).toBe(0);
    memory.wish(stop('other', 2, { scope: { type: 'symbol', value: 'ETHUSDT' } }));
    memory.forgetWish(wish);
    expect(ids(memory.stops)).toEqual(['other']);
    expect(memory.stopFor('BTCUSDT', undefined)).toBeUndefined();
    expect(memory.stopFor('ETHUSDT', undefined)?.stopId).toBe('other');
  });

  it('has a stop once that was wished and then learnt, and keeps it when the wish is forgotten', () => {
    const memory = new HaltMemory();
    memory.wish(stop('a', 1));
    memory.learnStops([stop('a', 1)], 1);
    expect([ids(memory.stops), ids(memory.taken)]).toEqual([['a'], ['a']]);
    memory.forgetWish(stop('a', 1));
    expect(ids(memory.stops)).toEqual(['a']);
  });

  it('does not count a wish whose stop a clear has ended already', () => {
    const memory = new HaltMemory();
    memory.learnRecord(record({ epoch: 2, cleared: [{ stopId: 'a', epoch: 2 }] }));
    memory.wish(stop('a', 2));
    expect(memory.stops).toEqual([]);
  });

  it('loses a stop by a clear that names it, and by nothing else', () => {
    const memory = new HaltMemory();
    memory.learnStops([stop('a', 1), stop('b', 2)], 2);
    memory.learnStops([], 9);
    memory.learnRecord(record({ epoch: 9 }));
    expect(ids(memory.stops)).toEqual(['a', 'b']);
    memory.learnRecord(record({ epoch: 10, cleared: [{ stopId: 'a', epoch: 1 }] }));
    expect(ids(memory.stops)).toEqual(['b']);
    expect(memory.clears).toEqual([{ stopId: 'a', epoch: 1 }]);
    memory.learnStops([stop('a', 1)], 10);
    expect(ids(memory.stops)).toEqual(['b']);
    memory.learnRecord(record({ epoch: 10 }));
    expect(memory.clears).toEqual([{ stopId: 'a', epoch: 1 }]);
  });

  it.each([
    [1, true],
    [2, true],
    [3, false],
  ])('calls version %i of a stop ended by a clear up to version 2: %s', (epoch, answer) => {
    const memory = new HaltMemory();
    memory.learnRecord(record({ cleared: [{ stopId: 'a', epoch: 2 }] }));
    expect(memory.isEnded({ stopId: 'a', epoch })).toBe(answer);
    expect(memory.isEnded({ stopId: 'b', epoch })).toBe(false);
  });

  it('calls a stop durable if the newest durable record has that version of it, or a later one', () => {
    const memory = new HaltMemory();
    const known = stop('a', 3);
    expect(memory.isDurable(known)).toBe(false);
    expect(memory.isDurable(stop('a', 0))).toBe(false);
    memory.learnStops([known], 3);
    expect(memory.isDurable(known)).toBe(false);
    memory.learnRecord(record({ epoch: 3, stops: [known] }));
    expect(memory.isDurable(known)).toBe(true);
    expect(memory.isDurable(stop('a', 2))).toBe(true);
    expect(memory.isDurable(stop('a', 4))).toBe(false);
    expect(memory.isDurable(stop('b', 0))).toBe(false);
    memory.learnRecord(record({ epoch: 4 }));
    expect(memory.isDurable(known)).toBe(false);
  });

  it('finds the strictest stop for a symbol and a bot', () => {
    const memory = new HaltMemory();
    memory.learnStops(
      [
        stop('symbol', 1, { scope: { type: 'symbol', value: 'BTCUSDT' }, state: 'REDUCING' }),
        stop('bot', 2, { scope: { type: 'bot', value: 'b1' } }),
      ],
      2,
    );
    expect(memory.stopFor('BTCUSDT', undefined)?.stopId).toBe('symbol');
    expect(memory.stopFor('BTCUSDT', 'b1')?.stopId).toBe('bot');
    expect(memory.stopFor('ETHUSDT', 'b1')?.stopId).toBe('bot');
    expect(memory.stopFor('ETHUSDT', 'b2')).toBeUndefined();
  });
});
