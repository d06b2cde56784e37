/** market-data beside the paper exchange's second venue: what it publishes, and every trouble that it has to come back from. */
import { DepthSnapshot, GetDepth, ReferenceUpdate, getDepth, referenceFeed } from '@elvis/contracts';
import { MARKET_RULES, RunningService, loadConfig, natsOptions, startService } from '@elvis/platform';
import { opened, startNats, until } from '@elvis/testing';
import { Test } from '@nestjs/testing';
import { JSONCodec, NatsConnection, connect } from 'nats';
import { MarketDataConfig } from '../apps/market-data/src/market-data.config';
import { MarketDataModule } from '../apps/market-data/src/market-data.module';
import { ReferenceRules } from '../apps/market-data/src/reference/reference-stream';
import { startPaper } from '../apps/paper-exchange/test/open-paper';

const codec = JSONCodec<unknown>();
const START = 1_800_000_000_000;
const BTC = 'BTC-USD';
/** As patient as a spec: the same rules, a tenth of the time and less. */
const RULES: ReferenceRules = {
  stream: {
    ...MARKET_RULES,
    ...{ confirmMs: 500, silentMs: 600, cutMs: 1_200, rotateMs: Infinity },
    backOff: { settledMs: 60_000, firstMs: 20, capMs: 40, tries: 10, slowMs: 40 },
  },
  session: { answerMs: 1_000, silentMs: 1_500 },
};

/** Both venues on one port, at a time that goes by as the wall's unless a spec winds it on. */
async function openVenues() {
  const paper = await startPaper(START, { SYMBOLS: 'BTCUSDT,ETHUSDT', PAPER_SEED: '3' });
  const startedMs = performance.now();
  let woundMs = 0;
  const go = (): void => paper.clock.advanceTo(START + performance.now() - startedMs + woundMs);
  const pump = setInterval(go, 10);
  const wind = (ms: number): void => {
    woundMs += ms;
    go();
  };
  const stop = async (): Promise<void> => {
    clearInterval(pump);
    await paper.exchange.stop();
  };
  return { ...paper, wind, stop };
}

/** Execution as far as market-data asks it: snapshots of the exchange's order books. */
async function answerDepth(execution: NatsConnection, port: number): Promise<void> {
  execution.subscribe(getDepth.subject, {
    callback: (_, message) => {
      const { data, id } = codec.decode(message.data) as { data: GetDepth; id: string };
      void fetch(`http://127.0.0.1:${port}/fapi/v1/depth?symbol=${data.symbol}&limit=1000`)
        .then((answer) => answer.json() as Promise<DepthSnapshot>)
        .then(({ lastUpdateId, bids, asks }) => ({ lastUpdateId: `${lastUpdateId}`, bids, asks }))
        .then((response) => message.respond(codec.encode({ id, response, isDisposed: true })));
    },
  });
  await execution.flush();
}

