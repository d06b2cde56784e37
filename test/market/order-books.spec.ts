import { opened, startNats } from '@elvis/testing';
import { runOrderBook } from './order-book-run';

jest.setTimeout(180_000);

describe('the order book under fault', () => {
  const nats = opened(() => startNats());

  it('is the exchange’s or none, through missing, swapped and doubled messages and a cut', async () => {
    const report = await runOrderBook(nats, { seed: 1, faults: 4, everyMs: 500, speed: 5 });
    expect(report.different).toEqual([]);
    expect(report.compared).toBeGreaterThan(10);
    expect(report.recoveriesMs.map(([fault]) => fault)).toEqual(['missing', 'swapped', 'cut', 'doubled']);
    expect(report.deepIsEqual).toBe(true);
  });
});
