import { adminCommands } from './admin-commands';
import { PaperExchange } from '../exchange/paper-exchange';
import { openPaper } from '../../test/open-paper';

const NOW = 1_800_000_000_000;

describe('a price that is moved by hand', () => {
  const open = async (marketKind: string): Promise<PaperExchange> =>
    (await openPaper(NOW, { SYMBOLS: 'BTCUSDT', PAPER_MARKET: marketKind })).exchange;
  const move = (exchange: PaperExchange, by: string, market = 'futures'): unknown =>
    adminCommands(exchange).get('POST /price/move')!({ symbol: 'BTCUSDT', by, market });
  const marketOf = (exchange: PaperExchange, market: string) =>
    market === 'spot'
      ? exchange.spot.exchange.market('BTCUSDT')
      : exchange.futures.exchange.symbol('BTCUSDT').market;

  /** To the lowest hundred at which the whole recording still trades above zero. */
  const fallAsFarAsItMay = (exchange: PaperExchange, market: string, best: number): void => {
    for (let left = 100; left < best; left += 100)
      try {
        move(exchange, `-${Math.floor(best - left)}`, market);
        return;
      } catch {
        continue;
      }
    throw new Error('The market could not be moved at all');
  };

  it.each`
    kind           | market
    ${'recording'} | ${'futures'}
    ${'recording'} | ${'spot'}
    ${'synthetic'} | ${'futures'}
  `('of the $kind of $market does not fall to zero or below', async ({ kind, market }) => {
    const exchange = await open(kind as string);
    const before = marketOf(exchange, market as string).best('BUY');
    expect(() => move(exchange, '-70000', market as string)).toThrow('would fall to zero');
    expect(marketOf(exchange, market as string).best('BUY')).toBe(before);
  });

  it.each(['futures', 'spot'])(
    'publishes no level and no trade at zero or below while the recording of %s is played to its end',
    async (market) => {
      const exchange = await open('recording');
      const prices: number[] = [];
      const symbol = marketOf(exchange, market);
      const feed = exchange.feeds.get(`${market}:BTCUSDT`)!;
      fallAsFarAsItMay(exchange, market, symbol.best('BUY')! / 10 ** symbol.instrument.priceDecimals);
      const listener = market === 'spot' ? exchange.spot : exchange.futures;
      jest.spyOn(listener, 'depthChanged').mockImplementation((_market, { bids, asks }) => {
        prices.push(...[...bids, ...asks].map(([price]) => price));
      });
      jest.spyOn(listener, 'traded').mockImplementation((_market, { price }) => void prices.push(price));
      for (let played = 0; played < 12_000; played += 1) feed.playOne(NOW);
      expect(prices.length).toBeGreaterThan(10_000);
      expect(prices.reduce((least, price) => Math.min(least, price))).toBeGreaterThan(0);
      expect([...symbol.bids.levels()].every(([price]) => price > 0)).toBe(true);
    },
  );
});
