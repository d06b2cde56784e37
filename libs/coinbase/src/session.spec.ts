import { CoinbaseEvent, CoinbaseMessage } from './messages';
import { answeredAs, readProductOfSymbol } from './products';
import { CoinbaseSession } from './session';
import { confirmedBy, subscribeFrames, subscriptionsOf } from './subscriptions';

const LIMITS = { answerMs: 10_000, silentMs: 90_000 };

describe('a connection to Coinbase', () => {
  const open = (...products: string[]): CoinbaseSession => {
    const session = new CoinbaseSession(products, LIMITS);
    session.opened(1_000);
    return session;
  };
  const data = (sequence: number, ...events: CoinbaseEvent[]): CoinbaseMessage => ({
    ...{ kind: 'data', sequence, timeMs: 1, events },
  });
  const book = (product: string, isSnapshot: boolean): CoinbaseEvent => ({
    ...{ kind: 'book', product, isSnapshot, changes: [] },
  });

  it('is whole while each message follows the one before, from whatever number it begins with', () => {
    const session = open('BTC-USD');
    for (const sequence of [7, 8, 9]) expect(session.heard(data(sequence), 1_000)).toBeUndefined();
  });

  it.each([
    [[0, 2], { kind: 'gap', why: 'message 1 was expected and 2 came' }],
    [[5, 6, 6], { kind: 'out-of-order', why: 'message 7 was expected and 6 came' }],
    [[5, 6, 4], { kind: 'out-of-order', why: 'message 7 was expected and 4 came' }],
  ] as const)('breaks where the numbers are %j', (numbers, broken) => {
    const session = open('BTC-USD');
    expect(numbers.map((sequence) => session.heard(data(sequence), 1_000)).at(-1)).toEqual(broken);
  });

  it('breaks with a book of a product that was not asked for, and not with another word on it', () => {
    const session = open('BTC-USD');
    expect(session.heard(data(0, { kind: 'last', product: 'DOGE-USD', price: '1' }), 1_000)).toBeUndefined();
    expect(session.heard(data(1, book('DOGE-USD', false)), 1_000)).toEqual({
      ...{ kind: 'misnamed', why: 'an order book of DOGE-USD came, which was not asked for' },
    });
  });

  it('counts anew on the next connection', () => {
    const session = open('BTC-USD');
    session.heard(data(70), 1_000);
    session.opened(2_000);
    expect(session.heard(data(0), 2_000)).toBeUndefined();
  });

  it.each([
    ['failure to subscribe', 'refused'],
    ['ErrSlowConsume', 'slow'],
    ['ErrSlowRead', 'slow'],
  ])('breaks with %s as %s', (reason, kind) => {
    expect(open('BTC-USD').heard({ kind: 'error', reason }, 1_000)).toEqual({
      ...{ kind, why: `Coinbase says: ${reason}` },
    });
  });

  it('breaks where the first book of a product has not come in time, whatever else comes', () => {
    const session = open('BTC-USD', 'ETH-USD');
    session.heard(data(0, book('BTC-USD', true)), 1_500);
    session.heard(data(1, book('ETH-USD', false), { kind: 'last', product: 'ETH-USD', price: '1' }), 1_500);
    expect(session.overdue(11_000)).toBeUndefined();
    expect(session.overdue(11_001)).toEqual({
      ...{ kind: 'unanswered', why: 'no order book of ETH-USD came within 10000 ms' },
    });
    session.heard(data(2, book('ETH-USD', true)), 11_001);
    expect(session.overdue(11_001)).toBeUndefined();
  });

  it('breaks where the book of a product does not change any more, whatever else is told of it', () => {
    const session = open('BTC-USD');
    session.heard(data(0, book('BTC-USD', true)), 2_000);
    session.heard(data(1, { kind: 'last', product: 'BTC-USD', price: '1' }), 91_999);
    expect(session.overdue(92_000)).toBeUndefined();
    expect(session.overdue(92_001)).toEqual({
      ...{ kind: 'silent', why: 'the order book of BTC-USD has not changed for 90000 ms' },
    });
    session.heard(data(2, book('BTC-USD', false)), 92_001);
    expect(session.overdue(92_001)).toBeUndefined();
  });

  it('of a product in USDC waits for the one in USD, which answers', () => {
    const session = open('BTC-USDC', 'BTC-USD');
    session.heard(data(0, book('BTC-USD', true)), 2_000);
    expect(session.overdue(50_000)).toBeUndefined();
    expect(['BTC-USDC', 'BTC-USD', 'USDT-USDC', 'EURC-USDC', 'ETH-BTC'].map(answeredAs)).toEqual([
      ...['BTC-USD', 'BTC-USD', 'USDT-USDC', 'EURC-USDC', 'ETH-BTC'],
    ]);
  });
});

describe('the subscriptions', () => {
  const names = subscriptionsOf(['BTC-USD', 'ETH-USDC']);

  it('are asked for in one message a channel, heartbeats first, five in all', () => {
    const product_ids = ['BTC-USD', 'ETH-USDC'];
    const frames = subscribeFrames('subscribe', names).map((text) => JSON.parse(text) as object);
    expect(frames).toEqual([
      { type: 'subscribe', channel: 'heartbeats' },
      ...['level2', 'market_trades', 'ticker', 'status'].map((channel) => ({
        ...{ type: 'subscribe', channel, product_ids },
      })),
    ]);
    expect(subscribeFrames('unsubscribe', ['ticker:BTC-USD'])).toEqual([
      '{"type":"unsubscribe","channel":"ticker","product_ids":["BTC-USD"]}',
    ]);
  });

  it('are confirmed channel by channel, for all products of it', () => {
    const confirms = (subscriptions: object): readonly string[] | undefined =>
      confirmedBy(
        JSON.stringify({ channel: 'subscriptions', sequence_num: 0, events: [{ subscriptions }] }),
        names,
      );
    expect(confirms({ heartbeats: ['heartbeats'], level2: ['BTC-USD', 'ETH-USD'] })).toEqual([
      ...['heartbeats', 'level2:BTC-USD', 'level2:ETH-USDC'],
    ]);
    expect(confirms({})).toEqual([]);
  });

  it.each([
    ['data that mention the word', '{"channel":"ticker","events":[{"x":"subscriptions"}]}'],
    ['something broken', '{"channel":"subscriptions"'],
    ['no list', '{"channel":"subscriptions","events":{}}'],
    ['null', '"subscriptions"'],
    ['something endless', `{"channel":"subscriptions","events":[],"x":"${'x'.repeat(20_000)}"}`],
  ])('are not confirmed by %s', (_what, text) => {
    expect(confirmedBy(text, names)).toBeUndefined();
  });
});

describe('a product of a symbol', () => {
  it.each([
    ['BTCUSDT:BTC-USD', { symbol: 'BTCUSDT', product: 'BTC-USD' }],
    ['BTCUSDT', undefined],
    ['BTCUSDT:BTCUSD', undefined],
    ['BTCUSDT:btc-usd', undefined],
    ['btcusdt:BTC-USD', undefined],
    ['BTCUSDT:BTC-USD:x', undefined],
    ['', undefined],
  ])('%s reads as %j', (text, pair) => {
    expect(readProductOfSymbol(text)).toEqual(pair);
  });
});
