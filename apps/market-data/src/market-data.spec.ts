import {
  OrderBookUpdate,
  DepthSnapshot,
  FormingCandle,
  GetDepth,
  MarkUpdate,
  MarketTrade,
  orderBookFeed,
  formingCandleFeed,
  getDepth,
  getMarketOrderBook,
  getMarketTrades,
  getVenues,
  interestFeed,
  relayInterestFeed,
  relaySubject,
  InterestTopic,
  listInstruments,
  spotOrderBookFeed,
  TickerUpdate,
  tickerFeed,
  markFeed,
  tradeFeed,
} from '@elvis/contracts';
import { Bus, RunningService, loadConfig, natsOptions, startService } from '@elvis/platform';
import { readFileSync } from 'node:fs';
import { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { JSONCodec, NatsConnection, connect } from 'nats';
import { WebSocket, WebSocketServer } from 'ws';
import { PrivateNats, opened, startNats, temporaryFolder, until } from '@elvis/testing';
import { RecordingFile } from './capture/recording-file';
import { MarketDataConfig } from './market-data.config';
import { MarketDataModule } from './market-data.module';
import { capture } from './programs/capture';

const codec = JSONCodec();

/** The exchange, as far as this service sees it: two routes of streams, and snapshots by way of execution. */
class Exchange {
  readonly urls: string[] = [];
  readonly snapshotsAsked: GetDepth[] = [];
  /** What was asked for on connections that live, in words such as `SUBSCRIBE a b`. */
  readonly asked: string[] = [];
  snapshot: DepthSnapshot | undefined;
  private readonly sockets = new Map<string, WebSocket>();

  private constructor(
    private readonly server: WebSocketServer,
    private readonly execution: NatsConnection,
  ) {
    server.on('connection', (socket, { url = '' }) => {
      this.urls.push(url);
      this.sockets.set(url.split('/')[1] ?? '', socket);
      socket.on('message', (data: Buffer) => {
        const { method, params, id } = JSON.parse(data.toString()) as {
          method: string;
          params: string[];
          id: number;
        };
        this.asked.push([method, ...params].join(' '));
        socket.send(JSON.stringify({ result: null, id }));
      });
    });
    execution.subscribe(listInstruments.subject, {
      callback: (_, message) => {
        const { data, id } = codec.decode(message.data) as { data: { symbol: string }; id: string };
        const reply = data.symbol.endsWith('USDT')
          ? { response: { instruments: [{ symbol: data.symbol }], isMarketTraded: true } }
          : { err: { code: 'INSTRUMENT_NOT_FOUND', message: 'The exchange does not list it' } };
        message.respond(codec.encode({ id, ...reply, isDisposed: true }));
      },
    });
    execution.subscribe(getDepth.subject, {
      callback: (_, message) => {
        const { data, id } = codec.decode(message.data) as { data: GetDepth; id: string };
        this.snapshotsAsked.push(data);
        const reply = this.snapshot
          ? { response: this.snapshot }
          : { err: { code: 'VENUE_UNREACHABLE', message: 'The exchange is away' } };
        message.respond(codec.encode({ id, ...reply, isDisposed: true }));
      },
    });
  }

  static async start(nats: PrivateNats): Promise<Exchange> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await new Promise((resolve) => server.once('listening', resolve));
    return new Exchange(server, await connect(natsOptions(nats.urls.execution, 'spec-execution')));
  }

  get origin(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  hasBoth(): boolean {
    return ['public', 'market'].every((route) => this.sockets.get(route)?.readyState === WebSocket.OPEN);
  }

  send(route: string, data: object | string): void {
    const text = typeof data === 'string' ? data : JSON.stringify({ stream: 'x', data });
    this.sockets.get(route)?.send(text);
  }

  depth(U: number, u: number, pu: number, bids: string[][] = [], asks: string[][] = [], s = 'BTCUSDT'): void {
    this.send('public', { e: 'depthUpdate', E: Date.now(), T: 1, s, U, u, pu, b: bids, a: asks });
  }

  mark(price: string): void {
    this.send('market', { e: 'markPriceUpdate', E: Date.now(), s: 'BTCUSDT', p: price });
  }

  cut(route: string): void {
    this.sockets.get(route)?.terminate();
  }

  async stop(): Promise<void> {
    for (const socket of this.server.clients) socket.terminate();
    await new Promise((resolve) => this.server.close(resolve));
    await this.execution.close();
  }
}

describe('market data', () => {
  const nats = opened(() => startNats());
  const captures = temporaryFolder('captures');
  let exchange: Exchange;
  let service: RunningService;
  let reader: NatsConnection;
  const orderBooks: OrderBookUpdate[] = [];
  const marks: MarkUpdate[] = [];
  const trades: MarketTrade[] = [];
  const tickers: TickerUpdate[] = [];
  const spotOrderBooks: OrderBookUpdate[] = [];
  let gateway: Bus;
  let gatewayLink: NatsConnection;
  let frontLink: NatsConnection;

  beforeEach(async () => {
    for (const list of [orderBooks, marks, trades, tickers, spotOrderBooks]) list.length = 0;
    gatewayLink = await connect(natsOptions(nats.urls.gateway, 'spec-gateway'));
    gateway = new Bus(gatewayLink);
    frontLink = await connect(natsOptions(nats.urls['binance-gateway'], 'spec-front'));
    exchange = await Exchange.start(nats);
    reader = await connect(natsOptions(nats.urls.risk, 'spec-risk'));
    const listen = (prefix: string, list: object[]): void => {
      reader.subscribe(`${prefix}.BTCUSDT`, {
        callback: (_, message) => void list.push(codec.decode(message.data) as object),
      });
    };
    listen(orderBookFeed.prefix, orderBooks);
    listen(markFeed.prefix, marks);
    listen(tradeFeed.prefix, trades);
    listen(tickerFeed.prefix, tickers);
    listen(spotOrderBookFeed.prefix, spotOrderBooks);
    await reader.flush();
    const config = loadConfig(MarketDataConfig, {
      NATS_URL: nats.urls['market-data'],
      SYMBOLS: 'BTCUSDT',
      BINANCE_FUTURES_WS_URL: exchange.origin,
      BINANCE_SPOT_STREAM_URL: exchange.origin,
      FEED_LINGER_MS: '6000',
      MARKET_MAX_SYMBOLS: '2',
      LOG_LEVEL: 'fatal',
    });
    service = await startService(
      { name: 'market-data', module: MarketDataModule, config: MarketDataConfig },
      config,
    );
    await until(() => exchange.hasBoth());
  });

  afterEach(async () => {
    await service.stop();
    await exchange.stop();
    await reader.close();
    await gatewayLink.close();
    await frontLink.close();
  });

  const wanted = (symbol: string, topic: InterestTopic): void =>
    gateway.publish(interestFeed, `${symbol}.${topic}`, { symbol, topic, by: 'clients' });

  const ready = async (): Promise<number> =>
    (await fetch(`http://127.0.0.1:${service.opsPort}/health/ready`)).status;

  const metric = async (name: string): Promise<string | undefined> => {
    const text = await (await fetch(`http://127.0.0.1:${service.opsPort}/metrics`)).text();
    return text.split('\n').find((line) => line.startsWith(name));
  };

  const SNAPSHOT: DepthSnapshot = { lastUpdateId: '100', bids: [['10', '1']], asks: [['11', '1']] };

  const syncOrderBook = async (): Promise<void> => {
    exchange.snapshot = SNAPSHOT;
    exchange.depth(99, 101, 98, [['10.5', '3']]);
    await until(() => orderBooks.some(({ updateId }) => updateId === '101'));
  };

  it('asks each route for its own streams', () => {
    expect([...exchange.urls].sort()).toEqual([
      '/market/stream?streams=btcusdt@markPrice@1s/btcusdt@aggTrade',
      '/public/stream?streams=btcusdt@depth@100ms',
    ]);
  });

  it('publishes a book made of the snapshot and the stream, and again while nothing changes, growing old', async () => {
    await syncOrderBook();
    expect(exchange.snapshotsAsked[0]).toEqual({ market: 'futures', symbol: 'BTCUSDT', limit: 500 });
    expect(orderBooks.at(-1)).toMatchObject({
      symbol: 'BTCUSDT',
      bids: [
        ['10.5', '3'],
        ['10', '1'],
      ],
      asks: [['11', '1']],
    });
    const count = orderBooks.length;
    await until(() => orderBooks.length >= count + 2);
    const ages = orderBooks.slice(-2).map(({ ageMs }) => ageMs);
    expect(ages[0]).toBeGreaterThan(0);
    expect(ages[1]).toBeGreaterThan(ages[0] as number);
  });

  it('shows at most twenty levels a side', async () => {
    await syncOrderBook();
    const bids = Array.from({ length: 40 }, (_, index) => [`${9 - index / 10}`, '1']);
    exchange.depth(102, 103, 101, bids);
    await until(() => orderBooks.at(-1)?.updateId === '103');
    expect(orderBooks.at(-1)?.bids).toHaveLength(20);
  });

  it('publishes nothing of a lost book until a new snapshot has come', async () => {
    await syncOrderBook();
    exchange.snapshot = undefined;
    exchange.depth(200, 201, 199);
    await until(() => exchange.snapshotsAsked.length >= 2);
    const count = orderBooks.length;
    exchange.snapshot = { ...SNAPSHOT, lastUpdateId: '201' };
    await until(() => orderBooks.length > count);
    expect(orderBooks[count]?.updateId).toBe('201');
    expect(await metric('elvis_market_book_resyncs_total')).toContain('reason="gap"} 1');
  });

  it('takes the book over a lost connection if the stream goes on where it stopped', async () => {
    await syncOrderBook();
    exchange.cut('public');
    await until(() => exchange.urls.length === 3 && exchange.hasBoth());
    exchange.depth(100, 105, 99, [['10.6', '1']]);
    await until(() => orderBooks.at(-1)?.updateId === '105');
    expect(exchange.snapshotsAsked).toHaveLength(1);
  });

  it('publishes marks as they come, and trades once somebody listens', async () => {
    let sent = 6;
    const trade = (): void => {
      const ids = { a: (sent += 1), f: 11, l: 13 };
      const [E, s] = [Date.now(), 'BTCUSDT'];
      exchange.send('market', { e: 'aggTrade', E, s, ...ids, T: 5, p: '61590.3', q: '0.002', m: true });
    };
    trade();
    exchange.mark('61590.31000000');
    await until(() => marks.length > 0);
    wanted('BTCUSDT', 'trades');
    await until(() => {
      trade();
      return trades.length > 0;
    });
    expect(Number(trades[0]?.tradeId)).toBeGreaterThan(7);
    expect(marks[0]).toMatchObject({ symbol: 'BTCUSDT', mark: '61590.31000000' });
    expect(trades[0]).toMatchObject({
      firstTradeId: '11',
      lastTradeId: '13',
      takerSide: 'SELL',
      price: '61590.3',
      quantity: '0.002',
    });
  });

  it('makes the candle of the minute out of what it hears, and shows it', async () => {
    const candles: FormingCandle[] = [];
    reader.subscribe(`${formingCandleFeed.prefix}.BTCUSDT`, {
      callback: (_, message) => void candles.push(codec.decode(message.data) as FormingCandle),
    });
    wanted('BTCUSDT', 'candles');
    let tradeId = 100;
    await until(() => {
      tradeId += 1;
      const [E, s, a] = [Date.now(), 'BTCUSDT', tradeId];
      exchange.send('market', {
        e: 'aggTrade',
        E,
        s,
        a,
        f: 1,
        l: 2,
        T: E,
        p: '61590.30',
        q: '0.002',
        m: true,
      });
      return candles.length > 0;
    });
    expect(candles[0]).toMatchObject({
      market: 'futures',
      symbol: 'BTCUSDT',
      open: '61590.3',
      isWhole: false,
    });
    expect(candles[0]?.ageMs).toBeGreaterThanOrEqual(0);
  });

  it('gives a capture what it hears, from the order book as it stands, and refuses what it does not follow', async () => {
    const operator = await connect(natsOptions(nats.urls.operator, 'spec-operator'));
    const file = new RecordingFile(join(captures, 'usdm_btcusdt.gz'));
    const wish = { market: 'futures', symbols: ['BTCUSDT'], durationMs: 1_500 } as const;
    const files = new Map([['BTCUSDT', file]]);
    await expect(capture(operator, files, { ...wish, symbols: ['XRPUSDT'] })).rejects.toMatchObject({
      code: 'MARKET_DATA_MISSING',
    });
    await syncOrderBook();
    const captured = capture(operator, files, wish);
    let isOver = false;
    void captured.finally(() => (isOver = true));
    let id = 101;
    await until(() => {
      exchange.depth(id + 1, id + 1, id, [['10.5', `${id}`]]);
      id += 1;
      return isOver;
    });
    await captured;
    await file.close();
    await operator.close();
    const [first, ...rest] = gunzipSync(readFileSync(file.path)).toString().trim().split('\n');
    expect(JSON.parse(first?.split(' ')[1] ?? '')).toMatchObject({ asks: [['11', '1']] });
    expect(rest.length).toBeGreaterThan(2);
    expect(rest[0]).toMatch(/^\d{19} \{"stream":"x","data":\{"e":"depthUpdate"/);
  });

  it('adds to the age what a message waited on its way', async () => {
    exchange.mark('100');
    exchange.send('market', { e: 'markPriceUpdate', E: Date.now() - 3_000, s: 'BTCUSDT', p: '101' });
    await until(() => marks.some(({ mark }) => mark === '101'));
    expect(marks.find(({ mark }) => mark === '101')?.ageMs).toBeGreaterThanOrEqual(2_900);
  });

  it('drops and counts what it cannot read, and goes on', async () => {
    exchange.send('market', '{"stream":');
    exchange.send('market', { e: 'markPriceUpdate', s: 'BTCUSDT', p: 'NaN', E: 1 });
    exchange.send('market', { e: 'markPriceUpdate', s: 'XRPUSDT', p: '1', E: 1 });
    exchange.mark('100');
    await until(() => marks.length > 0);
    const dropped = (reason: string): Promise<string | undefined> =>
      metric(
        `elvis_market_messages_dropped_total{venue="binance-futures",stream="prices",reason="${reason}"}`,
      );
    expect(await dropped('json')).toMatch(/ 1$/);
    expect(await dropped('mark')).toMatch(/ 1$/);
    expect(await dropped('not-followed')).toMatch(/ 1$/);
    expect(marks[0]?.mark).toBe('100');
  });

  it('takes another connection when ten messages in ten seconds cannot be read', async () => {
    for (let count = 0; count < 10; count += 1) exchange.send('market', 'nonsense');
    await until(() => exchange.urls.filter((url) => url.startsWith('/market')).length === 2);
    expect(
      await metric(
        'elvis_market_connections_lost_total{venue="binance-futures",stream="prices",kind="malformed"}',
      ),
    ).toMatch(/ 1$/);
  });

  it('follows what a client watches from its first word on, and lets it go some time after the last', async () => {
    await syncOrderBook();
    wanted('BTCUSDT', 'tickers');
    wanted('XRPUSDT', 'books');
    await until(() => exchange.asked.includes('SUBSCRIBE xrpusdt@depth@100ms'));
    await until(() => exchange.urls.some((url) => url.endsWith('streams=btcusdt@ticker')));
    await until(() => exchange.asked.includes('UNSUBSCRIBE xrpusdt@depth@100ms'));
    // What risk needs was never given up.
    expect(exchange.asked.filter((text) => text.includes('btcusdt'))).toEqual([]);
    const count = orderBooks.length;
    exchange.depth(102, 102, 101, [['10.7', '1']]);
    await until(() => orderBooks.length > count && orderBooks.at(-1)?.updateId === '102');
  });

  it('publishes the last 24 hours of a symbol that is watched', async () => {
    wanted('BTCUSDT', 'tickers');
    await until(() => exchange.urls.some((url) => url.endsWith('streams=btcusdt@ticker')));
    await until(() => {
      const figures = { p: '-1.5', P: '-0.1', c: '99', h: '101', l: '98', v: '7', q: '700' };
      exchange.send('market', { e: '24hrTicker', E: Date.now(), s: 'BTCUSDT', ...figures });
      return tickers.length > 0;
    });
    expect(tickers[0]).toMatchObject({ last: '99', change: '-1.5', high: '101', low: '98', volume: '7' });
  });

  it('keeps a spot book by the ids of spot, and publishes it apart from the futures book', async () => {
    exchange.snapshot = SNAPSHOT;
    wanted('BTCUSDT', 'spot-books');
    await until(() => exchange.urls.some((url) => url === '/stream?streams=btcusdt@depth@100ms'));
    const spot = (U: number, u: number): void =>
      exchange.send('stream?streams=btcusdt@depth@100ms', {
        e: 'depthUpdate',
        E: Date.now(),
        s: 'BTCUSDT',
        U,
        u,
        b: [['10.5', `${u}`]],
        a: [],
      });
    await until(() => {
      spot(99, 101);
      return spotOrderBooks.length > 0;
    });
    expect(spotOrderBooks.at(-1)).toMatchObject({ updateId: '101' });
    spot(102, 104);
    await until(() => spotOrderBooks.at(-1)?.updateId === '104');
    exchange.snapshot = { ...SNAPSHOT, lastUpdateId: '120' };
    spot(106, 107);
    await until(() => spotOrderBooks.at(-1)?.updateId === '120');
    expect(orderBooks).toEqual([]);
  });

  it('follows no more symbols for clients than it may, and none that the exchange does not list', async () => {
    exchange.snapshot = SNAPSHOT;
    const failure = (symbol: string): Promise<unknown> =>
      gateway.request(getMarketOrderBook, { market: 'futures', symbol, levels: 5 }).then(
        () => 'answered',
        (error: { code: string }) => error.code,
      );
    wanted('AUSDT', 'books');
    wanted('BUSDT', 'books');
    await until(() => exchange.asked.join(' ').includes('busdt@depth'));
    expect(await failure('CUSDT')).toBe('OVERLOADED');
    expect(await failure('NOSUCHCOIN')).toBe('INSTRUMENT_NOT_FOUND');
    const asked = exchange.asked.join(' ');
    expect([asked.includes('ausdt'), asked.includes('cusdt'), asked.includes('nosuchcoin')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('answers with the book and the trades of a symbol that nobody watched before', async () => {
    exchange.snapshot = SNAPSHOT;
    const asking = gateway.request(getMarketOrderBook, { market: 'futures', symbol: 'XRPUSDT', levels: 1 });
    await until(() => exchange.asked.includes('SUBSCRIBE xrpusdt@depth@100ms'));
    exchange.depth(99, 101, 98, [['10.5', '3']], [], 'XRPUSDT');
    expect(await asking).toMatchObject({ symbol: 'XRPUSDT', bids: [['10.5', '3']], updateId: '101' });
    for (const a of [7, 8]) {
      const trade = { e: 'aggTrade', E: Date.now(), s: 'BTCUSDT', a, f: a, l: a, T: 5, p: '9', q: '1' };
      exchange.send('market', { ...trade, m: true });
    }
    const wish = { market: 'futures', symbol: 'BTCUSDT', limit: 2 } as const;
    const answer = await until(async () => {
      const { trades: newest } = await gateway.request(getMarketTrades, wish);
      return newest.length === 2 && newest;
    });
    expect(answer.map(({ tradeId }) => tradeId)).toEqual(['8', '7']);
  });

  it('relays word for word the streams that somebody wants', async () => {
    const stream = 'xrpusdt@bookTicker';
    const heard: string[] = [];
    frontLink.subscribe(relaySubject('futures', stream, '*'), {
      callback: (_, message) => void heard.push(`${message.subject} ${message.string()}`),
    });
    await frontLink.flush();
    const front = new Bus(frontLink);
    front.publish(relayInterestFeed, `futures.${stream}`, { market: 'futures', stream });
    front.publish(relayInterestFeed, 'futures.no stream', { market: 'futures', stream: 'no stream' });
    await until(() => exchange.urls.includes(`/public/stream?streams=${stream}`));
    const data = '{"e":"bookTicker","u":400900217,"b":"0.50000","new":[1.0, 2]}';
    await until(() => {
      exchange.send('public', `{"stream":"${stream}","data":${data}}`);
      return heard.length > 0;
    });
    expect(heard[0]).toBe(`elvis.relay.futures.${stream}.market-data-0 ${data}`);
    expect(exchange.urls.filter((url) => url.includes('no'))).toEqual([]);
  });

  it('answers with the book behind its next change, for whoever has to join it to the stream', async () => {
    await syncOrderBook();
    const wish = { market: 'futures', symbol: 'BTCUSDT', levels: 1, nextWithinMs: 500 } as const;
    let u = 101;
    const answer = gateway.request(getMarketOrderBook, wish);
    const done = answer.then(() => true);
    const isDone = (): Promise<boolean> => Promise.race([done, Promise.resolve(false)]);
    await until(() => {
      exchange.depth(u + 1, u + 1, u, [['10.6', `${u}`]]);
      u += 1;
      return isDone();
    });
    const { updateId, bids } = await answer;
    expect(Number(updateId)).toBeGreaterThan(101);
    expect(bids).toEqual([['10.6', `${Number(updateId) - 1}`]]);
  });

  it('says how its venues are', async () => {
    await syncOrderBook();
    const { venues } = await gateway.request(getVenues, {});
    expect(venues.map(({ venue }) => venue)).toEqual(['binance-futures', 'binance-spot']);
    expect(venues[0]?.connections.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'books LIVE',
      'prices LIVE',
      'tickers IDLE',
      'relayed-public IDLE',
      'relayed-market IDLE',
    ]);
    expect(venues[0]?.feeds).toEqual([
      {
        symbol: 'BTCUSDT',
        topics: ['books', 'marks', 'trades'],
        isOrderBookSynced: true,
        orderBookAgeMs: expect.any(Number),
        gaps: 0,
      },
    ]);
  });

  it('is ready only with a living book and mark of every symbol', async () => {
    expect(await ready()).toBe(503);
    await syncOrderBook();
    expect(await ready()).toBe(503);
    exchange.mark('100');
    await until(() => marks.length > 0);
    expect(await ready()).toBe(200);
  });
});

describe('market data configuration', () => {
  it.each([
    ['no stream address', {}, 'BINANCE_FUTURES_WS_URL'],
    ['a symbol in small letters', { SYMBOLS: 'btcusdt' }, 'SYMBOLS'],
    ['a symbol twice', { SYMBOLS: 'BTCUSDT,BTCUSDT' }, 'SYMBOLS'],
    [
      'an address that is no WebSocket',
      { BINANCE_FUTURES_WS_URL: 'http://127.0.0.1:1' },
      'BINANCE_FUTURES_WS_URL',
    ],
  ])('refuses %s', (_, env, name) => {
    const given = { NATS_URL: 'nats://127.0.0.1:4222', ...env };
    expect(() => loadConfig(MarketDataConfig, given)).toThrow(name);
  });
});
