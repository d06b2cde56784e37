import { MarketTrade } from '@elvis/contracts';
import { TradesFeed } from './trades-feed';

const trade = (id: number): MarketTrade => ({
  symbol: 'BTCUSDT',
  tradeId: `${id}`,
  price: '1',
  quantity: '1',
  takerSide: 'BUY',
  eventTimeMs: id,
  ageMs: 0,
});
const idsOf = (feed: TradesFeed): number[] => {
  const bytes = feed.frame(undefined, 1).bytes(false);
  const [{ data }] = JSON.parse(bytes.subarray(bytes.indexOf('[{')).toString()) as [
    { data: { trades: { tradeId: string }[] } },
  ];
  return data.trades.map(({ tradeId }) => Number(tradeId));
};

describe('trades of a symbol', () => {
  it.each([
    [[7, 8], [9, 10], 'older ones come first', [7, 8, 9, 10]],
    [[7, 8, 9], [9, 10], 'one that was heard meanwhile counts once', [7, 8, 9, 10]],
    [[], [9, 10], 'there are no older ones', [9, 10]],
    [[7, 8], [], 'nothing was heard meanwhile', [7, 8]],
    [[99], [100], 'numbers are numbers', [99, 100]],
  ])('that wait for older ones %j while %j are heard: %s', (before, heard, _, all) => {
    const feed = new TradesFeed('trades.BTCUSDT');
    feed.expectSeed();
    for (const id of heard) feed.hear(trade(id), 0);
    expect(feed.version).toBe(0);
    feed.seed(before.map(trade), 0);
    expect(idsOf(feed)).toEqual(all);
    feed.hear(trade(200), 0);
    expect(idsOf(feed).at(-1)).toBe(200);
  });
});
