/** Coinbase's words, typed anew in the shapes of its documentation; and whatever else may come over a wire. */
import fc from 'fast-check';
import { CoinbaseMessage, readCoinbaseMessage } from './messages';

const message = (channel: string, events: unknown, change: object = {}): string =>
  JSON.stringify({
    ...{ channel, client_id: '', timestamp: '2026-11-30T10:00:01.250000Z', sequence_num: 4, events },
    ...change,
  });
const read = (channel: string, events: unknown, change?: object): CoinbaseMessage | undefined =>
  readCoinbaseMessage(message(channel, events, change));
const data = (...events: object[]): object => ({
  ...{ kind: 'data', sequence: 4, timeMs: Date.parse('2026-11-30T10:00:01.250Z'), events },
});

const level = (side: string, price: string, quantity: string): object => ({
  ...{ side, event_time: '2026-11-30T10:00:01.250000Z', price_level: price, new_quantity: quantity },
});
const trade = (price: string, second: number, product = 'BTC-USD'): object => ({
  ...{ trade_id: `9${second}`, product_id: product, price, size: '0.002', side: 'BUY' },
  time: `2026-11-30T10:00:0${second}.000123Z`,
});
const book = { type: 'snapshot', product_id: 'BTC-USD', updates: [level('bid', '61000.50', '0.75')] };
const ticker = { type: 'ticker', product_id: 'ETH-USD', price: '2650.10', best_bid: '2650.00' };

