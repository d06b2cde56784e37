/** The market on the live stream, with a real gateway and NATS: what a client sees, and what it cannot do to others. */
import {
  FormingCandle,
  GetMarketOrderBook,
  Interest,
  ReferenceUpdate,
  TickerUpdate,
  formingCandleFeed,
  getMarketOrderBook,
  getMarketTrades,
  interestFeed,
  listCandles,
  listInstruments,
  markFeed,
  orderBookFeed,
  orderFilled,
  referenceFeed,
  tickerFeed,
  tradeFeed,
} from '@elvis/contracts';
import { Bus, natsOptions } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { JSONCodec, connect } from 'nats';
import { ClientOptions, WebSocket } from 'ws';
import { opened, until } from '@elvis/testing';
import { TopicFeeds } from '../src/live/market/topic-feeds';
import { API_KEY, startGatewayUnderTest, startResponder, startServers } from './gateway-under-test';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- specs look into messages freely
type Message = any;

describe('the market, live', () => {
  const servers = opened(() => startServers());
  const gateway = opened(() => startGatewayUnderTest(servers));
  const market = opened(() => connect(natsOptions(servers.nats.urls['market-data'], 'market')));
  const execution = opened(() => connect(natsOptions(servers.nats.urls.execution, 'events')));
  const sockets: WebSocket[] = [];

  afterEach(async () => {
    sockets.splice(0).forEach((socket) => socket.terminate());
    await until(() => gateway.app.get(TopicFeeds).wanted().length === 0);
  });

  const publishOrderBook = (updateId: number, symbol = 'BTCUSDT'): void => {
    const levels = Array.from({ length: 20 }, (_, level) => [`${57_000 + level}.10`, '1.5'] as const);
    const update = {
      symbol,
      bids: levels,
      asks: levels,
      updateId: `${updateId}`,
      eventTimeMs: 1_000 + updateId,
      ageMs: 5,
    };
    new Bus(market).publish(orderBookFeed, symbol, update);
  };
  const publishTrades = (first: number, count: number, symbol = 'BTCUSDT'): void => {
    const bus = new Bus(market);
    for (let n = first; n < first + count; n += 1) {
      const trade = {
        symbol,
        tradeId: `${n}`,
        price: '1',
        quantity: '2',
        takerSide: 'BUY' as const,
      };
      bus.publish(tradeFeed, symbol, { ...trade, eventTimeMs: n, ageMs: 0 });
    }
  };
  const publishMark = (symbol: string, mark: string): void =>
    new Bus(market).publish(markFeed, symbol, { symbol, mark, eventTimeMs: 7, ageMs: 3 });
  const fill = (tradeId: number, filler = ''): void =>
    execution.publish(
      orderFilled.type,
      JSONCodec().encode({
        type: orderFilled.type,
        time: 'now',
        data: { fill: { tradeId, filler }, order: {} },
      }),
    );

  const listen = async (topics: string, options: ClientOptions = {}) => {
    const heard: Message[] = [];
    const url = `${gateway.url.replace('http', 'ws')}/api/v1/stream?topics=${topics}`;
    const socket = new WebSocket(url, { headers: { 'x-api-key': API_KEY }, ...options });
    sockets.push(socket);
    let closed: { code: number; reason: string } | undefined;
    socket.on('message', (data: Buffer) => heard.push(...(JSON.parse(data.toString()) as Message[])));
    socket.on('close', (code, reason) => (closed = { code, reason: reason.toString() }));
    socket.on('error', () => undefined);
    await until(() => heard.length > 0);
    const about = (topic: string): Message[] => heard.filter((message) => message.topic === topic);
    return {
      socket,
      heard,
      about,
      say: (words: object) => socket.send(JSON.stringify(words)),
      closed: () => closed,
    };
  };
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${gateway.opsPort}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
  };

  it('gives a new subscriber the newest at once, with the time and the age of each', async () => {
    const first = await listen('books.ETHUSDT,trades.BTCUSDT,marks');
    publishOrderBook(1, 'ETHUSDT');
    publishTrades(0, 300);
    publishMark('BTCUSDT', '57000.1');
    publishMark('ETHUSDT', '3000.1');
    await until(() => first.about('trades.BTCUSDT').some(({ data }) => data.trades.at(-1).tradeId === '299'));
    await until(() => first.about('marks').length > 0 && first.about('books.ETHUSDT').length > 0);

    const { about, say } = await listen('orders');
    say({ subscribe: ['books.ETHUSDT', 'trades.BTCUSDT', 'marks'] });
    const [orderBook, trades, marks] = await until(() => {
      const newest = ['books.ETHUSDT', 'trades.BTCUSDT', 'marks'].map((topic) => about(topic)[0]);
      return newest.every(Boolean) && newest;
    });
    expect(about('subscribed')[0].topics).toEqual(['orders', 'books.ETHUSDT', 'trades.BTCUSDT', 'marks']);
    expect([orderBook.atMs, orderBook.data.updateId, orderBook.data.bids[0]]).toEqual([
      1_001,
      '1',
      ['57000.10', '1.5'],
    ]);
    expect(orderBook.ageMs).toBeGreaterThanOrEqual(5);
    expect([trades.atMs, trades.data.dropped, trades.data.trades.length]).toEqual([299, 0, 200]);
    expect(trades.data.trades[0]).toEqual({
      tradeId: '100',
      price: '1',
      quantity: '2',
      takerSide: 'BUY',
      atMs: 100,
    });
    expect(trades.ageMs).toBeGreaterThanOrEqual(0);
    expect(marks.data.items).toMatchObject([
      { symbol: 'BTCUSDT', mark: '57000.1', atMs: 7 },
      { symbol: 'ETHUSDT', mark: '3000.1', atMs: 7 },
    ]);
    expect(marks.ageMs).toBeGreaterThanOrEqual(3);
  });

  it('sends at most one order book each 120 ms and ends with the newest, compressed or not', async () => {
    const clients = await Promise.all([
      listen('books.BTCUSDT'),
      listen('books.BTCUSDT', { perMessageDeflate: false }),
    ]);
    expect(clients.map(({ socket }) => socket.extensions)).toEqual(['permessage-deflate', '']);
    const begunMs = performance.now();
    for (let n = 1; n <= 500; n += 1) {
      publishOrderBook(n);
      if (n % 10 === 0) await market.flush();
    }
    for (const { about } of clients) {
      await until(() => about('books.BTCUSDT').at(-1)?.data.updateId === '500');
      const frames = about('books.BTCUSDT').length;
      expect(frames).toBeLessThanOrEqual((performance.now() - begunMs) / 120 + 2);
    }
  });

  it('asks market-data for what was before a first client came, and says what cannot be followed', async () => {
    const asked = await startResponder(servers.nats, 'market-data');
    const trade = {
      symbol: 'ADAUSDT',
      price: '1',
      quantity: '2',
      takerSide: 'BUY',
      eventTimeMs: 5,
      ageMs: 0,
    };
    asked.on(getMarketTrades, () => ({
      trades: [
        { ...trade, tradeId: '12' },
        { ...trade, tradeId: '11' },
      ],
    }));
    asked.on(getMarketOrderBook, ({ symbol }: GetMarketOrderBook) => {
      if (symbol !== 'ADAUSDT') throw new TradingFailure('OVERLOADED', 'Too many symbols are followed');
      return { symbol, bids: [['1', '2']], asks: [], updateId: '3', eventTimeMs: 4, ageMs: 5 };
    });
    const { about } = await listen('books.ADAUSDT,trades.ADAUSDT,books.XRPUSDT');
    const [batch] = await until(() => about('trades.ADAUSDT').length > 0 && about('trades.ADAUSDT'));
    expect(batch.data.trades.map(({ tradeId }: { tradeId: string }) => tradeId)).toEqual(['11', '12']);
    expect((await until(() => about('books.ADAUSDT')[0])).data.updateId).toBe('3');
    expect(await until(() => about('refused')[0])).toEqual({
      topic: 'refused',
      topics: ['books.XRPUSDT'],
      reason: 'Too many symbols are followed',
    });
    const again = await listen('books.XRPUSDT');
    await until(() => again.about('refused').length > 0);
    expect(
      asked.asked.filter(({ payload }) => (payload as GetMarketOrderBook).symbol === 'XRPUSDT'),
    ).toHaveLength(1);
    await asked.stop();
  });

  it('counts what a batch of trades has no room for', async () => {
    const { about } = await listen('trades.SOLUSDT');
    publishTrades(0, 2_000, 'SOLUSDT');
    await until(() => about('trades.SOLUSDT').at(-1)?.data.trades.at(-1)?.tradeId === '1999');
    const batches = about('trades.SOLUSDT');
    const count = batches.reduce((sum, { data }) => sum + data.trades.length + data.dropped, 0);
    expect(count).toBe(2_000);
    expect(Math.max(...batches.map(({ data }) => data.trades.length))).toBeLessThanOrEqual(200);
  });

  it('sends a hidden page messages about the account alone, and the newest when it is shown', async () => {
    const { about, heard, say } = await listen('books.BTCUSDT,fills');
    const ticking = setInterval(() => publishOrderBook(Math.floor(performance.now())), 20);
    try {
      await until(() => about('books.BTCUSDT').length > 1);
      say({ hidden: true });
      const told = await until(() => about('quality')[0]);
      expect(told).toEqual({
        topic: 'quality',
        level: 4,
        reason: 'hidden',
        orderBookMs: null,
        tradesMs: null,
      });
      const from = heard.indexOf(told);
      expect(gateway.app.get(TopicFeeds).wanted()).toEqual([]);
      fill(1);
      await until(() => about('fills').length > 0);
      expect(heard.slice(from + 1).map(({ topic }) => topic)).not.toContain('books.BTCUSDT');
      say({ hidden: false });
      await until(() => about('quality')[1]);
      const next = heard.length;
      expect(about('quality')[1]).toMatchObject({
        level: 0,
        reason: 'visible',
        orderBookMs: 120,
        tradesMs: 80,
      });
      await until(() => heard.slice(next - 1).some(({ topic }) => topic === 'books.BTCUSDT'));
    } finally {
      clearInterval(ticking);
    }
  });

  it('tells a client that reads nothing that its market topics stop, loses none of its fills, and cuts it at 16 MB', async () => {
    // Nobody else wants ETHUSDT: when that is not wanted any more, the slow client has fallen to its account alone.
    const slow = await listen('books.BTCUSDT,books.ETHUSDT,fills', { perMessageDeflate: false });
    const other = await listen('books.BTCUSDT,fills');
    const filler = 'x'.repeat(400_000);
    slow.socket.pause();
    let fills = 0;
    const fillUntil = async (isEnough: () => Promise<boolean>): Promise<void> => {
      await until(async () => {
        fill((fills += 1), filler);
        publishOrderBook(fills);
        await execution.flush();
        return isEnough();
      });
    };
    await until(() => gateway.app.get(TopicFeeds).wanted().length === 2);
    await fillUntil(() => Promise.resolve(gateway.app.get(TopicFeeds).wanted().length === 1));
    slow.socket.resume();
    await until(() => slow.about('fills').length === fills);
    const levels = slow.about('quality').map(({ level }) => level as number);
    expect(levels).toContain(4);
    expect(slow.about('fills').map(({ data }) => data.tradeId)).toEqual(
      Array.from({ length: fills }, (_, n) => n + 1),
    );

    slow.socket.pause();
    await fillUntil(async () => (await metric('gateway_stream_cuts_total')) === 1);
    slow.socket.resume();
    const { code } = await until(slow.closed);
    expect([1006, 4008]).toContain(code);
    const had = slow.about('fills').map(({ data }) => data.tradeId as number);
    expect(had).toEqual(had.map((_, n) => n + 1));
    await until(() => other.about('fills').length === fills);
    expect(other.closed()).toBeUndefined();
    expect(other.about('books.BTCUSDT').at(-1)?.data.updateId).toBeDefined();
  });

  it('bounds what one client may ask for and say, and others notice nothing of it', async () => {
    const other = await listen('books.BTCUSDT');
    const greedy = await listen('orders');
    const symbols = Array.from({ length: 10_000 }, (_, n) => `S${n}USDT`);
    const names = symbols.map((symbol) => `books.${symbol}`);
    const asked = await startResponder(servers.nats, 'execution');
    asked.on(listInstruments, () => ({ instruments: symbols.map((symbol) => ({ symbol })), asOfMs: 0 }));
    for (let first = 0; first < names.length; first += 800) {
      greedy.say({ subscribe: names.slice(first, first + 800) });
      await until(() => greedy.about('subscribed').length > first / 800 || greedy.closed());
    }
    expect(greedy.about('subscribed').at(-1)?.topics).toEqual(['orders', ...names.slice(0, 200)]);
    expect(greedy.about('refused').flatMap(({ topics }) => topics as string[])).toEqual(names.slice(200));
    expect(gateway.app.get(TopicFeeds).wanted()).toHaveLength(201);

    greedy.say({ unsubscribe: names.slice(0, 500), subscribe: ['trades.NONEUSDT', 'trades.BTCUSDT'] });
    await until(() => greedy.about('refused').at(-1).topics[0] === 'trades.NONEUSDT');
    expect(greedy.about('subscribed').at(-1)?.topics).toEqual(['orders', 'trades.BTCUSDT']);
    await asked.stop();

    const endings: [string, number][] = [
      ['{"subscribe":["books.*"]}', 1008],
      ['{"subscribe":"books.BTCUSDT"}', 1008],
      ['{"hidden":"yes"}', 1008],
      ['{"ping":"1"}', 1008],
      ['null', 1008],
      ['not JSON', 1008],
      ['x'.repeat(20_000), 1009],
    ];
    for (const [text, code] of endings) {
      const { socket, closed } = await listen('orders');
      socket.send(text);
      expect((await until(closed)).code).toBe(code);
    }
    const { socket, closed } = await listen('orders');
    socket.send(Buffer.from([0xff, 0x00, 0xfe]), { binary: true });
    expect((await until(closed)).code).toBe(1008);
    publishOrderBook(7);
    await until(() => other.about('books.BTCUSDT').at(-1)?.data.updateId === '7');
  });

  it('says at once what its clients want to see, and again while they do; a hidden page wants nothing', async () => {
    const said: Interest[] = [];
    new Bus(market).subscribe({ ...interestFeed, prefix: `${interestFeed.prefix}.ETHUSDT` }, (interest) =>
      said.push(interest),
    );
    await market.flush();
    const { about, say } = await listen('orders');
    say({ subscribe: ['tickers.ETHUSDT', 'marks'] });
    await until(() => said.length === 2);
    expect(said).toMatchObject([
      { symbol: 'ETHUSDT', topic: 'tickers', by: 'clients' },
      { symbol: 'ETHUSDT', topic: 'marks', by: 'clients' },
    ]);
    const ticker = { symbol: 'ETHUSDT', last: '3000', change: '-1', eventTimeMs: 5, ageMs: 0 };
    new Bus(market).publish(tickerFeed, 'ETHUSDT', ticker as TickerUpdate);
    expect((await until(() => about('tickers.ETHUSDT')[0])).data).toEqual({ last: '3000', change: '-1' });
    // Another client changes nothing: it is wanted already.
    await listen('tickers.ETHUSDT');
    await until(() => said.length === 4);
    expect(
      said
        .slice(2)
        .map(({ topic }) => topic)
        .sort(),
    ).toEqual(['marks', 'tickers']);
    sockets.forEach((socket) => socket.send('{"hidden":true}'));
    await until(() => gateway.app.get(TopicFeeds).wanted().length === 0);
  });

  it('sends candles with what is stored of them, and the other venue by its name or by the symbol', async () => {
    const history = await startResponder(servers.nats, 'trade-history');
    const past = { open: '1', high: '9', low: '1', close: '5', volume: '10', quoteVolume: '50', trades: 4 };
    history.on(listCandles, () => ({
      items: [{ ...past, openTimeMs: 0, isSealed: false, revision: 1 }],
      missingMinutes: 0,
    }));
    const { about } = await listen('candles.BTCUSDT.5m,reference.BTCUSDT,reference.BTC-USD');
    await until(() => gateway.app.get(TopicFeeds).wanted().length === 3);
    const bus = new Bus(market);
    const minute = {
      ...past,
      high: '6',
      volume: '1',
      openTimeMs: 60_000,
      market: 'futures',
      symbol: 'BTCUSDT',
    };
    const update = { ...minute, isWhole: true, eventTimeMs: 61_000, ageMs: 2 } as FormingCandle;
    const reference = {
      symbol: 'BTCUSDT',
      venue: 'coinbase',
      product: 'BTC-USD',
      bid: '7',
      atMs: 9,
      ageMs: 1,
    };
    bus.publish(referenceFeed, 'BTCUSDT', reference as ReferenceUpdate);
    const candle = await until(() => {
      bus.publish(formingCandleFeed, 'BTCUSDT', update);
      return about('candles.BTCUSDT.5m').find(({ data }) => data.items[0].volume === '11');
    });
    expect([candle.atMs, candle.data.items]).toEqual([
      61_000,
      [{ ...past, openTimeMs: 0, high: '9', volume: '11', quoteVolume: '100', trades: 8, isSealed: false }],
    ]);
    for (const topic of ['reference.BTCUSDT', 'reference.BTC-USD'])
      expect(await until(() => about(topic)[0])).toMatchObject({
        atMs: 9,
        data: { venue: 'coinbase', bid: '7' },
      });
    await history.stop();
  });

  it('keeps nothing of clients that come and go', async () => {
    for (let n = 0; n < 100; n += 1) {
      const { socket } = await listen(`books.S${n}USDT,trades.S${n}USDT`);
      socket.terminate();
    }
    await until(async () => (await metric('gateway_stream_clients')) === 0);
    expect(gateway.app.get(TopicFeeds).wanted()).toEqual([]);
  });
});
