import {
  IncomeItem,
  exportTrades,
  getAccount,
  getBotPerformance,
  getDailyStatement,
  getEquity,
  getFees,
  getPnlBreakdown,
  getRollingStats,
  getTradeDistribution,
  getVolumeProfile,
  listBotSummaries,
  listIncome,
  listInstruments,
  markFeed,
} from '@elvis/contracts';
import { OrderSide } from '@elvis/trading';
import { randomUUID } from 'node:crypto';
import { JSONCodec, connect } from 'nats';
import { natsOptions } from '@elvis/platform';
import { opened, until } from '@elvis/testing';
import { aFill, anInstrument, anOrder, filled } from './events';
import { History } from './harness';

const DAY = 86_400_000;
/** A Monday. */
const D1 = Date.UTC(2026, 10, 2);

describe('figures', () => {
  const history = opened(() => History.start());
  const bot = randomUUID();
  const income: IncomeItem[] = [];

  beforeAll(async () => {
    history.answer(listIncome, ({ fromMs, toMs }) => ({
      items: income.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs),
    }));
    history.answer(listInstruments, ({ symbol = '' }) => ({ instruments: [anInstrument(symbol)] }));
    history.answer(getAccount, () => ({
      balances: [{ asset: 'USDT', wallet: '10000.5', free: '9000' }],
      positions: [
        { symbol: 'BTCUSDT', quantity: '0.1', entryPrice: '100', markPrice: '120', unrealizedPnl: '2' },
        { symbol: 'ETHUSDT', quantity: '-1', entryPrice: '50', markPrice: '51', unrealizedPnl: '-1' },
        { symbol: 'XRPUSDT', quantity: '0', entryPrice: '0', markPrice: '1', unrealizedPnl: '0' },
      ],
      asOfMs: D1 + 30_000,
    }));
    await trade('o1', 'BUY', '1', '100', '0.1', '0', D1 + 1 * 3_600_000);
    await trade('o2', 'SELL', '0.4', '110', '0.05', '4', D1 + 2 * 3_600_000);
    await trade('o3', 'BUY', '1', '120', '0.12', '0', D1 + DAY);
    await trade('o4', 'SELL', '1', '105', '0.1', '-7.5', D1 + DAY + 3_600_000);
    await trade('o5', 'SELL', '0.6', '130', '0.08', '10.5', D1 + 2 * DAY);
    await until(async () => (await history.count('trades WHERE bot_config_id = $1', [bot])) === 5);
  });

  let nextId = 1;
  const trade = async (
    order: string,
    side: OrderSide,
    quantity: string,
    price: string,
    fee: string,
    realizedPnl: string,
    tradedAtMs: number,
    changes: { symbol?: string; feeAsset?: string; market?: string; botConfigId?: string } = {},
  ): Promise<void> => {
    const { symbol = 'BTCUSDT', feeAsset = 'USDT', market = 'futures', botConfigId = bot } = changes;
    const quoteQuantity = `${Number(quantity) * Number(price)}`;
    const placed = anOrder(order, { side, symbol, botConfigId, market: market as 'futures' });
    const fill = aFill(placed, `${nextId++}`, {
      quantity,
      price,
      quoteQuantity,
      fee,
      feeAsset,
      realizedPnl,
      tradedAtMs,
    });
    await history.publisher.publish([filled(placed, nextId, fill)]);
  };

  it('tells fees by day, and all together', async () => {
    const fees = await history.bus.request(getFees, { botConfigId: bot, period: 'day' });
    expect(fees.items).toEqual([
      { periodStartMs: D1, asset: 'USDT', fee: '0.15', feeQuote: '0.15', unconverted: '0', trades: 2 },
      { periodStartMs: D1 + DAY, asset: 'USDT', fee: '0.22', feeQuote: '0.22', unconverted: '0', trades: 2 },
      {
        periodStartMs: D1 + 2 * DAY,
        asset: 'USDT',
        fee: '0.08',
        feeQuote: '0.08',
        unconverted: '0',
        trades: 1,
      },
    ]);
    const all = await history.bus.request(getFees, { botConfigId: bot, period: 'all' });
    expect(all).toMatchObject({
      items: [{ periodStartMs: null, fee: '0.45' }],
      totalQuote: '0.45',
      isComplete: true,
    });
  });

  it.each`
    method       | days
    ${'average'} | ${['4', '-7.5', '10.5']}
    ${'fifo'}    | ${['4', '-3', '6']}
  `('breaks profit down by day, by $method cost', async ({ method, days }) => {
    const reply = await history.bus.request(getPnlBreakdown, { botConfigId: bot, by: 'day', method });
    expect(reply.items.map(({ key, realized }) => [key, realized])).toEqual([
      ['2026-11-02', days[0]],
      ['2026-11-03', days[1]],
      ['2026-11-04', days[2]],
    ]);
    expect(reply.total).toMatchObject({ realized: '7', fees: '0.45', net: '6.55', trades: 5 });
  });

  it('counts only closes inside the asked time, at the cost of what was opened before it', async () => {
    const reply = await history.bus.request(getPnlBreakdown, {
      botConfigId: bot,
      by: 'symbol',
      method: 'fifo',
      fromMs: D1 + DAY,
    });
    expect(reply.items).toMatchObject([{ key: 'BTCUSDT', realized: '3', fees: '0.3', trades: 3 }]);
  });

  it('tells the stats of the worked example', async () => {
    const reply = await history.bus.request(getRollingStats, {
      botConfigId: bot,
      windows: ['all', '1d'],
      toMs: D1 + 3 * DAY,
    });
    const [all, day] = reply.items;
    expect(all).toMatchObject({
      window: 'all',
      results: 3,
      wins: 2,
      losses: 1,
      largestWin: '10.42',
      largestLoss: '-7.6',
      netPnl: '6.55',
      maxDrawdown: '7.72',
    });
    expect(all).toMatchObject({ winRate: null, winRateReason: 'TOO_FEW_RESULTS' });
    expect(all).toMatchObject({ profitFactor: null, profitFactorReason: 'TOO_FEW_RESULTS' });
    expect(all).toMatchObject({ averageResult: null, averageResultReason: 'TOO_FEW_RESULTS' });
    expect(all).toMatchObject({ sharpe: null, sharpeReason: 'TOO_FEW_DAYS', tradedDays: 3 });
    expect(all).toMatchObject({ sortino: null, sortinoReason: 'TOO_FEW_DAYS' });
    expect(day).toMatchObject({
      window: '1d',
      fromMs: D1 + 2 * DAY,
      results: 1,
      netPnl: '10.42',
      profitFactor: null,
    });
  });

  it('tells win rate, profit factor and average result from twenty results on', async () => {
    // The worked example seven times over: 14 wins of 21, the figures of three results.
    const many = randomUUID();
    await history.pool.query(`INSERT INTO instruments VALUES ('futures', 'SOLUSDT', 'SOL', 'USDT')`);
    for (let time = 0; time < 7; time += 1) {
      const at = D1 - 30 * DAY + time * 4 * DAY;
      const of = { botConfigId: many, symbol: 'SOLUSDT' };
      await trade(`m${time}-1`, 'BUY', '1', '100', '0.1', '0', at, of);
      await trade(`m${time}-2`, 'SELL', '0.4', '110', '0.05', '4', at + 1, of);
      await trade(`m${time}-3`, 'BUY', '1', '120', '0.12', '0', at + 2, of);
      await trade(`m${time}-4`, 'SELL', '1', '105', '0.1', '-7.5', at + 3, of);
      await trade(`m${time}-5`, 'SELL', '0.6', '130', '0.08', '10.5', at + 4, of);
    }
    await until(async () => (await history.count('trades WHERE bot_config_id = $1', [many])) === 35);
    const { items } = await history.bus.request(getRollingStats, { botConfigId: many, windows: ['all'] });
    const [all] = items;
    expect(all).toMatchObject({ results: 21, wins: 14, losses: 7, averageResult: '2.2566666666666667' });
    expect(all?.winRate).toBeCloseTo(2 / 3, 12);
    expect(all?.profitFactor).toBeCloseTo(14.37 / 7.6, 12);
    expect(all).toMatchObject({ winRateReason: null, profitFactorReason: null, averageResultReason: null });
  });

  it('has empty stats where nothing was traded', async () => {
    const reply = await history.bus.request(getRollingStats, { botConfigId: randomUUID(), windows: ['30d'] });
    expect(reply.items[0]).toMatchObject({
      results: 0,
      winRate: null,
      profitFactor: null,
      averageResult: null,
      netPnl: '0',
      sharpe: null,
      maxDrawdown: '0',
    });
  });

  it('spreads the trades over hours, weekdays, sides, symbols and sizes', async () => {
    const reply = await history.bus.request(getTradeDistribution, { botConfigId: bot });
    expect(reply.byHour.map(({ hour, trades }) => [hour, trades])).toEqual([
      [0, 2],
      [1, 2],
      [2, 1],
    ]);
    expect(reply.byWeekday.map(({ weekday, trades, realized }) => [weekday, trades, realized])).toEqual([
      [1, 2, '4'],
      [2, 2, '-7.5'],
      [3, 1, '10.5'],
    ]);
    expect(reply.bySide).toEqual([
      { side: 'BUY', trades: 2, volume: '220', realized: '0' },
      { side: 'SELL', trades: 3, volume: '227', realized: '7' },
    ]);
    expect(reply.bySymbol).toEqual([{ symbol: 'BTCUSDT', trades: 5, volume: '447', realized: '7' }]);
    expect(reply.byNotional).toMatchObject([
      { from: '10', to: '100', trades: 2 },
      { from: '100', to: '1000', trades: 3 },
    ]);
  });

  it('draws the volume profile with its value area', async () => {
    const reply = await history.bus.request(getVolumeProfile, {
      botConfigId: bot,
      symbol: 'BTCUSDT',
      buckets: 3,
    });
    // 100..110: 1 + 1, 110..120: 0.4, 120..130: 1 + 0.6
    expect(reply.items).toEqual([
      { priceFrom: '100', priceTo: '110', buyQuantity: '1', sellQuantity: '1', quantity: '2', trades: 2 },
      { priceFrom: '110', priceTo: '120', buyQuantity: '0', sellQuantity: '0.4', quantity: '0.4', trades: 1 },
      { priceFrom: '120', priceTo: '130', buyQuantity: '1', sellQuantity: '0.6', quantity: '1.6', trades: 2 },
    ]);
    expect(reply).toMatchObject({ pointOfControl: '105', valueAreaLow: '100', valueAreaHigh: '130' });
    // A seventh of 30 has no end: bounds are told to sixteen digits behind the point, the last one is the highest price.
    const sevenths = await history.bus.request(getVolumeProfile, {
      botConfigId: bot,
      symbol: 'BTCUSDT',
      buckets: 7,
    });
    expect([sevenths.items[0]?.priceTo, sevenths.items[6]?.priceTo]).toEqual(['104.2857142857142857', '130']);
    const none = await history.bus.request(getVolumeProfile, { symbol: 'NONEUSDT', buckets: 3 });
    expect(none).toMatchObject({ items: [], pointOfControl: null });
  });

  it('tells how a bot did, and lists all bots, those without trades included', async () => {
    const idle = randomUUID();
    await history.pool.query(
      `INSERT INTO bot_configs (id, name, strategy, market, symbol) VALUES ($1, 'Idle', 'grid', 'futures', 'ETHUSDT'),
        ($2, 'Busy', 'trend', 'futures', 'BTCUSDT')`,
      [idle, bot],
    );
    await history.pool.query(`INSERT INTO bot_states (bot_config_id, status) VALUES ($1, 'RUNNING')`, [bot]);
    const performance = await history.bus.request(getBotPerformance, { botConfigId: bot });
    expect(performance).toMatchObject({
      name: 'Busy',
      strategy: 'trend',
      status: 'RUNNING',
      pnl: { realized: '7', fees: '0.45', net: '6.55', funding: null },
      stats: { results: 3, maxDrawdown: '7.72' },
      firstTradeAtMs: D1 + 3_600_000,
      lastTradeAtMs: D1 + 2 * DAY,
      daily: [
        { day: '2026-11-02', net: '3.85', cumulative: '3.85' },
        { day: '2026-11-03', net: '-7.72', cumulative: '-3.87' },
        { day: '2026-11-04', net: '10.42', cumulative: '6.55' },
      ],
    });
    const { items } = await history.bus.request(listBotSummaries, {});
    expect(items.find(({ botConfigId }) => botConfigId === bot)).toMatchObject({
      name: 'Busy',
      net: '6.55',
      trades: 5,
    });
    expect(items.find(({ botConfigId }) => botConfigId === idle)).toMatchObject({
      name: 'Idle',
      trades: 0,
      net: '0',
    });
  });

  it('exports everything in numbered chunks, the header once', async () => {
    const read = async (format: 'csv' | 'ndjson'): Promise<string> => {
      let text = '';
      let cursor: string | undefined;
      for (let chunk = 0; ; chunk += 1) {
        const reply = await history.bus.request(exportTrades, { botConfigId: bot, format, chunk, cursor });
        expect(reply.chunk).toBe(chunk);
        expect(Buffer.byteLength(reply.text)).toBeLessThanOrEqual(256 * 1024);
        text += reply.text;
        if (reply.nextCursor === null) return text;
        cursor = reply.nextCursor;
      }
    };
    const csv = (await read('csv')).split('\r\n');
    expect(csv[0]).toBe(
      'id,clientOrderId,symbol,side,price,quantity,quoteQuantity,fee,feeAsset,realizedPnl,botConfigId,createdAt',
    );
    expect(csv[1]).toBe(
      `futures-BTCUSDT-00000000000005-SELL,o5,BTCUSDT,SELL,130,0.6,78,0.08,USDT,10.5,${bot},2026-11-04T00:00:00.000Z`,
    );
    expect(csv).toHaveLength(7);
    const lines = (await read('ndjson'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string });
    expect(lines).toHaveLength(5);
    expect(lines[4]).toMatchObject({
      id: 'futures-BTCUSDT-00000000000001-BUY',
      createdAt: '2026-11-02T01:00:00.000Z',
    });
  });

  it('exports text that CSV or a spreadsheet would misread as text', async () => {
    const odd = randomUUID();
    const names = ['=1+1', '@sum', 'a"b,c', '=a"b', 'two\r\nlines', 'žluť', 'mid=dle'];
    await history.pool.query(
      `INSERT INTO trades (id, created_at, trade_id, market, symbol, client_order_id, exchange_order_id, side, price,
          quantity, quote_quantity, fee, fee_asset, fee_quote, realized_pnl, is_maker, bot_config_id)
        SELECT 'futures-BTCUSDT-odd' || n, timestamptz '2026-11-12Z' - n * interval '1.5 ms', n::text, 'futures',
          'BTCUSDT', name, '1', 'BUY', 61500.10, 0.001, 61.5, 0.00000001, 'USDT', 0.02, -1.50, true, $2
        FROM unnest($1::text[]) WITH ORDINALITY AS odd (name, n)`,
      [names, odd],
    );
    const ask = (format: 'csv' | 'ndjson') =>
      history.bus.request(exportTrades, { botConfigId: odd, format, chunk: 0 });
    const lines = (await ask('csv')).text.split(/\r\n(?=futures|$)/);
    expect(lines.slice(1, -1).map((line) => /-odd\d,([^]*),BTCUSDT,/.exec(line)?.[1])).toEqual([
      `'=1+1`,
      `'@sum`,
      '"a""b,c"',
      `"'=a""b"`,
      '"two\r\nlines"',
      'žluť',
      'mid=dle',
    ]);
    const objects = (await ask('ndjson')).text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(objects.map((line) => (line as { clientOrderId: string }).clientOrderId)).toEqual(names);
    expect(objects[0]).toEqual({
      id: 'futures-BTCUSDT-odd1',
      clientOrderId: '=1+1',
      symbol: 'BTCUSDT',
      side: 'BUY',
      price: '61500.10',
      quantity: '0.001',
      quoteQuantity: '61.5',
      fee: '0.00000001',
      feeAsset: 'USDT',
      realizedPnl: '-1.50',
      botConfigId: odd,
      createdAt: '2026-11-11T23:59:59.998Z',
    });
  });

  it('exports more than a chunk holds without losing or repeating a line', async () => {
    const crowd = randomUUID();
    await history.pool.query(
      `INSERT INTO trades (id, created_at, trade_id, market, symbol, client_order_id, exchange_order_id, side, price,
          quantity, quote_quantity, fee, fee_asset, fee_quote, realized_pnl, is_maker, bot_config_id)
        SELECT 'futures-BTCUSDT-x' || n, timestamptz '2026-11-10Z' + (n / 7) * interval '1 ms', n::text, 'futures', 'BTCUSDT',
          'a-rather-long-client-order-id-' || n, '1', 'BUY', 61500.1, 0.001, 61.5, 0.02, 'USDT', 0.02, 0, true, $1
        FROM generate_series(1, 10000) AS n`,
      [crowd],
    );
    const ids: string[] = [];
    let cursor: string | null | undefined;
    let chunks = 0;
    while (cursor !== null) {
      const reply = await history.bus.request(exportTrades, {
        botConfigId: crowd,
        format: 'csv',
        chunk: chunks,
        ...(cursor && { cursor }),
      });
      const lines = reply.text.split('\r\n').slice(chunks === 0 ? 1 : 0, -1);
      expect(lines).toHaveLength(reply.rows);
      ids.push(...lines.map((line) => line.split(',')[0] as string));
      cursor = reply.nextCursor;
      chunks += 1;
    }
    expect(chunks).toBeGreaterThan(5);
    expect(ids).toHaveLength(10_000);
    expect(new Set(ids).size).toBe(10_000);
  });

  it('takes what the account is worth and tells it over time', async () => {
    await until(async () => (await history.count('equity_snapshots')) > 0);
    const reply = await history.bus.request(getEquity, {
      market: 'futures',
      asset: 'USDT',
      interval: 'raw',
      limit: 10,
    });
    expect(reply.items).toEqual([{ atMs: D1, wallet: '10000.5', unrealizedPnl: '1', equity: '10001.5' }]);
    const pnl = await history.bus.request(getPnlBreakdown, { by: 'symbol', method: 'average' });
    expect(pnl.items.map(({ key, unrealized }) => [key, unrealized])).toEqual([
      ['BTCUSDT', '2'],
      ['ETHUSDT', '-1'],
      ['SOLUSDT', null],
    ]);
    expect(pnl.total).toMatchObject({ unrealized: '1', unrealizedAtMs: D1 + 30_000 });
    expect(pnl.items[0]).toMatchObject({ unrealizedAtMs: D1 + 30_000 });
    const byDay = await history.bus.request(getPnlBreakdown, { by: 'day', method: 'average' });
    expect(byDay.items.filter(({ key }) => !/^\d{4}-\d\d-\d\d$/.test(key))).toEqual([]);
  });

  it('tells a fee in a third asset at the price recorded when it was paid', async () => {
    const payer = randomUUID();
    await history.pool.query(
      `INSERT INTO recorded_prices VALUES ('BNBUSDT', $1, 600), ('BNBUSDT', $2, 700)`,
      [new Date(D1 + 60_000).toISOString(), new Date(D1 + 120_000).toISOString()],
    );
    const bnb = { feeAsset: 'BNB', botConfigId: payer };
    await trade('bnb-1', 'BUY', '1', '100', '0.01', '0', D1 + 90_000, bnb);
    await trade('bnb-2', 'BUY', '1', '100', '0.02', '0', D1 + 121_000, bnb);
    await trade('bnb-3', 'BUY', '1', '100', '0.03', '0', D1 + DAY, bnb);
    await until(async () => (await history.count('trades WHERE bot_config_id = $1', [payer])) === 3);
    const fees = await history.bus.request(getFees, { botConfigId: payer, period: 'all' });
    expect(fees.items).toMatchObject([{ asset: 'BNB', fee: '0.06', feeQuote: '20', unconverted: '0.03' }]);
    expect(fees.isComplete).toBe(false);
  });

  it('works out what spot fills brought, because the exchange does not say', async () => {
    const spot = randomUUID();
    const on = { market: 'spot', botConfigId: spot };
    await trade('spot-1', 'BUY', '2', '100', '0', '0', D1, on);
    await trade('spot-2', 'SELL', '1', '130', '0', '0', D1 + 1, on);
    await until(async () => (await history.count('trades WHERE bot_config_id = $1', [spot])) === 2);
    const reply = await history.bus.request(getPnlBreakdown, {
      botConfigId: spot,
      by: 'symbol',
      method: 'average',
    });
    expect(reply.total).toMatchObject({ realized: '30', net: '30' });
  });

  describe('daily statement', () => {
    const statementBot = randomUUID();
    const day = Date.UTC(2026, 9, 20);

    beforeAll(async () => {
      const on = { botConfigId: statementBot, symbol: 'ETHUSDT' };
      await trade('st-1', 'BUY', '1', '2600', '1.04', '0', day + 1_000, on);
      await trade('st-2', 'SELL', '1', '2610', '1.044', '10', day + DAY - 5, on);
      await until(async () => (await history.count('trades WHERE bot_config_id = $1', [statementBot])) === 2);
      const { rows } = await history.pool.query<{ trade_id: string }>(
        'SELECT trade_id FROM trades WHERE bot_config_id = $1 ORDER BY created_at',
        [statementBot],
      );
      const [first, second] = rows.map(({ trade_id }) => trade_id);
      const booked = (
        type: string,
        tradeId: string | undefined,
        amount: string,
        atMs: number,
      ): IncomeItem => ({
        transactionId: randomUUID(),
        type,
        symbol: 'ETHUSDT',
        asset: 'USDT',
        amount,
        tradeId: tradeId ?? null,
        info: null,
        atMs,
      });
      income.push(
        booked('COMMISSION', first, '-1.04000000', day + 1_000),
        booked('FUNDING_FEE', undefined, '-0.12', day + 8 * 3_600_000),
        // Booked after midnight, for a trade before it.
        booked('COMMISSION', second, '-1.04400000', day + DAY + 3),
        booked('REALIZED_PNL', second, '10.00000000', day + DAY + 3),
        booked('COMMISSION', '999999', '-7', day + DAY + 4),
      );
    });

    it('agrees with the exchange over midnight, and lists the funding', async () => {
      const statement = await history.bus.request(getDailyStatement, {
        market: 'futures',
        day: '2026-10-20',
      });
      expect(statement).toMatchObject({ isReconciled: true, differences: [], trades: 2 });
      expect(statement.lines).toEqual([
        { asset: 'USDT', type: 'COMMISSION', ours: '-2.084', exchange: '-2.084', difference: '0' },
        { asset: 'USDT', type: 'FUNDING_FEE', ours: null, exchange: '-0.12', difference: null },
        { asset: 'USDT', type: 'REALIZED_PNL', ours: '10', exchange: '10', difference: '0' },
      ]);
      const pnl = await history.bus.request(getPnlBreakdown, {
        by: 'symbol',
        method: 'average',
        symbol: 'ETHUSDT',
      });
      expect(pnl.items[0]).toMatchObject({ key: 'ETHUSDT', realized: '10', funding: '-0.12', net: '7.796' });
    });

    it('lists a booking that no trade of ours tells of', async () => {
      const statement = await history.bus.request(getDailyStatement, {
        market: 'futures',
        day: '2026-10-21',
      });
      expect(statement.isReconciled).toBe(false);
      expect(statement.differences).toContainEqual(
        expect.objectContaining({ kind: 'MISSING_HERE', tradeId: '999999', exchange: '-7' }),
      );
    });

    it.each(['2026-02-30', '2999-01-01', '0000-01-01', '1969-12-31', 'yesterday'])(
      'refuses the day %s',
      async (wrong) => {
        await expect(
          history.bus.request(getDailyStatement, { market: 'futures', day: wrong }),
        ).rejects.toMatchObject({ code: 'MESSAGE_MALFORMED' });
      },
    );
  });

  it('writes down marks that it hears, once a minute at most', async () => {
    const marketData = await connect(natsOptions(history.nats.urls['market-data'], 'spec-market'));
    const mark = { symbol: 'BNBUSDT', mark: '610.5', eventTimeMs: D1, ageMs: 3 };
    marketData.publish(`${markFeed.prefix}.BNBUSDT`, JSONCodec().encode(mark));
    await marketData.flush();
    await marketData.close();
    expect(await history.count(`recorded_prices WHERE symbol = 'BNBUSDT'`)).toBe(2);
  });
});
