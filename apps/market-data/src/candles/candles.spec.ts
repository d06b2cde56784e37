/** Candles on a real stream: sealed once whatever the number of replicas, repaired and never invented, corrected aloud. */
import {
  ExchangeCandle,
  FormingCandle,
  GetExchangeCandles,
  SealedCandle,
  candleRevised,
  candleSubject,
  formingCandleFeed,
  getExchangeCandles,
} from '@elvis/contracts';
import { Bus, EventLog, Metrics, createLog, loadConfig, natsOptions } from '@elvis/platform';
import { opened, startNats, until } from '@elvis/testing';
import { JSONCodec, NatsConnection, connect } from 'nats';
import { MarketTap } from '../feeds/market-tap';
import { MarketDataConfig } from '../market-data.config';
import { CandleMakers } from './candle-makers';
import { CandleStream } from './candle-stream';

const codec = JSONCodec();
const START = Date.UTC(2026, 10, 30, 12);
const at = (minute: number, second = 0): number => START + minute * 60_000 + second * 1_000;
const close = (connection: NatsConnection): Promise<void> => connection.close();

describe('candles of market-data', () => {
  const nats = opened(() => startNats());
  const execution = opened(() => connect(natsOptions(nats.urls.execution, 'spec-execution')), close);
  const reader = opened(() => connect(natsOptions(nats.urls.gateway, 'spec-gateway')), close);
  const auditor = opened(() => connect(natsOptions(nats.urls.auditor, 'spec-auditor')), close);
  const provision = opened(() => connect(natsOptions(nats.urls.provision, 'spec-provision')), close);
  const asked: GetExchangeCandles[] = [];
  const revisions: object[] = [];
  const forming: FormingCandle[] = [];
  let exchangeAnswers = true;
  const refusals = new Set<string>();
  const replicas: Replica[] = [];
  let symbol = '';

  const kline = (openTimeMs: number): ExchangeCandle => ({
    openTimeMs,
    open: '100',
    high: '100',
    low: '100',
    close: '100',
    volume: '7',
    quoteVolume: '700',
    trades: 7,
  });

  beforeAll(async () => {
    execution.subscribe(getExchangeCandles.subject, {
      callback: (_, message) => {
        const { data, id } = codec.decode(message.data) as { data: GetExchangeCandles; id: string };
        asked.push(data);
        const candles: ExchangeCandle[] = [];
        for (let minute = data.fromMs; minute < data.toMs; minute += 60_000) candles.push(kline(minute));
        const code = refusals.has(data.symbol) ? 'VENUE_REJECTED' : 'VENUE_UNREACHABLE';
        const reply =
          exchangeAnswers && !refusals.has(data.symbol)
            ? { response: { candles } }
            : { err: { code, message: 'The exchange gave no candles' } };
        message.respond(codec.encode({ id, ...reply, isDisposed: true }));
      },
    });
    auditor.subscribe(candleRevised.type, {
      callback: (_, message) => void revisions.push((codec.decode(message.data) as { data: object }).data),
    });
    reader.subscribe(`${formingCandleFeed.prefix}.*`, {
      callback: (_, message) => void forming.push(codec.decode(message.data) as FormingCandle),
    });
    await Promise.all([execution.flush(), auditor.flush(), reader.flush()]);
  });

  beforeEach(() => {
    symbol = `S${Math.round(performance.now())}USDT`;
    exchangeAnswers = true;
    asked.length = 0;
    forming.length = 0;
  });
  afterEach(async () => {
    for (const replica of replicas.splice(0)) await replica.stop();
  });

  /** One market-data, as far as it makes candles; its trades come from the spec. */
  class Replica {
    readonly tap = new MarketTap();
    private constructor(
      private readonly connection: NatsConnection,
      private readonly makers: CandleMakers,
      private readonly stream: CandleStream,
      tap: MarketTap,
    ) {
      this.tap = tap;
    }

    static async start(): Promise<Replica> {
      const connection = await connect(natsOptions(nats.urls['market-data'], 'spec-market-data'));
      const [tap, metrics, log] = [new MarketTap(), new Metrics(), createLog('market-data', 0, 'fatal')];
      const events = new EventLog(connection, { service: 'market-data', replica: 0 } as never);
      const stream = new CandleStream(connection, events, metrics, log);
      const config = loadConfig(MarketDataConfig, {
        NATS_URL: nats.urls['market-data'],
        BINANCE_FUTURES_WS_URL: 'ws://127.0.0.1:1',
      });
      const makers = new CandleMakers(tap, stream, new Bus(connection), config, metrics, log);
      const replica = new Replica(connection, makers, stream, tap);
      replicas.push(replica);
      makers.onApplicationBootstrap();
      tap.followCandles('futures', new Set([symbol]), new Set([symbol]));
      tap.connected('futures');
      return replica;
    }

    trade(id: number, timeMs: number, price = '100'): void {
      const message = {
        kind: 'trade',
        symbol,
        tradeId: `${id}`,
        firstTradeId: `${id}`,
        lastTradeId: `${id}`,
        tradeTimeMs: timeMs,
        price,
        quantity: '1',
        takerSide: 'BUY',
        eventTimeMs: timeMs,
      } as const;
      this.tap.heard('futures', message, '');
      this.tap.clock('futures', timeMs);
    }

    async stop(): Promise<void> {
      this.makers.onModuleDestroy();
      this.stream.onModuleDestroy();
      await this.connection.close();
    }
  }

  /** What the stream holds of the symbol, as `minute sealedBy volume`. */
  const sealed = async (): Promise<string[]> => {
    const manager = await provision.jetstreamManager();
    const { state } = await manager.streams.info('ELVIS_CANDLES', {
      subjects_filter: candleSubject('futures', symbol),
    });
    if (!state.subjects) return [];
    const found: string[] = [];
    for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
      const message = await manager.streams.getMessage('ELVIS_CANDLES', { seq });
      if (message.subject !== candleSubject('futures', symbol)) continue;
      const candle = codec.decode(message.data) as SealedCandle;
      const revision = candle.revision > 1 ? ` revision ${candle.revision}` : '';
      found.push(`${(candle.openTimeMs - START) / 60_000} ${candle.sealedBy} ${candle.volume}${revision}`);
    }
    return found;
  };
  const untilSealed = async (...expected: string[]): Promise<void> => {
    await until(async () => (await sealed()).length >= expected.length);
    expect(await sealed()).toEqual(expected);
  };

  /** Until the exchange was asked for the minute in which this began. */
  async function begun(): Promise<Replica> {
    const replica = await Replica.start();
    // What comes before the stream was read is not counted; the minute is asked for in any case.
    await until(() => {
      replica.trade(1, at(0, 30));
      return forming.some((candle) => candle.symbol === symbol);
    });
    replica.trade(2, at(1, 1));
    replica.tap.clock('futures', at(1, 4));
    await untilSealed('0 repair 7');
    return replica;
  }

  it('repair the minute in which the service began, and seal the next by its trades', async () => {
    const replica = await begun();
    expect(asked).toEqual([{ market: 'futures', symbol, fromMs: at(0), toMs: at(1) }]);
    replica.trade(3, at(1, 30));
    replica.trade(4, at(2, 1));
    await untilSealed('0 repair 7', '1 trade 2');
  });

  it('are one in the stream, though two replicas seal the same', async () => {
    const one = await begun();
    const other = await Replica.start();
    await until(() => {
      other.trade(2, at(1, 1));
      return forming.filter(({ openTimeMs }) => openTimeMs === at(1)).length > 0;
    });
    for (const replica of [one, other]) {
      replica.trade(3, at(1, 30));
      replica.trade(4, at(2, 1));
      replica.trade(5, at(3, 1));
      replica.tap.clock('futures', at(3, 4));
    }
    await untilSealed('0 repair 7', '1 trade 2', '2 trade 1');
  });

  it('go on after a restart in the middle of a minute, which is repaired and not invented', async () => {
    const first = await begun();
    first.trade(3, at(1, 30));
    await first.stop();
    replicas.length = 0;
    const second = await Replica.start();
    forming.length = 0;
    await until(() => {
      second.trade(9, at(2, 40));
      return forming.some(({ openTimeMs }) => openTimeMs === at(2));
    });
    expect(forming.at(-1)).toMatchObject({ isWhole: false, volume: '1', market: 'futures' });
    second.trade(10, at(3, 1));
    second.tap.clock('futures', at(3, 4));
    await untilSealed('0 repair 7', '1 repair 7', '2 repair 7');
    expect(asked.map(({ fromMs }) => fromMs)).toEqual(expect.arrayContaining([at(0), at(1)]));
    second.trade(11, at(4, 1));
    await untilSealed('0 repair 7', '1 repair 7', '2 repair 7', '3 trade 1');
  });

  it('wait while the exchange cannot be asked, and leave in their order afterwards', async () => {
    const replica = await begun();
    exchangeAnswers = false;
    const before = asked.length;
    replica.trade(9, at(1, 30));
    replica.trade(10, at(2, 10));
    replica.trade(11, at(3, 10));
    await until(() => asked.length > before);
    expect(await sealed()).toEqual(['0 repair 7']);
    exchangeAnswers = true;
    await untilSealed('0 repair 7', '1 repair 7', '2 trade 1');
  });

  it('are corrected once and aloud when a trade comes late', async () => {
    const replica = await begun();
    replica.tap.clock('futures', at(2, 4));
    await untilSealed('0 repair 7', '1 clock 1');
    replica.trade(3, at(1, 59), '90');
    replica.trade(4, at(2, 5));
    await untilSealed('0 repair 7', '1 clock 1', '1 trade 2 revision 2');
    await until(() => revisions.some((revision) => (revision as SealedCandle).symbol === symbol));
    expect(revisions.at(-1)).toEqual({
      market: 'futures',
      symbol,
      openTimeMs: at(1),
      revision: 2,
      close: '90',
      volume: '2',
      trades: 2,
    });
  });

  it('are not sealed by a clock that trades come behind', async () => {
    const replica = await begun();
    replica.tap.clock('futures', at(1, 50));
    replica.trade(3, at(1, 30));
    replica.tap.clock('futures', at(2, 10));
    await until(() => forming.some(({ eventTimeMs }) => eventTimeMs === at(2, 10)));
    replica.trade(4, at(1, 59));
    replica.trade(5, at(2, 1));
    await untilSealed('0 repair 7', '1 trade 3');
  });

  it('hold up no other symbol where the exchange refuses one', async () => {
    const refused = symbol;
    refusals.add(refused);
    const replica = await Replica.start();
    await until(() => {
      replica.trade(1, at(0, 30));
      return forming.some((candle) => candle.symbol === refused);
    });
    symbol = `${refused}2`;
    const both = new Set([refused, symbol]);
    replica.tap.followCandles('futures', both, both);
    await until(() => {
      replica.trade(1, at(0, 30));
      return forming.some((candle) => candle.symbol === symbol);
    });
    replica.trade(2, at(1, 1));
    replica.tap.clock('futures', at(1, 4));
    await untilSealed('0 repair 7');
    expect(asked.map((wish) => wish.symbol)).toContain(refused);
  });

  it('do not believe a time that has not come', async () => {
    const replica = await begun();
    replica.tap.clock('futures', Date.now() + 86_400_000);
    replica.trade(3, Date.now() + 86_400_000);
    replica.trade(3, at(1, 30));
    replica.trade(4, at(2, 1));
    await untilSealed('0 repair 7', '1 trade 2');
  });

  it('seal nothing of a symbol that is not followed any more', async () => {
    const replica = await begun();
    replica.tap.followCandles('futures', new Set(), new Set());
    replica.tap.followCandles('futures', new Set([symbol]), new Set([symbol]));
    replica.tap.clock('futures', at(2, 4));
    await untilSealed('0 repair 7', '1 repair 7');
  });
});
