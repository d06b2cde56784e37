/** The same seed, recording, orders and moments give the same events, byte for byte; and books stay whole all along. */
import { createHash } from 'node:crypto';
import { openPaper } from '../../test/open-paper';

const START = 1_800_000_000_000;

/** A trade or a depth change as it travels. */
interface WireEvent {
  readonly s: string;
  readonly t: number;
  readonly U: number;
  readonly u: number;
  readonly pu: number;
  readonly b: readonly [string, string][];
  readonly a: readonly [string, string][];
}

async function play(settings: Record<string, string>): Promise<{ digest: string; lines: number }> {
  const { exchange, clock } = await openPaper(START, settings);
  const digest = createHash('sha256');
  let lines = 0;
  exchange.onEvent((line) => {
    lines += 1;
    digest.update(`${line}\n`);
  });
  const { exchange: futures } = exchange.futures;
  const account = futures.accounts.get('elvis')!;
  for (let step = 1; step <= 200; step += 1) {
    clock.advanceTo(START + step * 100);
    exchange.advance();
    const best = futures.symbol('BTCUSDT').market.best(step % 2 === 0 ? 'BUY' : 'SELL')!;
    futures.place(
      account,
      {
        symbol: 'BTCUSDT',
        side: step % 2 === 0 ? 'BUY' : 'SELL',
        type: 'LIMIT',
        timeInForce: 'GTC',
        quantity: '0.002',
        price: (best / 100).toFixed(2),
        positionSide: undefined,
        reduceOnly: undefined,
        clientOrderId: undefined,
        priceMatch: undefined,
        selfTradePrevention: undefined,
        goodTillDate: undefined,
      },
      clock.now(),
    );
  }
  return { digest: digest.digest('hex'), lines };
}

describe('the paper exchange under a virtual clock', () => {
  it.each(['recording', 'synthetic'])('writes the same event log twice: %s', async (market) => {
    const settings = { PAPER_MARKET: market, SYMBOLS: 'BTCUSDT', PAPER_SEED: '7' };
    const first = await play(settings);
    expect(first.lines).toBeGreaterThan(500);
    expect(await play(settings)).toEqual(first);
  });

  it('keeps every depth chain whole and every book uncrossed over the whole recording and its loop point', async () => {
    const { exchange, clock } = await openPaper(START, { SYMBOLS: 'BTCUSDT' });
    const { market } = exchange.futures.exchange.symbol('BTCUSDT');
    const problems: string[] = [];
    let last = market.lastUpdateId;
    let lastTrade = 0;
    let updates = 0;
    const side = (which: 'BUY' | 'SELL') =>
      new Map(market.levels(which, 10_000).map(([price, quantity]) => [(price / 100).toFixed(2), quantity]));
    const [bids, asks] = [side('BUY'), side('SELL')];
    exchange.hubs.futures.tap = (stream, payload) => {
      const event = JSON.parse(payload) as WireEvent;
      if (stream.endsWith('@trade')) {
        if (lastTrade > 0 && event.t !== lastTrade + 1) problems.push(`trade ${event.t} after ${lastTrade}`);
        lastTrade = event.t;
        return;
      }
      if (event.pu !== last || event.U <= event.pu) problems.push(`update ${event.U} after ${last}`);
      last = event.u;
      for (const [price, quantity] of event.b) apply(bids, price, quantity);
      for (const [price, quantity] of event.a) apply(asks, price, quantity);
      updates += 1;
      if (updates % 100 !== 0) return;
      const [bid, ask] = [
        Math.max(...[...bids.keys()].map(Number)),
        Math.min(...[...asks.keys()].map(Number)),
      ];
      if (bid >= ask) problems.push(`bid ${bid} at ask ${ask}`);
      if (bid !== market.best('BUY')! / 100 || ask !== market.best('SELL')! / 100)
        problems.push(`a client's book drifted to ${bid} and ${ask}`);
    };
    for (let second = 1; second <= 400; second += 1) {
      clock.advanceTo(START + second * 1_000);
      exchange.advance();
    }
    expect(problems).toEqual([]);
    expect(updates).toBeGreaterThan(7_000);
  });
});

describe('a machine that is too slow for the pace', () => {
  it('plays slower, and stamps nothing with a time long gone', async () => {
    const { exchange, clock } = await openPaper(START, { SYMBOLS: 'BTCUSDT', PAPER_SPEED: '60' });
    const eventMs = 5;
    let [events, furthestBehindMs] = [0, 0];
    exchange.hubs.futures.tap = (_, payload) => {
      const { E } = JSON.parse(payload) as { readonly E: number };
      furthestBehindMs = Math.max(furthestBehindMs, clock.now() - E);
      clock.advanceTo(clock.steady() + eventMs);
      events += 1;
    };
    const turnMs = 25;
    for (let turn = 0; turn < 400; turn += 1) {
      clock.advanceTo(clock.steady() + 1);
      exchange.advance(turnMs);
    }
    expect(events).toBeGreaterThan(400);
    expect(clock.now() - START).toBeGreaterThan(5_000);
    expect(furthestBehindMs).toBeLessThan(500);
  });
});

function apply(side: Map<string, number>, price: string, quantity: string): void {
  if (Number(quantity) === 0) side.delete(price);
  else side.set(price, Number(quantity));
}