describe('a message of Coinbase', () => {
  it('is a book that begins or changes, with what there is at each price from now on', () => {
    const updates = [level('bid', '61000.50', '0.75'), level('offer', '61001.00', '0')];
    const changes = [
      { side: 'bid', price: '61000.50', quantity: '0.75' },
      { side: 'ask', price: '61001.00', quantity: '0' },
    ];
    const event = { product_id: 'BTC-USD', updates };
    expect(read('l2_data', [{ type: 'snapshot', ...event }])).toEqual(
      data({ kind: 'book', product: 'BTC-USD', isSnapshot: true, changes }),
    );
    expect(read('l2_data', [{ type: 'update', ...event }])).toEqual(
      data({ kind: 'book', product: 'BTC-USD', isSnapshot: false, changes }),
    );
  });

  it('is the newest trade of each product, wherever it stands', () => {
    const last = (product: string, price: string) => ({ kind: 'last', product, price });
    const [first, second, third] = [trade('3', 1), trade('2', 2), trade('1', 3)];
    expect(read('market_trades', [{ type: 'snapshot', trades: [third, second, first] }])).toEqual(
      data(last('BTC-USD', '1')),
    );
    expect(
      read('market_trades', [{ type: 'update', trades: [first, trade('7', 1, 'ETH-USD'), third] }]),
    ).toEqual(data(last('BTC-USD', '1'), last('ETH-USD', '7')));
  });

  it('is the price of a ticker, or whether a product is online', () => {
    expect(read('ticker', [{ type: 'update', tickers: [ticker] }])).toEqual(
      data({ kind: 'last', product: 'ETH-USD', price: '2650.10' }),
    );
    const products = [
      { id: 'BTC-USD', status: 'online' },
      { id: 'ETH-USD', status: 'delisted' },
    ];
    expect(read('status', [{ type: 'snapshot', products }])).toEqual(
      data(
        { kind: 'status', product: 'BTC-USD', isOnline: true },
        { kind: 'status', product: 'ETH-USD', isOnline: false },
      ),
    );
  });

  it.each([
    ['heartbeats', [{ current_time: '2026-11-30 10:00:01.25 +0000 UTC', heartbeat_counter: '42' }]],
    ['subscriptions', [{ subscriptions: { level2: ['BTC-USD'] } }]],
    ['a_channel_of_tomorrow', [{ anything: 1 }]],
  ])('counts with nothing in it for us: %s', (channel, events) => {
    expect(read(channel, events)).toEqual(data());
  });

  it('is an error with its reason, cut short', () => {
    expect(readCoinbaseMessage('{"type":"error","message":"failure to subscribe"}')).toEqual({
      ...{ kind: 'error', reason: 'failure to subscribe' },
    });
    expect(readCoinbaseMessage('{"type":"error"}')).toEqual({ kind: 'error', reason: 'no reason given' });
    const long = readCoinbaseMessage(`{"type":"error","message":"${'x'.repeat(5_000)}"}`);
    expect(long).toEqual({ kind: 'error', reason: 'x'.repeat(200) });
  });

  it.each<[string, string]>([
    ['is no JSON', '{"channel":'],
    ['is a list', '[]'],
    ['is null', 'null'],
    ['has no number', message('l2_data', [book], { sequence_num: undefined })],
    ['has a number below zero', message('l2_data', [book], { sequence_num: -1 })],
    ['has a number as text', message('l2_data', [book], { sequence_num: '4' })],
    ['has no time', message('l2_data', [book], { timestamp: 'now' })],
    ['has no channel', message('', [book])],
    ['has no list of events', message('l2_data', book)],
    ['has an event that is none', message('l2_data', [null])],
    ['has a book of no product', message('l2_data', [{ ...book, product_id: undefined }])],
    ['has a book of no kind', message('l2_data', [{ ...book, type: 'delta' }])],
    ['has a level of no side', message('l2_data', [{ ...book, updates: [level('ask', '1', '1')] }])],
    ['has a price of zero', message('l2_data', [{ ...book, updates: [level('bid', '0.00', '1')] }])],
    ['has a price below zero', message('l2_data', [{ ...book, updates: [level('bid', '-1', '1')] }])],
    ['has a price with an exponent', message('l2_data', [{ ...book, updates: [level('bid', '1e5', '1')] }])],
    ['has a quantity that is none', message('l2_data', [{ ...book, updates: [level('bid', '1', 'NaN')] }])],
    ['has one bad level among good ones', message('l2_data', [book, { ...book, updates: [{}] }])],
    ['has a trade without a time', message('market_trades', [{ trades: [{ ...trade('1', 1), time: 5 }] }])],
    ['has a trade without a price', message('market_trades', [{ trades: [{ ...trade('0', 1) }] }])],
    ['has no trades', message('market_trades', [{ type: 'update' }])],
    ['has a ticker without a price', message('ticker', [{ tickers: [{ ...ticker, price: '' }] }])],
    ['has no tickers', message('ticker', [{}])],
    ['has a status without a product', message('status', [{ products: [{ status: 'online' }] }])],
    ['has no products', message('status', [{}])],
  ])('that %s is malformed', (_what, text) => {
    expect(readCoinbaseMessage(text)).toBeUndefined();
  });

  it('never breaks the reader, whatever it is', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(anything, (text) => void readCoinbaseMessage(text)),
      { numRuns: 20_000 },
    );
  });

  it('with any part replaced by anything is malformed or still reads as what it says: plain prices and counts', () => {
    const good = [
      message('l2_data', [book]),
      message('market_trades', [{ trades: [trade('1', 1)] }]),
      message('ticker', [{ tickers: [ticker] }]),
      message('status', [{ products: [{ id: 'BTC-USD', status: 'online' }] }]),
    ].map((text) => JSON.parse(text) as object);
    const plain = /^\d{1,20}(\.\d{1,18})?$/;
    fc.assert(
      fc.property(fc.constantFrom(...good), fc.nat(), fc.jsonValue(), (value, place, other) => {
        const result = readCoinbaseMessage(JSON.stringify(replaced(value, place, other)));
        if (result?.kind !== 'data') return;
        expect(Number.isSafeInteger(result.sequence) && result.sequence >= 0).toBe(true);
        expect(Number.isFinite(result.timeMs)).toBe(true);
        for (const event of result.events) {
          expect(event.product).toEqual(expect.stringMatching(/./));
          const prices =
            event.kind === 'book'
              ? event.changes.map(({ price }) => price)
              : 'price' in event
                ? [event.price]
                : [];
          for (const price of prices) expect(price).toMatch(plain);
        }
      }),
      { numRuns: 20_000 },
    );
  });
});

/** The value with its part number `place`, counted through all depths, replaced. */
function replaced(value: unknown, place: number, other: unknown): unknown {
  const parts = JSON.stringify(value).match(/":/g)?.length ?? 1;
  let left = place % parts;
  return JSON.parse(JSON.stringify(value), (key, part: unknown) =>
    key !== '' && !/^\d+$/.test(key) && left-- === 0 ? other : part,
  ) as unknown;
}
