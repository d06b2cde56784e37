/**
 * What clients of the gateway look at is subscribed to at the exchange, and nothing else (line M2): over a gateway, market-data
 * and the paper exchange, each on real servers.
 */
import { listInstruments } from '@elvis/contracts';
import { RunningService, loadConfig, natsOptions, startService } from '@elvis/platform';
import { opened, until } from '@elvis/testing';
import { JSONCodec, NatsConnection, connect } from 'nats';
import { WebSocket } from 'ws';
import { API_KEY, startGatewayUnderTest, startServers } from '../apps/gateway/test/gateway-under-test';
import { MarketDataConfig } from '../apps/market-data/src/market-data.config';
import { MarketDataModule } from '../apps/market-data/src/market-data.module';
import { openVenue } from './conformance/venue';
import { serveSnapshots } from './market/snapshot-source';

const codec = JSONCodec();
const WATCHED = ['ETHUSDT', 'XRPUSDT', 'BNBUSDT', 'ADAUSDT', 'SOLUSDT'];
const ALWAYS = ['btcusdt@aggTrade', 'btcusdt@depth@100ms', 'btcusdt@markPrice@1s'];

describe('feeds on demand', () => {
  const servers = opened(() => startServers());
  const venue = opened(() => openVenue({ SYMBOLS: ['BTCUSDT', ...WATCHED].join() }));
  const gateway = opened(() => startGatewayUnderTest(servers));
  let execution: NatsConnection;
  let service: RunningService;

  beforeAll(async () => {
    execution = await connect(natsOptions(servers.nats.urls.execution, 'spec-execution'));
    serveSnapshots(execution, venue.rest);
    execution.subscribe(listInstruments.subject, {
      callback: (_, message) => {
        const { id } = codec.decode(message.data) as { id: string };
        const instruments = WATCHED.map((symbol) => ({ symbol }));
        const response = { instruments, isMarketTraded: true };
        message.respond(codec.encode({ id, response, isDisposed: true }));
      },
    });
    await execution.flush();
    service = await startService(
      { name: 'market-data', module: MarketDataModule, config: MarketDataConfig },
      loadConfig(MarketDataConfig, {
        NATS_URL: servers.nats.urls['market-data'],
        SYMBOLS: 'BTCUSDT',
        BINANCE_FUTURES_WS_URL: venue.ws,
        FEED_LINGER_MS: '6000',
        LOG_LEVEL: 'fatal',
      }),
    );
    await until(() => upstream().length === ALWAYS.length, 'what is always followed');
  });
  afterAll(async () => {
    await service?.stop();
    await execution?.close();
  });

  /** What the exchange is asked to send of futures, in order. */
  const upstream = (): string[] => [...venue.exchange.hubs.futures.names()].sort();

  it('adds what a page opens at once, and removes it once the page has been closed for a while', async () => {
    expect(upstream()).toEqual(ALWAYS);
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/api/v1/stream?topics=fills`, {
      headers: { 'x-api-key': API_KEY },
    });
    await new Promise((resolve) => socket.once('message', resolve));
    const tookMs: number[] = [];
    for (const symbol of WATCHED) {
      const saidAtMs = performance.now();
      socket.send(JSON.stringify({ subscribe: [`books.${symbol}`] }));
      await until(() => upstream().includes(`${symbol.toLowerCase()}@depth@100ms`), `the feed of ${symbol}`);
      tookMs.push(performance.now() - saidAtMs);
    }
    console.log(`upstream asked for a page's feed after ${tookMs.map((ms) => ms.toFixed(0)).join(', ')} ms`);
    expect(upstream()).toHaveLength(ALWAYS.length + WATCHED.length);
    socket.close();
    await until(() => upstream().length === ALWAYS.length, 'nothing but what is always followed');
    expect(upstream()).toEqual(ALWAYS);
  });
});
