import { loadConfig } from '@elvis/platform';
import { MarketDataConfig } from '../market-data.config';

const load = (env: Record<string, string>): MarketDataConfig =>
  loadConfig(MarketDataConfig, {
    ...{ NATS_URL: 'nats://127.0.0.1:4222', BINANCE_FUTURES_WS_URL: 'ws://127.0.0.1:1' },
    ...env,
  });

describe('the configuration of the reference', () => {
  it('names a product for each symbol that is followed, and leaves out the others', () => {
    expect(load({}).references()).toEqual([
      { symbol: 'BTCUSDT', product: 'BTC-USD' },
      { symbol: 'ETHUSDT', product: 'ETH-USD' },
    ]);
    expect(load({ SYMBOLS: 'ETHUSDT' }).references()).toEqual([{ symbol: 'ETHUSDT', product: 'ETH-USD' }]);
  });

  it.each([
    ['a product without a symbol', { COINBASE_PRODUCTS: 'BTC-USD' }, 'COINBASE_PRODUCTS'],
    ['a symbol twice', { COINBASE_PRODUCTS: 'BTCUSDT:BTC-USD,BTCUSDT:BTC-USDC' }, 'COINBASE_PRODUCTS'],
    ['an address that is no WebSocket', { COINBASE_WS_URL: 'https://127.0.0.1:1' }, 'COINBASE_WS_URL'],
    ['a warm-up of no number', { REFERENCE_WARM_UP_MS: 'long' }, 'REFERENCE_WARM_UP_MS'],
  ])('is refused with %s', (_what, env, name) => {
    expect(() => load(env)).toThrow(name);
  });
});
