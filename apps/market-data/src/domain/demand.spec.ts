import fc from 'fast-check';
import { Demand, Want } from './demand';

const RULES = {
  always: { symbols: ['BTCUSDT'], topics: ['books', 'marks'] },
  lingerMs: 30_000,
  watchedAtMost: 2,
};
const want = (symbol: string, topic = 'books', isBounded = true): Want => ({ symbol, topic, isBounded });
const listed = (demand: Demand, nowMs: number): string[] =>
  [...demand.topics(nowMs)].map(([symbol, topics]) => `${symbol}: ${[...topics].sort().join(' ')}`).sort();

describe('what is wanted of the market', () => {
  it('is what the configuration names, for ever', () => {
    expect(listed(new Demand(RULES), 1e12)).toEqual(['BTCUSDT: books marks']);
  });

  it('is a watched symbol from the first word until half a minute after the last', () => {
    const demand = new Demand(RULES);
    demand.hear(want('XRPUSDT'), 0);
    demand.hear(want('XRPUSDT', 'tickers'), 10_000);
    expect(listed(demand, 10_000)).toContain('XRPUSDT: books tickers');
    expect(listed(demand, 30_000)).toContain('XRPUSDT: tickers');
    expect(listed(demand, 40_000)).toEqual(['BTCUSDT: books marks']);
  });

  it('is more of a symbol that is followed anyway, and never less', () => {
    const demand = new Demand(RULES);
    demand.hear(want('BTCUSDT', 'tickers'), 0);
    expect(listed(demand, 0)).toEqual(['BTCUSDT: books marks tickers']);
    expect(listed(demand, 30_000)).toEqual(['BTCUSDT: books marks']);
  });

  it('is no more symbols for clients than the bound, and any number for the account', () => {
    const demand = new Demand(RULES);
    expect(['A', 'B', 'C'].map((symbol) => demand.hear(want(symbol), 0))).toEqual([true, true, false]);
    expect(demand.hear(want('A', 'trades'), 0)).toBe(true);
    expect(['D', 'E', 'F'].map((symbol) => demand.hear(want(symbol, 'marks', false), 0))).toEqual([
      true,
      true,
      true,
    ]);
    expect(demand.hear(want('C'), 29_999)).toBe(false);
    expect(demand.hear(want('C'), 30_000)).toBe(true);
  });

  it('leaves the place of a symbol free that the account holds as well', () => {
    const demand = new Demand(RULES);
    demand.hear(want('A'), 0);
    demand.hear(want('B'), 0);
    demand.hear(want('A', 'marks', false), 0);
    expect(demand.hear(want('C'), 0)).toBe(true);
  });

  it('always holds what risk needs, whatever clients say and do not say', () => {
    const word = fc.record({
      symbol: fc.constantFrom('BTCUSDT', 'A', 'B', 'C'),
      topic: fc.constantFrom('books', 'marks', 'trades'),
      isBounded: fc.boolean(),
      afterMs: fc.integer({ min: 0, max: 40_000 }),
    });
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const demand = new Demand(RULES);
        let nowMs = 0;
        for (const { afterMs, ...said } of words) {
          nowMs += afterMs;
          demand.hear(said, nowMs);
          const topics = demand.topics(nowMs);
          expect([...(topics.get('BTCUSDT') ?? [])]).toEqual(expect.arrayContaining(['books', 'marks']));
          if (!said.isBounded) expect(topics.get(said.symbol)?.has(said.topic)).toBe(true);
        }
      }),
    );
  });
});
