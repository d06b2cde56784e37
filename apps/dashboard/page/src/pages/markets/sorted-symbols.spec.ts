import { marketSearch } from './market-search';
import { type Listed, sortedSymbols } from './sorted-symbols';

const listed = (baseAsset: string, quoteAsset: string, minNotional: string): Listed => ({
  ...{ symbol: baseAsset + quoteAsset, market: 'futures', baseAsset, quoteAsset, isTrading: true },
  ...{ tickSize: '0.1', stepSize: '0.001', minQuantity: '0.001', maxQuantity: '10', minNotional },
});
const SYMBOLS = [listed('ETH', 'USDT', '20'), listed('BTC', 'USDT', '100'), listed('BTC', 'USDC', '5')];
const names = (search: Record<string, unknown>): string[] =>
  sortedSymbols(SYMBOLS, marketSearch(search)).map(({ symbol }) => symbol);

describe('the symbols of a market', () => {
  it.each([
    [{}, ['BTCUSDC', 'BTCUSDT', 'ETHUSDT']],
    [{ find: ' btc ' }, ['BTCUSDC', 'BTCUSDT']],
    [{ find: 'btc/usdt' }, ['BTCUSDT']],
    [{ find: 'doge' }, []],
    [{ order: 'quote' }, ['BTCUSDC', 'BTCUSDT', 'ETHUSDT']],
    [{ order: 'smallest' }, ['BTCUSDC', 'ETHUSDT', 'BTCUSDT']],
    [{ order: 'nonsense' }, ['BTCUSDC', 'BTCUSDT', 'ETHUSDT']],
  ])('by %j are %j', (search, expected) => expect(names(search)).toEqual(expected));

  it('leaves the list that it was given as it was', () => {
    names({ order: 'smallest' });
    expect(SYMBOLS.map(({ symbol }) => symbol)).toEqual(['ETHUSDT', 'BTCUSDT', 'BTCUSDC']);
  });
});
