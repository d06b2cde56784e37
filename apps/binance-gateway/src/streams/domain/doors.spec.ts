/** Addresses and names that clients use for streams. */
import { Market } from '@elvis/trading';
import { doorOf } from './doors';
import { streamNamed, symbolOf } from './stream-names';

const KEY = 'k'.repeat(64);
const door = (address: string, host = 'front') => doorOf(new URL(address, 'ws://front'), host);

describe('a door of the WebSocket server', () => {
  it.each`
    address                                          | host                   | expected
    ${'/public/ws'}                                  | ${'front'}             | ${{ market: 'futures', kind: 'streams', isCombined: false, streams: [] }}
    ${'/market/stream?streams=btcusdt@aggTrade/a@b'} | ${'front'}             | ${{ market: 'futures', isCombined: true, streams: ['btcusdt@aggTrade', 'a@b'] }}
    ${'/ws/btcusdt@depth/ethusdt@depth'}             | ${'front'}             | ${{ market: 'spot', isCombined: false, streams: ['btcusdt@depth', 'ethusdt@depth'] }}
    ${'/ws/btcusdt@depth'}                           | ${'fstream.binance.x'} | ${{ market: 'futures', streams: ['btcusdt@depth'] }}
    ${'/ws/0'}                                       | ${'front'}             | ${{ market: 'spot', streams: [], listenKey: undefined }}
    ${'/um/ws'}                                      | ${'front'}             | ${{ market: 'futures' }}
    ${'/spot/ws'}                                    | ${'fstream.x'}         | ${{ market: 'spot' }}
    ${'/private/ws?listenKey=abc'}                   | ${'front'}             | ${{ market: 'futures', listenKey: 'abc' }}
    ${`/ws/${KEY}`}                                  | ${'fstream.x'}         | ${{ market: 'futures', streams: [], listenKey: KEY }}
    ${'/ws-api/v3'}                                  | ${'front'}             | ${{ market: 'spot', kind: 'api' }}
    ${'/ws-fapi/v1'}                                 | ${'front'}             | ${{ market: 'futures', kind: 'api' }}
  `('is known by its address: $address at $host', ({ address, host, expected }: Record<string, string>) => {
    expect(door(address!, host)).toMatchObject(expected as unknown as object);
  });

  it.each(['/', '/elsewhere', '/api/v3/order'])('is not at %s', (address) => {
    expect(door(address)).toBeUndefined();
  });
});

describe('a name of a stream', () => {
  it.each<[Market, string, string | undefined]>([
    ['futures', 'BTCUSDT@depth@100ms', 'btcusdt@depth@100ms'],
    ['futures', 'btcusdt@markPrice@1s', 'btcusdt@markPrice@1s'],
    ['futures', '!markPrice@arr@1s', '!markPrice@arr@1s'],
    ['futures', 'btcusdt_perpetual@continuousKline_1m', 'btcusdt_perpetual@continuousKline_1m'],
    ['spot', 'BTCUSDT@kline_1M', 'btcusdt@kline_1M'],
    ['spot', 'btcusdt@markPrice', undefined],
    ['spot', '!ticker@arr', undefined],
    ['futures', 'btcusdt@depth7', undefined],
    ['futures', 'btcusdt@kline_7m', undefined],
    ['futures', 'btcusdt', undefined],
  ])('is taken with the symbol in small letters, or there is none such: %s %s', (market, name, expected) => {
    expect(streamNamed(market, name)).toBe(expected);
  });

  it('tells its symbol, unless it is about a whole market', () => {
    expect(symbolOf('btcusdt@depth@100ms')).toBe('BTCUSDT');
    expect(symbolOf('btcusdt_perpetual@continuousKline_1m')).toBe('BTCUSDT');
    expect(symbolOf('!ticker@arr')).toBeUndefined();
  });
});
