/** The same seed, recording, orders and moments give the same events, byte for byte; and books stay whole all along. */
import { createHash } from 'node:crypto';
import { VirtualClock } from './exchange-clock';
import { PaperExchange } from './paper-exchange';
import { readPaperConfig } from './paper-exchange.config';

const START = 1_800_000_000_000;

async function open(
  settings: Record<string, string>,
): Promise<{ exchange: PaperExchange; clock: VirtualClock }> {
  const clock = new VirtualClock(START);
  const config = readPaperConfig({
    BINANCE_API_KEY: 'determinism-key',
    BINANCE_API_SECRET: 'determinism-secret',
    PAPER_OTHER_API_KEY: 'determinism-other',
    PAPER_OTHER_API_SECRET: 'determinism-other-secret',
    ...settings,
  });
  const exchange = new PaperExchange(config, clock);
  await exchange.open();
  return { exchange, clock };
}

async function play(settings: Record<string, string>): Promise<{ digest: string; lines: number }> {
  const { exchange, clock } = await open(settings);
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
    const { exchange, clock } = await open({ PAPER_SPEED: '1' });
    const books = new Map<string, Map<string, number>[]>();
    const last = new Map<string, number>();
    const tradeIds = new Map<string, number>();
    let checked = 0;
    for (const { market } of exchange.futures.exchange.symbols.values()) {
      const side = (which: 'BUY' | 'SELL') =>
        new Map(
          market.levels(which, 10_000).map(([price, quantity]) => [(price / 100).toFixed(2), quantity]),
        );
      books.set(market.instrument.symbol, [side('BUY'), side('SELL')]);
      last.set(market.instrument.symbol, market.lastUpdateId);
    }
    exchange.hubs.futures.tap = (stream, payload) => {
      const event = JSON.parse(payload) as Record<string, never>;
      const symbol = event['s'] as string;
      if (stream.endsWith('@trade')) {
        const id = event['t'] as number;
        expect(id).toBe((tradeIds.get(symbol) ?? id - 1) + 1);
        tradeIds.set(symbol, id);
        return;
      }
      const { U, u, pu } = event as unknown as { U: number; u: number; pu: number };
      expect(pu).toBe(last.get(symbol));
      expect(U).toBeGreaterThan(pu);
      last.set(symbol, u);
      const [bids, asks] = books.get(symbol)!;
      for (const [price, quantity] of event['b'] as [string, string][]) apply(bids!, price, quantity);
      for (const [price, quantity] of event['a'] as [string, string][]) apply(asks!, price, quantity);
      checked += 1;
      if (checked % 50 === 0)
        expect(Math.max(...[...bids!.keys()].map(Number))).toBeLessThan(
          Math.min(...[...asks!.keys()].map(Number)),
        );
    };
    for (let second = 1; second <= 400; second += 1) {
      clock.advanceTo(START + second * 1_000);
      exchange.advance();
    }
    expect(checked).toBeGreaterThan(13_000);
  });
});

function apply(side: Map<string, number>, price: string, quantity: string): void {
  if (Number(quantity) === 0) side.delete(price);
  else side.set(price, Number(quantity));
}
