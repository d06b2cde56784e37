import { runOrder } from './order-in-time';

describe('an order in simulated time', () => {
  it('ends as the exchange has it, however late, twice, mixed or lost the news is', () => {
    const ways = new Set<string>();
    for (let seed = 1; seed <= 2_000; seed += 1) {
      const run = runOrder(seed);
      run.ways.forEach((way) => ways.add(way));
      expect([seed, run.problems]).toEqual([seed, []]);
    }
    for (const way of [
      'request lost',
      'too late',
      'refused',
      'accepted',
      'FILLED',
      'CANCELED',
      'EXPIRED',
      'absent',
      'amended',
      'amended below its fills',
      'amended to its fills',
    ])
      expect([...ways]).toContain(way);
  });
});
