import fc from 'fast-check';
import { TradeTape } from './trade-tape';

const tapeOf = (count: number): TradeTape<number> => {
  const tape = new TradeTape<number>();
  for (let trade = 1; trade <= count; trade += 1) tape.add(trade);
  return tape;
};

describe('the tape of trades', () => {
  it('gives each client all that it has not had, the newest 200 and the number of the others', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(1_000), (had, more) => {
        const { trades, dropped } = tapeOf(had + more).since(had);
        expect(trades).toHaveLength(Math.min(more, 200));
        expect(dropped).toBe(Math.max(0, more - 200));
        expect(trades).toEqual(trades.map((_, index) => had + more - trades.length + 1 + index));
      }),
    );
  });

  it.each([
    [0, 0],
    [150, 150],
    [950, 200],
  ])('of %d trades gives a newcomer the newest %d and calls none of the others dropped', (count, given) => {
    const { trades, dropped } = tapeOf(count).newest();
    expect([trades.length, trades.at(-1), dropped]).toEqual([given, count || undefined, 0]);
  });
});
