import { readStreamMessage } from './stream-messages';

const wrapped = (data: object): string => JSON.stringify({ stream: 'btcusdt@x', data });
const DEPTH = {
  e: 'depthUpdate',
  E: 5,
  T: 4,
  s: 'BTCUSDT',
  U: 10,
  u: 12,
  pu: 9,
  b: [['1.5', '2']],
  a: [['1.6', '0']],
};
const MARK = {
  e: 'markPriceUpdate',
  E: 5,
  s: 'BTCUSDT',
  p: '61590.31000000',
  i: '61590',
  P: '1',
  r: '0.0001',
  T: 9,
};
const AGG = {
  e: 'aggTrade',
  E: 5,
  s: 'BTCUSDT',
  a: 77,
  p: '61590.3',
  q: '0.002',
  nq: '1',
  f: 1,
  l: 2,
  T: 4,
  m: true,
};
const TICKER = {
  e: '24hrTicker',
  E: 5,
  s: 'BTCUSDT',
  p: '-12.5',
  P: '-0.020',
  c: '61590.30',
  h: '62000',
  l: '60000',
  v: '100.5',
  q: '6000000',
};

describe('stream messages', () => {
  it('reads a depth update with its three ids', () => {
    expect(readStreamMessage(wrapped(DEPTH))).toEqual({
      kind: 'depth',
      symbol: 'BTCUSDT',
      firstUpdateId: 10,
      lastUpdateId: 12,
      previousUpdateId: 9,
      eventTimeMs: 5,
      bids: [['1.5', '2']],
      asks: [['1.6', '0']],
    });
  });

  it('reads a mark price to its last digit', () => {
    expect(readStreamMessage(wrapped(MARK))).toMatchObject({ kind: 'mark', mark: '61590.31000000' });
  });

  it('reads an aggregate trade with the trades in it', () => {
    expect(readStreamMessage(wrapped(AGG))).toEqual({
      kind: 'trade',
      symbol: 'BTCUSDT',
      tradeId: '77',
      firstTradeId: '1',
      lastTradeId: '2',
      tradeTimeMs: 4,
      price: '61590.3',
      quantity: '0.002',
      takerSide: 'SELL',
      eventTimeMs: 5,
    });
  });

  it('says which side the taker was on: a buyer who rested means the taker sold', () => {
    expect(readStreamMessage(wrapped(AGG))).toMatchObject({ takerSide: 'SELL' });
    expect(readStreamMessage(wrapped({ ...AGG, m: false }))).toMatchObject({ takerSide: 'BUY' });
  });

  it('reads a spot depth update, which names no previous id', () => {
    const { pu: _, ...spot } = DEPTH;
    expect(readStreamMessage(wrapped(spot), 'spot')).toMatchObject({ kind: 'depth', previousUpdateId: 9 });
    expect(readStreamMessage(wrapped(spot))).toEqual({ kind: 'malformed', reason: 'depth' });
  });

  it('reads what the last 24 hours were, falling prices included', () => {
    expect(readStreamMessage(wrapped(TICKER))).toEqual({
      kind: 'ticker',
      symbol: 'BTCUSDT',
      last: '61590.30',
      change: '-12.5',
      changePercent: '-0.020',
      high: '62000',
      low: '60000',
      volume: '100.5',
      quoteVolume: '6000000',
      eventTimeMs: 5,
    });
  });

  it.each([['an event it does not know', wrapped({ e: 'forceOrder' }), 'ignored']])(
    'takes %s for what it is',
    (_, text, kind) => {
      expect(readStreamMessage(text)).toEqual({ kind });
    },
  );

  it.each([
    ['no JSON', 'json', '{"stream":'],
    ['a list', 'shape', '[]'],
    ['a wrapper around nothing', 'shape', '{"stream":"x","data":null}'],
    ['no event name', 'shape', wrapped({ s: 'BTCUSDT' })],
    ['a price as a number', 'mark', wrapped({ ...MARK, p: 61590.31 })],
    ['a price of zero', 'mark', wrapped({ ...MARK, p: '0.00' })],
    ['a negative price', 'mark', wrapped({ ...MARK, p: '-1' })],
    ['a price with an exponent', 'mark', wrapped({ ...MARK, p: '6e4' })],
    ['an update id that is no whole number', 'depth', wrapped({ ...DEPTH, u: 12.5 })],
    ['an update id beyond exact numbers', 'depth', wrapped({ ...DEPTH, u: 2 ** 54 })],
    ['ids that run backwards', 'depth', wrapped({ ...DEPTH, U: 13 })],
    ['a level without quantity', 'depth', wrapped({ ...DEPTH, b: [['1.5']] })],
    ['a missing side', 'depth', wrapped({ ...DEPTH, a: undefined })],
    ['a taker side that is no truth value', 'trade', wrapped({ ...AGG, m: 'yes' })],
    ['no symbol', 'trade', wrapped({ ...AGG, s: '' })],
    ['trades that run backwards', 'trade', wrapped({ ...AGG, f: 3 })],
    ['a trade without its time', 'trade', wrapped({ ...AGG, T: undefined })],
    ['a ticker without a change', 'ticker', wrapped({ ...TICKER, p: '--1' })],
  ])('finds %s malformed, as %s', (_, reason, text) => {
    expect(readStreamMessage(text)).toEqual({ kind: 'malformed', reason });
  });
});
