import { marketTopicName, readMarketTopic } from './market-topic';

describe('the names of market topics', () => {
  it.each([
    'books.BTCUSDT',
    'trades.ETHUSDT',
    'tickers.BTCUSDT',
    'spot-books.BTCUSDT',
    'spot-trades.BTCUSDT',
    'spot-tickers.BTCUSDT',
    'candles.BTCUSDT.1m',
    'candles.BTCUSDT.1M',
    'reference.BTCUSDT',
    'reference.BTC-USD',
    'marks',
  ])('%s is one', (name) => {
    const topic = readMarketTopic(name);
    expect(topic && marketTopicName(topic)).toBe(name);
  });

  it.each([
    ['', 'nothing'],
    ['books', 'an order book of no symbol'],
    ['books.*', 'a wildcard'],
    ['books.>', 'a wildcard'],
    ['*.BTCUSDT', 'a wildcard'],
    ['books.btcusdt', 'small letters'],
    ['books.BTCUSDT.1m', 'an interval too many'],
    ['books.BTCUSDT.', 'an empty interval'],
    ['candles.BTCUSDT', 'candles of no interval'],
    ['candles.BTCUSDT.7m', 'an interval that there is not'],
    ['candles.BTCUSDT.1m.1m', 'two intervals'],
    ['candles.*.1m', 'a wildcard'],
    ['reference.*', 'a wildcard'],
    ['reference.BTC-USD.1m', 'a reference of an interval'],
    ['books.BTC-USD', "another venue's name"],
    ['marks.BTCUSDT', 'marks come for all symbols'],
    ['quality.BTCUSDT', 'a topic that there is not'],
  ])('"%s" is none: %s', (name) => {
    expect(readMarketTopic(name)).toBeUndefined();
  });
});
