/** Candles of spot, made of the paper exchange's spot stream, are those that the exchange itself has. */
import {
  CANDLE_STREAM,
  SealedCandle,
  candleSubject,
  getDepth,
  getExchangeCandles,
  interestFeed,
} from '@elvis/contracts';
import { Bus, RunningService, loadConfig, natsOptions, startService } from '@elvis/platform';
import { opened, startNats, until } from '@elvis/testing';
import { Decimal, MINUTE_MS, minuteOf } from '@elvis/trading';
import { JSONCodec, NatsConnection, connect } from 'nats';
import { MarketDataConfig } from '../apps/market-data/src/market-data.config';
import { MarketDataModule } from '../apps/market-data/src/market-data.module';
import { startPaper } from '../apps/paper-exchange/test/open-paper';

const codec = JSONCodec();
/** In the past, so that the minutes that are wound on are not ahead of this machine's clock. */
const START = minuteOf(Date.now()) - 30 * MINUTE_MS + 20_000;
/** So much of the exchange's time goes by in each hundredth of a second. */
const STEP_MS = 300;
const WHOLE_MINUTES = 3;
type Row = readonly [
  openTimeMs: number,
  open: string,
  high: string,
  low: string,
  close: string,
  volume: string,
  closeTimeMs: number,
  quoteVolume: string,
  trades: number,
];
const close = (connection: NatsConnection): Promise<void> => connection.close();

describe('candles of spot', () => {
  const nats = opened(() => startNats());
  const paper = opened(
    () => startPaper(START, { SYMBOLS: 'BTCUSDT', PAPER_SEED: '3' }),
    ({ exchange }) => exchange.stop(),
  );
  const execution = opened(() => connect(natsOptions(nats.urls.execution, 'spec-execution')), close);
  const gateway = opened(() => connect(natsOptions(nats.urls.gateway, 'spec-gateway')), close);
  const provision = opened(() => connect(natsOptions(nats.urls.provision, 'spec-provision')), close);
  let service: RunningService;
  const timers: NodeJS.Timeout[] = [];

  const ask = async (path: string): Promise<unknown> =>
    (await fetch(`http://127.0.0.1:${paper.port}${path}`)).json();
  const klines = async (fromMs: number, toMs: number): Promise<readonly Row[]> =>
    (await ask(`/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=${fromMs}&endTime=${toMs - 1}`)) as Row[];
  const serve = (subject: string, answer: (data: never) => Promise<unknown>): void =>
    void execution.subscribe(subject, {
      callback: (_, message) => {
        const { data, id } = codec.decode(message.data) as { data: never; id: string };
        void answer(data).then((response) =>
          message.respond(codec.encode({ id, response, isDisposed: true })),
        );
      },
    });

  beforeAll(async () => {
    serve(getDepth.subject, async ({ market }: { market: string }) => {
      const path = market === 'spot' ? '/api/v3' : '/fapi/v1';
      const { lastUpdateId, ...sides } = (await ask(`${path}/depth?symbol=BTCUSDT&limit=500`)) as {
        lastUpdateId: number;
      };
      return { lastUpdateId: `${lastUpdateId}`, ...sides };
    });
    serve(getExchangeCandles.subject, async ({ fromMs, toMs }: { fromMs: number; toMs: number }) => ({
      candles: (await klines(fromMs, toMs)).map(candleOf),
    }));
    await execution.flush();
    service = await startService(
      { name: 'market-data', module: MarketDataModule, config: MarketDataConfig },
      loadConfig(MarketDataConfig, {
        NATS_URL: nats.urls['market-data'],
        SYMBOLS: 'BTCUSDT',
        BINANCE_FUTURES_WS_URL: `ws://127.0.0.1:${paper.port}`,
        BINANCE_SPOT_STREAM_URL: `ws://127.0.0.1:${paper.port}`,
        LOG_LEVEL: 'fatal',
      }),
    );
  });
  afterAll(async () => {
    timers.forEach((timer) => clearInterval(timer));
    await service?.stop();
  });

  /** In their order; a revision would come twice. */
  async function sealed(): Promise<readonly SealedCandle[]> {
    const manager = await provision.jetstreamManager();
    const { state } = await manager.streams.info(CANDLE_STREAM);
    const found: SealedCandle[] = [];
    for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq += 1) {
      const message = await manager.streams.getMessage(CANDLE_STREAM, { seq });
      if (message.subject === candleSubject('spot', 'BTCUSDT'))
        found.push(codec.decode(message.data) as SealedCandle);
    }
    return found;
  }

  it('are the exchange’s own: those made of trades, and the one that it began in', async () => {
    const bus = new Bus(gateway);
    const want = (): void =>
      bus.publish(interestFeed, 'BTCUSDT.spot-trades', {
        symbol: 'BTCUSDT',
        topic: 'spot-trades',
        by: 'bots',
      });
    want();
    timers.push(setInterval(want, 5_000));
    await until(
      () => [...paper.exchange.hubs.spot.names()].includes('btcusdt@aggTrade'),
      'the trades of spot',
    );
    timers.push(setInterval(() => paper.clock.advanceTo(paper.clock.now() + STEP_MS), 10));
    const candles = await until(async () => {
      const all = await sealed();
      return all.filter(({ sealedBy }) => sealedBy !== 'repair').length >= WHOLE_MINUTES && all;
    }, 'sealed minutes');
    const [first, last] = [candles[0] as SealedCandle, candles.at(-1) as SealedCandle];
    const theirs = (await klines(first.openTimeMs, last.openTimeMs + MINUTE_MS)).map(candleOf);
    expect(candles.map(figures)).toEqual(theirs.map(figures));
    expect(candles.some(({ trades }) => trades > 100)).toBe(true);
  });
});

const candleOf = ([openTimeMs, open, high, low, end, volume, , quoteVolume, trades]: Row) => ({
  ...{ openTimeMs, open, high, low, close: end, volume, quoteVolume, trades },
});

const figures = ({
  openTimeMs,
  open,
  high,
  low,
  close: end,
  volume,
  trades,
}: ReturnType<typeof candleOf>): string =>
  [openTimeMs, ...[open, high, low, end, volume].map((figure) => new Decimal(figure).toFixed()), trades].join(
    ' ',
  );
