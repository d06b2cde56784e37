import { marketTopicName, readMarketTopic } from './market-topic';

describe('the names of market topics', () => {
  it.each([
    'books.BTCUSDT',
    'trades.ETHUSDT',
    'tickers.BTCUSDT',
    'spot-books.BTCUSDT',
    'spot-trades.BTCUSDT',
    'spot-tickers.BTCUSDT',
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
    ['marks.BTCUSDT', 'marks come for all symbols'],
    ['quality.BTCUSDT', 'a topic that there is not'],
  ])('"%s" is none: %s', (name) => {
    expect(readMarketTopic(name)).toBeUndefined();
  });
});
