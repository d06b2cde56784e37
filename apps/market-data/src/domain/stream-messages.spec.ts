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
const TRADE = {
  e: 'trade',
  E: 5,
  T: 4,
  s: 'BTCUSDT',
  t: 78,
  p: '61590.3',
  q: '0.002',
  X: 'MARKET',
  m: false,
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

  it('says which side the taker was on: a buyer who rested means the taker sold', () => {
    expect(readStreamMessage(wrapped(AGG))).toMatchObject({
      kind: 'trade',
      tradeId: '77',
      takerSide: 'SELL',
    });
    expect(readStreamMessage(wrapped(TRADE))).toMatchObject({
      kind: 'trade',
      tradeId: '78',
      takerSide: 'BUY',
    });
  });

  it('passes over trades that no two traders made', () => {
    expect(readStreamMessage(wrapped({ ...TRADE, X: 'INSURANCE_FUND' }))).toEqual({ kind: 'ignored' });
  });

  it.each([
    ['an acknowledgement', '{"result":null,"id":1}', 'ignored'],
    ['an event it does not know', wrapped({ e: 'forceOrder' }), 'ignored'],
    ['the notice of a shutdown', '{"e":"serverShutdown","E":1}', 'shutdown'],
  ])('takes %s for what it is', (_, text, kind) => {
    expect(readStreamMessage(text)).toEqual({ kind });
  });

  it.each([
    ['no JSON', '{"stream":'],
    ['a list', '[]'],
    ['a wrapper around nothing', '{"stream":"x","data":null}'],
    ['no event name', wrapped({ s: 'BTCUSDT' })],
    ['a price as a number', wrapped({ ...MARK, p: 61590.31 })],
    ['a price of zero', wrapped({ ...MARK, p: '0.00' })],
    ['a negative price', wrapped({ ...MARK, p: '-1' })],
    ['a price with an exponent', wrapped({ ...MARK, p: '6e4' })],
    ['an update id that is no whole number', wrapped({ ...DEPTH, u: 12.5 })],
    ['an update id beyond exact numbers', wrapped({ ...DEPTH, u: 2 ** 54 })],
    ['ids that run backwards', wrapped({ ...DEPTH, U: 13 })],
    ['a level without quantity', wrapped({ ...DEPTH, b: [['1.5']] })],
    ['a missing side', wrapped({ ...DEPTH, a: undefined })],
    ['a taker side that is no truth value', wrapped({ ...AGG, m: 'yes' })],
    ['no symbol', wrapped({ ...TRADE, s: '' })],
  ])('finds %s malformed', (_, text) => {
    expect(readStreamMessage(text)).toBeUndefined();
  });
});