describe('the reference venue', () => {
  const nats = opened(() => startNats());
  const venues = opened(() => openVenues());
  const updates: ReferenceUpdate[] = [];
  let execution: NatsConnection;
  let reader: NatsConnection;
  let service: RunningService;

  beforeAll(async () => {
    execution = await connect(natsOptions(nats.urls.execution, 'spec-execution'));
    await answerDepth(execution, venues.port);
    reader = await connect(natsOptions(nats.urls.risk, 'spec-risk'));
    reader.subscribe(`${referenceFeed.prefix}.*`, {
      callback: (_, message) => void updates.push(codec.decode(message.data) as ReferenceUpdate),
    });
    await reader.flush();
    const config = loadConfig(MarketDataConfig, {
      NATS_URL: nats.urls['market-data'],
      SYMBOLS: 'BTCUSDT,ETHUSDT',
      BINANCE_FUTURES_WS_URL: `ws://127.0.0.1:${venues.port}`,
      COINBASE_WS_URL: `ws://127.0.0.1:${venues.port}/coinbase`,
      COINBASE_PRODUCTS: 'BTCUSDT:BTC-USDC,ETHUSDT:ETH-USD,XRPUSDT:XRP-USD',
      REFERENCE_WARM_UP_MS: '0',
      LOG_LEVEL: 'fatal',
    });
    service = await startService(
      {
        name: 'market-data',
        module: MarketDataModule,
        config: MarketDataConfig,
        make: async (root, options) => {
          const building = Test.createTestingModule({ imports: [root] });
          const module = await building.overrideProvider(ReferenceRules).useValue(RULES).compile();
          return module.createNestMicroservice(options);
        },
      },
      config,
    );
  });
  afterAll(async () => {
    await service?.stop();
    await Promise.all([execution, reader].map((connection) => connection?.close()));
  });
  beforeEach(() => isLive());
  afterEach(() => venues.exchange.faults.remove());

  /** The newest word on a symbol that came from here on. */
  const nextOf = (symbol: string, is: (update: ReferenceUpdate) => boolean): Promise<ReferenceUpdate> => {
    const from = updates.length;
    return until(
      () => updates.slice(from).find((update) => update.symbol === symbol && is(update)),
      `a reference of ${symbol}`,
    );
  };
  const isLive = async (): Promise<void> => {
    for (const symbol of ['BTCUSDT', 'ETHUSDT'])
      await nextOf(symbol, ({ ageMs, divergence }) => ageMs < 500 && divergence !== null);
  };
  const breaksOf = async (kind: string): Promise<number> => {
    const page = await (await fetch(`http://127.0.0.1:${service.opsPort}/metrics`)).text();
    const line = page
      .split('\n')
      .find((text) =>
        text.startsWith(`elvis_market_reference_breaks_total{venue="coinbase",kind="${kind}"}`),
      );
    return Number(line?.split(' ').at(-1) ?? 0);
  };
  /** The trouble comes and is counted as this kind once more. */
  const breaksBy = async (kind: string, makeFault: () => void): Promise<void> => {
    const before = await breaksOf(kind);
    makeFault();
    await until(async () => (await breaksOf(kind)) > before, `a break of kind ${kind}`);
    venues.exchange.faults.remove();
  };

  it('is published under the symbol, with its own prices, number and age, for a product in USDC too', async () => {
    const update = await nextOf('BTCUSDT', ({ last }) => last !== null);
    expect(update).toMatchObject({ symbol: 'BTCUSDT', venue: 'coinbase', product: 'BTC-USDC', why: null });
    expect(Object.keys(update).sort()).toEqual(
      [
        'symbol',
        'venue',
        'product',
        'bid',
        'ask',
        'last',
        'sequence',
        'atMs',
        'ageMs',
        'divergence',
        'why',
        'compared',
      ].sort(),
    );
    expect(Number(update.bid)).toBeLessThan(Number(update.ask));
    expect(Math.abs(Number(update.bid) / Number(update.compared!.mid) - 0.9995)).toBeLessThan(0.0005);
    expect(Math.abs(Number(update.divergence))).toBeLessThan(0.0005);
  });

  it('tells when the venues drift apart, by how much and to which side', async () => {
    const market = venues.exchange.coinbase.markets.get(BTC)!;
    const { factor } = market;
    market.factor = factor / 1.01;
    const apart = await nextOf('BTCUSDT', ({ divergence }) => Number(divergence) > 0.009);
    expect(Number(apart.divergence)).toBeLessThan(0.011);
    market.factor = factor;
    await nextOf('BTCUSDT', ({ divergence }) => Math.abs(Number(divergence)) < 0.0005);
  });

  it.each([
    ['a missing message', 'gap', 'coinbase-gap'],
    ['messages in the wrong order', 'gap', 'coinbase-out-of-order'],
    ['a message of another product', 'misnamed', 'coinbase-wrong-product'],
    ['being cut off as a slow consumer', 'slow', 'coinbase-slow'],
  ] as const)('comes back from %s, counted as %s', async (_what, kind, fault) => {
    await breaksBy(kind, () => venues.exchange.faults.add({ kind: fault, symbol: BTC, count: 1 }));
    await isLive();
  });

  it('comes back from refused subscriptions, counted as refused', async () => {
    await breaksBy('refused', () => {
      venues.exchange.faults.add({ kind: 'coinbase-refused', symbol: BTC, count: 2 });
      venues.exchange.streamServer.disconnect('market');
    });
    await isLive();
  });

  it('comes back from 90 s of silence, counted as silent', async () => {
    await breaksBy('silent', () => venues.exchange.coinbase.silence(90_000));
    venues.wind(90_000);
    await isLive();
  });

  it('comes back from a cut, counted as cut', async () => {
    await breaksBy('cut', () => venues.exchange.streamServer.disconnect('market'));
    await isLive();
  });
});
