import {
  ExportTrades,
  TradeView,
  orderBookFeed,
  countTrades,
  exportTrades,
  findDecision,
  getAccount,
  getMarketOrderBook,
  getMarketTrades,
  getVenues,
  listCandles,
  listTrades,
  markFeed,
} from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { JSONCodec, connect } from 'nats';
import { natsOptions } from '@elvis/platform';
import { Redis } from 'ioredis';
import { opened, until } from '@elvis/testing';
import { startGatewayUnderTest, startResponder, startServers } from './gateway-under-test';

const trade = (id: number): TradeView => ({
  id: `t-${id}`,
  clientOrderId: id === 2 ? '=cmd,"x"' : `o-${id}`,
  symbol: 'BTCUSDT',
  side: 'BUY',
  price: '57000.10',
  quantity: '0.010',
  quoteQuantity: '570.001',
  fee: '0.228',
  feeAsset: 'USDT',
  realizedPnl: '0',
  createdAtMs: 1_723_100_000_000 - id,
});

describe('reading over REST', () => {
  const servers = opened(() => startServers());
  const gateway = opened(() => startGatewayUnderTest(servers));
  const execution = opened(() => startResponder(servers.nats, 'execution'));
  const history = opened(() => startResponder(servers.nats, 'trade-history'));
  const marketData = opened(() => startResponder(servers.nats, 'market-data'));

  const get = (path: string) => gateway.call('GET', path);

  it.each(['/trades', '/api/v1/trades'])(
    'answers trades at %s, newest first, times as ISO 8601',
    async (path) => {
      const byHand = { ...trade(0), origin: 'external' } as const;
      history.on(listTrades, () => ({ items: [byHand], nextCursor: 'c', previousCursor: null }));
      const { status, body } = await get(
        `${path}?symbol=BTCUSDT&from=2024-08-08T00:00:00Z&to=2024-08-09&limit=1`,
      );
      expect(status).toBe(200);
      const { createdAtMs: _, ...rest } = byHand;
      expect(body).toEqual({
        items: [{ ...rest, createdAt: '2024-08-08T06:53:20.000Z' }],
        nextCursor: 'c',
        previousCursor: null,
      });
      expect(history.asked.at(-1)?.payload).toEqual({
        symbol: 'BTCUSDT',
        direction: 'older',
        limit: 1,
        fromMs: 1_723_075_200_000,
        toMs: 1_723_161_600_000,
      });
    },
  );

  it.each([
    'limit=0',
    'limit=1001',
    'limit=x',
    'side=buy',
    'from=yesterday',
    'from=2024-02-30T00:00:00',
    'format=xml',
    'direction=up',
    'foo=1',
    'symbol=btc',
    'botConfigId=7',
    'to=2024-13-01',
  ])('refuses the filter %s', async (filter) => {
    const { status, body } = await get(`/trades?${filter}`);
    expect([status, body.code]).toEqual([400, 'MESSAGE_MALFORMED']);
  });

  it.each(['csv', 'ndjson'])('passes an export as %s on, chunk after chunk', async (format) => {
    history.on(exportTrades, ({ chunk, cursor }: ExportTrades) => ({
      chunk,
      rows: 1,
      text: `chunk ${chunk} from ${cursor ?? 'the start'}\n`,
      nextCursor: chunk < 2 ? `c${chunk}` : null,
    }));
    const { text, headers } = await get(`/trades?format=${format}&limit=1&symbol=BTCUSDT`);
    expect(headers.get('content-type')).toContain(format);
    expect(headers.get('content-disposition')).toBe(`attachment; filename="trades.${format}"`);
    expect(text).toBe('chunk 0 from the start\nchunk 1 from c0\nchunk 2 from c1\n');
    expect(history.asked.at(-1)?.payload).toEqual({ symbol: 'BTCUSDT', format, chunk: 2, cursor: 'c1' });
  });

  it('says that the history is away before it begins to write', async () => {
    history.on(exportTrades, () => {
      throw new TradingFailure('STORE_UNAVAILABLE', 'No database');
    });
    expect((await get('/trades?format=csv')).status).toBe(503);
  });

  it('counts', async () => {
    history.on(countTrades, () => ({ count: 12 }));
    expect((await get('/trades/count?symbol=BTCUSDT')).body).toEqual({ count: 12 });
  });

  it('shows positions that are not flat, and balances', async () => {
    const position = { entryPrice: '1', markPrice: '2', unrealizedPnl: '3' };
    execution.on(getAccount, () => ({
      balances: [{ asset: 'USDT', wallet: '10000', free: '9000' }],
      positions: [
        { symbol: 'BTCUSDT', quantity: '-0.5', ...position },
        { symbol: 'ETHUSDT', quantity: '0.000', ...position },
      ],
      asOfMs: 0,
    }));
    expect((await get('/open_positions')).body).toEqual({
      items: [{ symbol: 'BTCUSDT', quantity: '-0.5', side: 'SHORT', ...position }],
      nextCursor: null,
      asOf: '1970-01-01T00:00:00.000Z',
    });
    expect((await get('/balance')).body).toEqual({
      market: 'futures',
      balances: [{ asset: 'USDT', wallet: '10000', free: '9000' }],
      asOf: '1970-01-01T00:00:00.000Z',
    });
  });

  it('shows null for what the exchange does not tell of a spot holding', async () => {
    const zeros = { entryPrice: '0', markPrice: '0', unrealizedPnl: '0' };
    execution.on(getAccount, () => ({
      balances: [],
      positions: [{ symbol: 'BTCUSDT', quantity: '0.01998', ...zeros }],
      asOfMs: 0,
    }));
    expect((await get('/open_positions?market=spot')).body).toEqual({
      items: [
        {
          symbol: 'BTCUSDT',
          quantity: '0.01998',
          side: 'LONG',
          entryPrice: null,
          markPrice: null,
          unrealizedPnl: null,
        },
      ],
      nextCursor: null,
      asOf: '1970-01-01T00:00:00.000Z',
    });
  });

  it('finds decisions, and says when there is none', async () => {
    const decisionId = '0b0f7c0e-4f2f-4f6b-9a8e-2b4f0d1f9a11';
    history.on(findDecision, () => ({ decisionId, verdict: 'DENIED', decidedAtMs: 0 }));
    expect((await get(`/api/v1/decisions/${decisionId}`)).body).toEqual({
      decisionId,
      verdict: 'DENIED',
      decidedAt: '1970-01-01T00:00:00.000Z',
    });
    history.on(findDecision, () => {
      throw new TradingFailure('DECISION_NOT_FOUND', 'None');
    });
    expect((await get('/api/v1/decisions?clientOrderId=o-1')).status).toBe(404);
    expect((await get('/api/v1/decisions/7')).status).toBe(400);
  });

  it('shows the newest prices with the age of the older one, 503 before any and 404 for a stranger', async () => {
    expect((await get('/api/v1/market/BTCUSDT')).body.code).toBe('MARKET_DATA_MISSING');
    expect((await get('/api/v1/market/DOGEUSDT')).status).toBe(404);
    const market = await connect(natsOptions(servers.nats.urls['market-data'], 'market'));
    const publish = (prefix: string, update: object) =>
      market.publish(`${prefix}.BTCUSDT`, JSONCodec().encode(update));
    publish(markFeed.prefix, { symbol: 'BTCUSDT', mark: '57000', eventTimeMs: 1, ageMs: 4_000 });
    publish(orderBookFeed.prefix, {
      symbol: 'BTCUSDT',
      bids: [['56999', '1']],
      asks: [['57001', '1']],
      updateId: '1',
      eventTimeMs: 1,
      ageMs: 10,
    });
    const view = await until(async () => {
      const { status, body } = await get('/api/v1/market/BTCUSDT');
      return status === 200 && body;
    });
    expect(view).toMatchObject({ symbol: 'BTCUSDT', bid: '56999', ask: '57001', mark: '57000' });
    expect(view.ageMs).toBeGreaterThanOrEqual(4_000);
    await market.close();
  });

  it('answers the order book and the trades of any symbol from market-data, and how the venues are', async () => {
    const venues = { instance: 'market-data-0', venues: [] };
    const trade = {
      symbol: 'XRPUSDT',
      tradeId: '7',
      firstTradeId: '70',
      lastTradeId: '71',
      tradeTimeMs: 0,
      price: '0.5',
      quantity: '3',
      takerSide: 'BUY' as const,
      eventTimeMs: 1,
      ageMs: 12,
    };
    const levels = { bids: [['0.5', '1']], asks: [['0.6', '1']], updateId: '9' } as const;
    marketData
      .on(getMarketOrderBook, () => ({ symbol: 'XRPUSDT', ...levels, eventTimeMs: 1, ageMs: 12 }))
      .on(getMarketTrades, () => ({ trades: [trade] }))
      .on(getVenues, () => venues);
    expect((await get('/api/v1/market/XRPUSDT/book?levels=3&market=spot')).body).toEqual({
      symbol: 'XRPUSDT',
      ...levels,
      ageMs: 12,
    });
    expect(marketData.asked.at(-1)?.payload).toEqual({ market: 'spot', symbol: 'XRPUSDT', levels: 3 });
    expect((await get('/api/v1/market/XRPUSDT/trades?limit=200')).body.items).toEqual([
      {
        tradeId: '7',
        price: '0.5',
        quantity: '3',
        takerSide: 'BUY',
        time: '1970-01-01T00:00:00.000Z',
        ageMs: 12,
      },
    ]);
    expect((await get('/api/v1/market/XRPUSDT/trades?limit=201')).status).toBe(400);
    expect((await get('/api/v1/market/XRPUSDT/book?levels=0')).status).toBe(400);
    expect((await get('/api/v1/venues')).body).toEqual(venues);
  });

  it('answers candles, times as ISO 8601, and passes the market, the interval and the span on', async () => {
    const candle = {
      open: '1',
      high: '2',
      low: '0.5',
      close: '1.5',
      volume: '3',
      quoteVolume: '4.5',
      trades: 2,
    };
    const item = { openTimeMs: 1_723_075_200_000, ...candle, isSealed: true, revision: 1 };
    history.on(listCandles, () => ({ items: [item], missingMinutes: 4 }));
    const { status, body } = await get(
      '/api/v1/candles/BTCUSDT?market=spot&interval=1h&from=2024-08-08T00:00:00Z&limit=7',
    );
    expect([status, body]).toEqual([
      200,
      {
        symbol: 'BTCUSDT',
        market: 'spot',
        interval: '1h',
        items: [{ openTime: '2024-08-08T00:00:00.000Z', ...candle, isSealed: true, revision: 1 }],
        missingMinutes: 4,
      },
    ]);
    expect(history.asked.at(-1)?.payload).toEqual({
      symbol: 'BTCUSDT',
      market: 'spot',
      interval: '1h',
      fromMs: 1_723_075_200_000,
      limit: 7,
    });
  });

  it.each(['interval=7m', 'limit=1501', 'limit=0', 'from=yesterday', 'market=margin', 'cursor=x'])(
    'answers 400 to candles with %s',
    async (query) => {
      expect((await get(`/api/v1/candles/BTCUSDT?${query}`)).status).toBe(400);
    },
  );

  it('shows the order book that another gateway has heard, with its age, where it has none of its own', async () => {
    const redis = new Redis(servers.redis.url);
    const market = await connect(natsOptions(servers.nats.urls['market-data'], 'market'));
    const orderBook = { symbol: 'ETHUSDT', bids: [['2999', '1']], asks: [['3001', '1']], updateId: '7' };
    const update = JSONCodec().encode({ ...orderBook, eventTimeMs: 1, ageMs: 10 });
    const [key, metrics] = ['cache:books:futures:ETHUSDT:v1', 'metrics:cache_'];
    expect((await get('/market_depth?symbol=ETHUSDT')).body.code).toBe('MARKET_DATA_MISSING');
    await until(async () => (await redis.get(`${metrics}miss:books`)) === '1');
    market.publish(`${orderBookFeed.prefix}.ETHUSDT`, update);
    await until(() => redis.exists(key));
    const newcomer = await startGatewayUnderTest(servers);
    const { body } = await newcomer.call('GET', '/market_depth?symbol=ETHUSDT');
    expect(body).toEqual({ ...orderBook, ageMs: expect.any(Number) });
    await redis.pexpire(key, 20_000);
    const older = (await newcomer.call('GET', '/market_depth?symbol=ETHUSDT')).body.ageMs as number;
    expect(older).toBeGreaterThanOrEqual(40_010);
    await until(async () => (await redis.get(`${metrics}hit:books`)) === '2');
    await newcomer.stop();
    await market.close();
    redis.disconnect();
  });

  it('answers 504 when a service is silent and 503 when it is not there', async () => {
    await execution.stop();
    expect((await get('/balance')).body.code).toBe('SERVICE_UNREACHABLE');
    await execution.start();
    expect((await get('/balance')).body.code).toBe('SERVICE_SILENT');
  });
});
