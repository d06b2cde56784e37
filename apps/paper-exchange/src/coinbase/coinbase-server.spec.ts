/** The Coinbase-shaped stream: what it serves, when it cuts a client, and the troubles that it gives on demand. */
import { until } from '@elvis/testing';
import { CoinbaseClient } from '../../test/coinbase-client';
import { startPaper } from '../../test/open-paper';

const START = 1_800_000_000_000;
const BTC = 'BTC-USD';

describe('the Coinbase-shaped stream', () => {
  let paper: Awaited<ReturnType<typeof startPaper>>;
  const clients: CoinbaseClient[] = [];

  beforeAll(async () => {
    paper = await startPaper(START, { SYMBOLS: 'BTCUSDT,ETHUSDT', PAPER_SEED: '3' });
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
    paper.exchange.faults.remove();
  });
  afterAll(() => paper.exchange.stop());

  const connect = async (): Promise<CoinbaseClient> => {
    const client = new CoinbaseClient(paper.port);
    clients.push(client);
    await until(() => client.isOpen, 'the client is connected');
    return client;
  };
  /** The exchange's clock goes on by so much, in steps as small as its timers. */
  const pass = async (ms: number, step = 100): Promise<void> => {
    for (let left = ms; left > 0; left -= step) {
      paper.clock.advanceTo(paper.clock.steady() + Math.min(left, step));
      paper.exchange.advance();
      paper.exchange.coinbase.tick();
    }
    await new Promise((resolve) => setImmediate(resolve));
  };
  const subscribed = async (...channels: string[]): Promise<CoinbaseClient> => {
    const client = await connect();
    for (const channel of channels) client.subscribe(channel, ...(channel === 'heartbeats' ? [] : [BTC]));
    await until(
      () => client.of('subscriptions').length === channels.length,
      'the subscriptions are confirmed',
    );
    return client;
  };
  /** Time goes on until this is so. */
  const passUntil = (condition: () => boolean, what: string): Promise<void> =>
    until(async () => {
      await pass(100);
      return condition();
    }, what);

  it('tells what is subscribed to, then a snapshot, and numbers all messages of the connection in one row', async () => {
    const client = await subscribed('level2', 'market_trades', 'ticker', 'status', 'heartbeats');
    await passUntil(
      () =>
        ['l2_data', 'market_trades', 'ticker', 'status', 'heartbeats'].every(
          (it) => client.of(it).length > 1,
        ),
      'every channel goes on',
    );
    expect(client.sequences).toEqual(client.sequences.map((_, index) => index));
    expect(client.of('subscriptions').at(-1)?.events[0]).toEqual({
      subscriptions: {
        ...{ level2: [BTC], market_trades: [BTC], ticker: [BTC], status: [BTC] },
        heartbeats: ['heartbeats'],
      },
    });
    for (const channel of ['l2_data', 'market_trades', 'ticker', 'status'])
      expect(client.of(channel).map(({ events }) => (events[0] as { type: string }).type)).toEqual([
        'snapshot',
        ...client
          .of(channel)
          .slice(1)
          .map(() => 'update'),
      ]);
  });

  it('keeps every reader’s book equal to its own, which lies near the played one and is never crossed', async () => {
    const early = await subscribed('level2');
    await pass(3_000);
    const late = await subscribed('level2');
    await pass(3_000);
    const market = paper.exchange.coinbase.markets.get(BTC)!;
    const own = () => ({
      bids: Object.fromEntries(market.book.bids),
      asks: Object.fromEntries(market.book.asks),
    });
    await until(
      () => early.sequences.length >= late.sequences.length && late.orderBooks().length > 1,
      'both have heard',
    );
    await passUntil(
      () => JSON.stringify(sorted(late.orderBookOf(BTC))) === JSON.stringify(sorted(own())),
      'it is equal',
    );
    expect(sorted(early.orderBookOf(BTC))).toEqual(sorted(own()));
    const [bid, ask] = [
      Math.max(...Object.keys(own().bids).map(Number)),
      Math.min(...Object.keys(own().asks).map(Number)),
    ];
    const played = paper.exchange.futures.exchange.symbol('BTCUSDT').market.recordedMidTwice()! / 2 / 100;
    expect(bid).toBeLessThan(ask);
    expect(Math.abs((bid + ask) / 2 / played - 0.9995)).toBeLessThan(0.0005);
  });

  it('answers for a product in USDC as that in USD', async () => {
    const client = await connect();
    client.subscribe('level2', 'BTC-USDC');
    await until(() => client.orderBooks().length > 0, 'a book has come');
    expect(client.orderBooks()[0]?.product_id).toBe(BTC);
  });

  it.each([
    [
      'an unknown product',
      { type: 'subscribe', channel: 'level2', product_ids: ['NO-USD'] },
      'NO-USD is not a valid product',
    ],
    [
      'an unknown channel',
      { type: 'subscribe', channel: 'level9', product_ids: [BTC] },
      'channel level9 is not a valid channel',
    ],
    ['no product', { type: 'subscribe', channel: 'ticker' }, 'channel ticker needs product_ids'],
    ['no known request', { type: 'buy', channel: 'ticker' }, 'type must be subscribe or unsubscribe'],
  ])('refuses %s and goes on', async (_what, message, error) => {
    const client = await connect();
    client.ask(message);
    await until(() => client.errors.length > 0, 'it is refused');
    expect(client.errors).toEqual([error]);
    expect(client.isOpen).toBe(true);
  });

  it('sends nothing more of what is unsubscribed', async () => {
    const client = await subscribed('level2', 'heartbeats');
    client.ask({ type: 'unsubscribe', channel: 'level2', product_ids: [BTC] });
    await until(() => client.of('subscriptions').length === 3, 'it is confirmed');
    const count = client.orderBooks().length;
    await passUntil(() => client.of('heartbeats').length > 1, 'time passes');
    expect(client.orderBooks()).toHaveLength(count);
  });

  it('cuts a client that has not subscribed within 5 s', async () => {
    const client = await connect();
    await pass(5_000);
    expect(client.isOpen).toBe(true);
    await pass(100);
    await until(() => client.closedWith !== undefined, 'it is cut');
    expect(client.closedWith).toBe(1008);
  });

  it('cuts one that hears nothing for 75 s, which heartbeats prevent', async () => {
    const [quiet, kept] = [await connect(), await subscribed('heartbeats')];
    quiet.subscribe('ticker', 'ETH-USD');
    await until(() => quiet.of('ticker').length > 0, 'it has its snapshot');
    await pass(100);
    quiet.ask({ type: 'unsubscribe', channel: 'ticker' });
    await until(() => quiet.of('subscriptions').length === 2, 'it hears nothing any more');
    await pass(75_000, 1_000);
    expect([quiet.isOpen, kept.isOpen]).toEqual([true, true]);
    await pass(100);
    await until(() => quiet.closedWith !== undefined, 'the quiet one is cut');
    expect(kept.isOpen).toBe(true);
  });

  it('cuts one that asks more than eight times in a second', async () => {
    const client = await connect();
    for (let count = 0; count < 9; count += 1) client.subscribe('heartbeats');
    await until(() => client.closedWith !== undefined, 'it is cut');
    expect(client.errors).toEqual(['rate limit exceeded']);
  });

  it('cuts one that reads too slowly', async () => {
    const client = await subscribed('level2', 'market_trades');
    client.stall();
    await until(async () => {
      await pass(20_000);
      return paper.exchange.streamServer.count === 0;
    }, 'it is cut off');
  });

  it.each([
    [
      'coinbase-gap',
      (numbers: readonly number[]) => numbers.some((it, index) => index > 0 && it > numbers[index - 1]! + 1),
    ],
    [
      'coinbase-out-of-order',
      (numbers: readonly number[]) => numbers.some((it, index) => index > 0 && it < numbers[index - 1]!),
    ],
  ] as const)('leaves a trace of %s in the numbers', async (kind, isSeen) => {
    const client = await subscribed('level2');
    paper.exchange.faults.add({ kind, count: 1 });
    await passUntil(() => isSeen(client.sequences), 'it is seen');
    expect(paper.exchange.faults.list()[0]?.happened).toBe(1);
  });

  it('names another product, refuses a subscription, and cuts a slow consumer on demand', async () => {
    const client = await subscribed('level2');
    paper.exchange.faults.add({ kind: 'coinbase-wrong-product', count: 1 });
    await passUntil(
      () => client.orderBooks().some(({ product_id: product }) => product !== BTC),
      'it is misnamed',
    );
    paper.exchange.faults.add({ kind: 'coinbase-refused', count: 1 });
    client.subscribe('ticker', BTC);
    await until(() => client.errors.length === 1, 'it is refused');
    paper.exchange.faults.add({ kind: 'coinbase-slow', count: 1 });
    await passUntil(() => client.closedWith !== undefined, 'it is cut');
    expect(client.errors).toEqual(['failure to subscribe', 'ErrSlowConsume']);
  });
});

const sorted = (book: { readonly bids: object; readonly asks: object }): unknown => ({
  bids: Object.entries(book.bids).sort(),
  asks: Object.entries(book.asks).sort(),
});
