/** Fifty symbols beside each other: each with a market of its own, and none of them costs much. */
import { symbolNames } from '@elvis/testing';
import { openPaper } from '../../test/open-paper';

const NOW = 1_800_000_000_000;
const COUNT = 50;
const SECONDS = 120;
/** Of a core, an idle symbol; some twenty times what it takes. */
const MOST_CPU_SHARE = 0.002;

describe('symbols without a recording', () => {
  it('are played beside the recorded ones, fifty at a time, with books and prices of their own', async () => {
    const names = symbolNames(COUNT + 1).slice(1);
    const { exchange, clock } = await openPaper(NOW, { SYMBOLS: names.join(','), PAPER_MARKET: 'recording' });
    const before = process.cpuUsage();
    for (let second = 1; second <= SECONDS; second += 1) {
      clock.advanceTo(NOW + second * 1_000);
      exchange.advance();
    }
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6 / SECONDS / COUNT).toBeLessThan(MOST_CPU_SHARE);

    const prices = new Set<number>();
    for (const name of names) {
      const { market, instrument, markPrice } = exchange.futures.exchange.symbol(name);
      const [bid, ask] = [market.best('BUY')!, market.best('SELL')!];
      expect(bid).toBeLessThan(ask);
      expect([bid % instrument.price.step, ask % instrument.price.step]).toEqual([0, 0]);
      expect(bid).toBeGreaterThan(instrument.price.minimum);
      expect(ask).toBeLessThan(instrument.price.maximum);
      for (const [, quantity] of market.levels('BUY', 100))
        expect([quantity % instrument.lot.step, quantity >= instrument.lot.minimum]).toEqual([0, true]);
      expect(markPrice).toBeGreaterThan(0n);
      const { tape } = exchange.futures.history(name);
      expect(tape.prints.length).toBeGreaterThan(SECONDS / 6);
      prices.add(bid);
    }
    expect(prices.size).toBeGreaterThan(COUNT / 2);
  });
});
