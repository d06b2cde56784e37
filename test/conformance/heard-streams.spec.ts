/** No stream that is taken stays silent: every name of Binance's grammar is refused, or something comes on it. */
import { INTERVALS } from '@elvis/simulation';
import { until } from '@elvis/testing';
import { WebSocket } from 'ws';
import { isKnownStream } from '../../apps/paper-exchange/src/streams/known-streams';
import { routeOf } from '../../apps/paper-exchange/src/streams/futures-streams';
import { openVenue, PaperVenue } from './venue';

const KINDS = [
  ...['trade', 'aggTrade', 'bookTicker', 'ticker', 'miniTicker', 'avgPrice', 'markPrice', 'markPrice@1s'],
  ...['rpiDepth@500ms', 'compositeIndex', 'referencePrice', 'blockTrade', 'tradingSession'],
  ...['ticker_1h', 'ticker_4h', 'ticker_1d'],
];
const DEPTHS = ['depth', 'depth5', 'depth10', 'depth20'].flatMap((depth) =>
  ['', '@0ms', '@100ms', '@250ms', '@500ms', '@1000ms'].map((period) => `${depth}${period}`),
);
const OF_ALL = [
  ...[
    '!ticker@arr',
    '!miniTicker@arr',
    '!bookTicker',
    '!markPrice@arr',
    '!markPrice@arr@1s',
    '!contractInfo',
  ],
  ...['!ticker_1h@arr', '!ticker_4h@arr', '!ticker_1d@arr', '!assetIndex@arr', 'tradingSession'],
];
const CANDLES = [...INTERVALS.keys()].flatMap((interval) => [
  `btcusdt@kline_${interval}`,
  `btcusdt@kline_${interval}@+08:00`,
  `btcusdt_perpetual@continuousKline_${interval}`,
]);
const NAMES = [...[...KINDS, ...DEPTHS].map((kind) => `btcusdt@${kind}`), ...OF_ALL, ...CANDLES];

/** Forced orders alone come only when there is one: shapes/streams.spec.ts makes one. */
describe('every stream of the paper exchange', () => {
  let venue: PaperVenue;
  const sockets: WebSocket[] = [];

  beforeAll(async () => {
    venue = await openVenue({ SYMBOLS: 'BTCUSDT', PAPER_SPEED: '5' });
  });
  afterAll(async () => {
    for (const socket of sockets) socket.terminate();
    await venue.stop();
  });

  const accepted = (market: 'futures' | 'spot'): string[] =>
    NAMES.filter((name) => isKnownStream(market, name, (symbol) => symbol === 'BTCUSDT'));

  const listen = (path: string, names: readonly string[], silent: Set<string>): void => {
    const asked = names.map((name) => encodeURIComponent(name)).join('/');
    const socket = new WebSocket(`${venue.ws}${path}/stream?streams=${asked}`);
    sockets.push(socket);
    socket.on('message', (data: Buffer) => {
      silent.delete((JSON.parse(data.toString()) as { readonly stream: string }).stream);
    });
  };

  it.each([
    ['futures', 55],
    ['spot', 50],
  ] as const)(
    'of %s is heard',
    async (market, atLeast) => {
      const names = accepted(market);
      expect(names.length).toBeGreaterThan(atLeast);
      const silent = new Set(names);
      if (market === 'spot') listen('', names, silent);
      else
        for (const route of ['public', 'market'] as const)
          listen(
            `/${route}`,
            names.filter((name) => routeOf(name) === route),
            silent,
          );
      await until(() => silent.size === 0, 'a message on every stream', 60_000).catch(() => undefined);
      expect([...silent]).toEqual([]);
    },
    120_000,
  );
});
