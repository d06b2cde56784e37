import {
  IncomeItem,
  getAccount,
  getBotPerformance,
  getDailyStatement,
  getFees,
  getPnlBreakdown,
  getRollingStats,
  getTradeDistribution,
  listBotSummaries,
  listIncome,
  listInstruments,
  listTrades,
} from '@elvis/contracts';
import { Fill } from '@elvis/trading';
import { randomUUID } from 'node:crypto';
import { opened, until } from '@elvis/testing';
import { aFill, anInstrument, anOrder, externalFill, filled } from './events';
import { History } from './harness';

const DAY = 86_400_000;
const D1 = Date.UTC(2026, 10, 2);

describe('the results of fills', () => {
  const history = opened(() => History.start());
  const income: IncomeItem[] = [];
  const moved: IncomeItem[] = [];
  let lastTrade = 0;
  let revision = 0;

  beforeAll(() => {
    history.answer(listInstruments, ({ symbol = '' }) => ({ instruments: [anInstrument(symbol)] }));
    history.answer(getAccount, () => ({ balances: [], positions: [], asOfMs: D1 }));
    // Of spot only the trades of a symbol can be asked for, a day at most.
    history.answer(listIncome, ({ market, symbol, fromMs, toMs }) => ({
      items: (market === 'spot' ? moved : income).filter(
        (item) =>
          item.atMs >= fromMs &&
          item.atMs <= toMs &&
          (market === 'futures' || (item.symbol === symbol && toMs - fromMs < DAY)),
      ),
    }));
  });

  afterEach(async () => {
    income.length = 0;
    moved.length = 0;
    await history.pool.query('TRUNCATE trades, income');
  });

  const someFill = (order: string, changes: Partial<Fill>): Fill => {
    lastTrade += 1;
    const { market = 'futures', symbol = 'BTCUSDT', side = 'BUY' } = changes;
    const placed = anOrder(order, { market: market as 'futures', symbol, side });
    return aFill(placed, `${lastTrade}`, {
      exchangeOrderId: `${order}-number`,
      feeAsset: 'USDT',
      fee: '0',
      tradedAtMs: D1 + lastTrade,
      ...changes,
    });
  };

  const publish = async (
    ...fills: readonly [order: string, changes: Partial<Fill>, by?: 'hand'][]
  ): Promise<void> => {
    const before = await history.count('trades');
    await history.publisher.publish(
      fills.map(([order, changes, by]) => {
        const fill = someFill(order, changes);
        if (by) return externalFill(fill);
        const { market, symbol, side, botConfigId } = fill;
        revision += 1;
        return filled(
          anOrder(order, { market: market as 'futures', symbol, side, botConfigId }),
          revision,
          fill,
        );
      }),
    );
    await until(async () => (await history.count('trades')) === before + fills.length);
    await until(async () => (await history.count('trades WHERE own_result IS NULL')) === 0);
  };

  const pnl = (filter: object = {}) =>
    history.bus.request(getPnlBreakdown, { by: 'symbol', method: 'average', ...filter });
  const stats = async (filter: object = {}) =>
    (await history.bus.request(getRollingStats, { windows: ['all'], toMs: D1 + DAY, ...filter })).items[0];

  const addIncome = async (items: readonly Partial<IncomeItem>[]): Promise<void> => {
    items.forEach((item, index) =>
      income.push({
        transactionId: randomUUID(),
        type: 'TRANSFER',
        symbol: null,
        asset: 'USDT',
        amount: '0',
        tradeId: null,
        info: null,
        atMs: D1 + index,
        ...item,
      }),
    );
    // The statement of a day fetches its bookings.
    await history.bus.request(getDailyStatement, { market: 'futures', day: '2026-11-02' });
  };

  it('has a close that brought nothing as a result, a loss of its fee', async () => {
    // Both are makers at 0.02 %: 0.010 x 61733.10 x 0.0002 = 0.1234662. The result is 0 - 0.1234662.
    const on = { quantity: '0.010', price: '61733.10', quoteQuantity: '617.331', fee: '0.1234662' };
    await publish(['zero-1', on], ['zero-2', { ...on, side: 'SELL', realizedPnl: '0' }]);
    expect(await stats()).toMatchObject({
      results: 1,
      wins: 0,
      losses: 1,
      largestWin: null,
      largestLoss: '-0.1234662',
      netPnl: '-0.2469324',
      maxDrawdown: '0.2469324',
      sharpe: null,
      sharpeReason: 'TOO_FEW_DAYS',
    });
  });

  describe('of spot', () => {
    const bot = randomUUID();
    const spot = { market: 'spot', botConfigId: bot } as const;
    // 0.02 x 61854.01 = 1237.0802; the fee of 0.1 % is 0.00002 BTC, worth 1.2370802.
    const bought: Partial<Fill> = {
      ...spot,
      quantity: '0.02',
      price: '61854.01',
      quoteQuantity: '1237.0802',
      fee: '0.00002',
      feeAsset: 'BTC',
    };
    // 0.01998 x 62837.88 = 1255.5008424, less 1.25550084.
    const sold: Partial<Fill> = {
      ...spot,
      side: 'SELL',
      quantity: '0.01998',
      price: '62837.88',
      quoteQuantity: '1255.5008424',
      fee: '1.25550084',
    };

    it('tells in every figure what the wallet has', async () => {
      await publish(['spot-1', bought], ['spot-2', sold]);
      // -1237.0802 + 1255.5008424 - 1.25550084 = 17.16514156; realised is (62837.88 - 61854.01) x 0.01998.
      const [realized, net, fees] = ['19.6577226', '17.16514156', '2.49258104'];
      for (const method of ['average', 'fifo'] as const)
        for (const by of ['symbol', 'bot', 'day'] as const) {
          const { total } = await pnl({ by, method });
          expect([by, method, total.realized, total.fees, total.net]).toEqual([
            by,
            method,
            realized,
            fees,
            net,
          ]);
        }
      for (const scope of [{}, { botConfigId: bot }])
        expect(await stats(scope)).toMatchObject({
          results: 1,
          wins: 1,
          netPnl: net,
          largestWin: '18.40222176',
        });
      const performance = await history.bus.request(getBotPerformance, { botConfigId: bot });
      expect(performance).toMatchObject({
        pnl: { realized, net },
        stats: { results: 1, netPnl: net },
        daily: [{ day: '2026-11-02', net, cumulative: net }],
      });
      const { items } = await history.bus.request(listBotSummaries, {});
      expect(items).toMatchObject([{ botConfigId: bot, realized, net }]);
      const spread = await history.bus.request(getTradeDistribution, {});
      expect(spread.bySide.map(({ side, realized: brought }) => [side, brought])).toEqual([
        ['BUY', '0'],
        ['SELL', realized],
      ]);
    });

    it('keeps no dust of a fee in base: a second round trip 20,000 higher is the wallet again', async () => {
      const higher = { price: '81850.01', quoteQuantity: '1637.0002' };
      const sale = {
        ...sold,
        price: '82862.23',
        quantity: '0.01573',
        quoteQuantity: '1303.4228779',
        fee: '1.30342288',
      };
      const rest = {
        ...sale,
        price: '82862.24',
        quantity: '0.00425',
        quoteQuantity: '352.16452',
        fee: '0.35216452',
      };
      await publish(
        ['dust-1', bought],
        ['dust-2', sold],
        ['dust-3', { ...bought, ...higher }],
        ['dust-4', sale],
        ['dust-4', rest],
      );
      // 17.16514156 - 1637.0002 + 1303.4228779 - 1.30342288 + 352.16452 - 0.35216452.
      for (const method of ['average', 'fifo'] as const)
        expect((await pnl({ method })).total).toMatchObject({ net: '34.09675206' });
    });

    it("has a daily statement against the exchange's own trades", async () => {
      await publish(['stated-1', bought], ['stated-2', sold]);
      const { items } = await history.bus.request(listTrades, { limit: 10, direction: 'newer' });
      const ids = items.map(({ id }) => id.split('-')[2]?.replace(/^0+/, '') ?? '');
      const told = (index: number, type: string, asset: string, amount: string): void => {
        const id = ids[index] as string;
        const told = { transactionId: id, type, symbol: 'BTCUSDT', asset, amount, tradeId: id, info: null };
        moved.push({ ...told, atMs: D1 + DAY - 1 });
      };
      const [first, second] = items[0]?.side === 'BUY' ? [0, 1] : [1, 0];
      told(first, 'TRADE', 'BTC', '0.02000');
      told(first, 'TRADE', 'USDT', '-1237.0802');
      told(first, 'COMMISSION', 'BTC', '-0.00002');
      told(second, 'TRADE', 'BTC', '-0.01998');
      told(second, 'TRADE', 'USDT', '1255.5008424');
      const ask = () => history.bus.request(getDailyStatement, { market: 'spot', day: '2026-11-02' });
      expect(await ask()).toMatchObject({
        isReconciled: false,
        trades: 2,
        differences: [
          { kind: 'MISSING_AT_EXCHANGE', type: 'COMMISSION', asset: 'USDT', ours: '-1.25550084' },
        ],
      });
      told(second, 'COMMISSION', 'USDT', '-1.25550084');
      expect(await ask()).toMatchObject({
        isReconciled: true,
        differences: [],
        lines: [
          { asset: 'BTC', type: 'COMMISSION', ours: '-0.00002', exchange: '-0.00002', difference: '0' },
          { asset: 'BTC', type: 'TRADE', ours: '0.00002', exchange: '0.00002', difference: '0' },
          {
            asset: 'USDT',
            type: 'COMMISSION',
            ours: '-1.25550084',
            exchange: '-1.25550084',
            difference: '0',
          },
          { asset: 'USDT', type: 'TRADE', ours: '18.4206424', exchange: '18.4206424', difference: '0' },
        ],
      });
      // What a trade moved is no booking beside it.
      expect((await pnl()).total).toMatchObject({ net: '17.16514156', other: '0' });
    });

    it('waits with a fill whose assets nobody has told, and says so', async () => {
      const nameless = { symbol: 'TUSDT', baseAsset: undefined, quoteAsset: undefined };
      history.answer(listInstruments, () => ({ instruments: [] }));
      const fill = someFill('nameless', { ...bought, ...nameless, fee: '1', feeAsset: 'T' });
      await history.publisher.publish([
        filled(anOrder('nameless', { market: 'spot', symbol: 'TUSDT' }), 1, fill),
      ]);
      await until(async () => (await history.count('trades')) === 1);
      expect((await pnl()).total.incomplete).toEqual([
        { what: 'FEES_UNCONVERTED', asset: 'T', amount: '1' },
        { what: 'FILLS_NOT_BOOKED', asset: null, amount: '1' },
      ]);
    });
  });

  it('counts a fee by the assets of the exchange, whatever the name of the symbol ends with', async () => {
    const assets = { symbol: 'TUSDT', baseAsset: 'T', quoteAsset: 'USDT' };
    // 1 T at 0.02 is 0.02 USDT.
    const on = { market: 'spot', ...assets, price: '0.02', quantity: '1000', quoteQuantity: '20' };
    await publish(['assets-1', { ...on, fee: '1', feeAsset: 'T' }]);
    expect(await history.bus.request(getFees, { period: 'all' })).toMatchObject({
      items: [{ asset: 'T', fee: '1', feeQuote: '0.02', unconverted: '0' }],
      isComplete: true,
    });
  });

  it('has a close by hand under an owner of its own, and leaves no lot behind', async () => {
    const bot = randomUUID();
    // 0.003 x 61815.90 x 0.0004 = 0.07417908; (60812.60 - 61815.90) x 0.003 = -3.0099; 0.003 x 60812.60 x 0.0004 = 0.07297512.
    const wallet = '-3.1570542';
    await publish(
      [
        'by-bot',
        {
          botConfigId: bot,
          quantity: '0.003',
          price: '61815.90',
          quoteQuantity: '185.4477',
          fee: '0.07417908',
        },
      ],
      [
        'web_1',
        {
          side: 'SELL',
          quantity: '0.003',
          price: '60812.60',
          quoteQuantity: '182.4378',
          fee: '0.07297512',
          realizedPnl: '-3.0099',
        },
        'hand',
      ],
    );
    for (const method of ['average', 'fifo'] as const) {
      const byOwner = await pnl({ by: 'bot', method });
      expect(byOwner.items.map(({ key, realized, net }) => [key, realized, net])).toEqual([
        [bot, '0', '-0.07417908'],
        ['external', '-3.0099', '-3.08287512'],
      ]);
      expect(byOwner.total.net).toBe(wallet);
      expect((await pnl({ method })).total.net).toBe(wallet);
    }
    expect(await stats()).toMatchObject({ results: 1, losses: 1, netPnl: wallet });
    const { items } = await history.bus.request(listTrades, { limit: 10, direction: 'older' });
    expect(items.map(({ clientOrderId, origin }) => [clientOrderId, origin])).toEqual([
      ['web_1', 'external'],
      ['by-bot', undefined],
    ]);
    // Nothing is open: the next round trip stands alone.
    const next = { botConfigId: bot, quantity: '1', quoteQuantity: '100', price: '100' };
    await publish(['next-1', next], ['next-2', { ...next, side: 'SELL', price: '101', realizedPnl: '1' }]);
    for (const method of ['average', 'fifo'] as const)
      expect((await pnl({ botConfigId: bot, method })).total.realized).toBe('1');
  });

  it('has a liquidation under an owner of its own, with what the insurance fund took or gave', async () => {
    // 0.008 x 61760.40 x 0.0004 = 0.19763328; (36733.70 - 61760.40) x 0.008 = -200.2136, in two parts of 0.007 and 0.001;
    // 0.008 x 36733.70 x 0.0004 = 0.11754784. Together -200.52878112.
    const bot = '00000000-0000-4000-8000-00000000000b';
    const at = { side: 'SELL', price: '36733.70' } as const;
    await publish(
      [
        'liq-1',
        {
          botConfigId: bot,
          quantity: '0.008',
          price: '61760.40',
          quoteQuantity: '494.0832',
          fee: '0.19763328',
        },
      ],
      [
        'autoclose-1700000000000',
        { ...at, quantity: '0.007', quoteQuantity: '257.1359', fee: '0.10285436', realizedPnl: '-175.1869' },
        'hand',
      ],
      [
        'adl_autoclose',
        { ...at, quantity: '0.001', quoteQuantity: '36.7337', fee: '0.01469348', realizedPnl: '-25.0267' },
        'hand',
      ],
    );
    const wallet = '-200.52878112';
    for (const by of ['symbol', 'bot', 'day'] as const)
      for (const method of ['average', 'fifo'] as const)
        expect((await pnl({ by, method })).total).toMatchObject({ net: wallet, incomplete: [] });
    await addIncome([
      { type: 'TRANSFER', amount: '500' },
      { type: 'INSURANCE_CLEAR', amount: '-1' },
      { type: 'FUNDING_FEE', symbol: 'BTCUSDT', amount: '0.25' },
    ]);
    const byOwner = await pnl({ by: 'bot' });
    expect(
      byOwner.items.map(({ key, realized, funding, other, net }) => [key, realized, funding, other, net]),
    ).toEqual([
      [bot, '0', null, null, '-0.19763328'],
      ['account', '0', '0.25', '0', '0.25'],
      ['liquidation', '-200.2136', null, '-1', '-201.33114784'],
    ]);
    // -200.52878112 - 1 + 0.25; the transfer is no result.
    expect(byOwner.total).toMatchObject({
      net: '-201.27878112',
      funding: '0.25',
      other: '-1',
      incomplete: [],
    });
    for (const by of ['symbol', 'day'] as const)
      expect((await pnl({ by })).total).toMatchObject({ net: '-201.27878112', incomplete: [] });
    expect(await stats()).toMatchObject({ results: 2, losses: 2 });
  });

  it('tells two bots on one symbol apart by their own lots, in every figure', async () => {
    const [winner, loser] = [randomUUID(), randomUUID()];
    const on = (botConfigId: string, side: 'BUY' | 'SELL', price: string, realizedPnl = '0') =>
      ({
        botConfigId,
        side,
        price,
        realizedPnl,
        quantity: '1',
        quoteQuantity: price,
        fee: '0.0005',
      }) as const;
    // The account: 100 and 104 make 102; SELL at 102 brings 0, SELL at 101 -1. The winner: 102 - 100 - 0.0005.
    await publish(
      ['two-1', on(winner, 'BUY', '100')],
      ['two-2', on(loser, 'BUY', '104')],
      ['two-3', on(winner, 'SELL', '102', '0')],
      ['two-4', on(loser, 'SELL', '101', '-1')],
    );
    expect(await stats({ botConfigId: winner })).toMatchObject({
      results: 1,
      wins: 1,
      largestWin: '1.9995',
      netPnl: '1.999',
    });
    expect(await stats({ botConfigId: loser })).toMatchObject({ results: 1, losses: 1, netPnl: '-3.001' });
    expect(await stats()).toMatchObject({ results: 2, losses: 2, netPnl: '-1.002' });
    const performance = await history.bus.request(getBotPerformance, { botConfigId: winner });
    expect(performance).toMatchObject({ pnl: { net: '1.999' }, daily: [{ net: '1.999' }] });
    const { items } = await history.bus.request(listBotSummaries, {});
    expect(items.map(({ botConfigId, net }) => [botConfigId, net]).sort()).toEqual(
      [
        [winner, '1.999'],
        [loser, '-3.001'],
      ].sort(),
    );
    const spread = await history.bus.request(getTradeDistribution, { botConfigId: winner });
    expect(spread.bySymbol).toMatchObject([{ realized: '2' }]);
    for (const method of ['average', 'fifo'] as const)
      expect((await pnl({ by: 'bot', method })).total).toMatchObject({ realized: '-1', incomplete: [] });
  });

  it('says by how much owners together differ from the account while lots are open', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    const on = { quantity: '1', quoteQuantity: '100' };
    // The account: 102 - (100 + 104) / 2 = 0. The one by its own lot: 102 - 100 = 2; the lot of 104 stays open.
    await publish(
      ['open-1', { ...on, botConfigId: one, price: '100' }],
      ['open-2', { ...on, botConfigId: other, price: '104' }],
      ['open-3', { ...on, botConfigId: one, price: '102', side: 'SELL', realizedPnl: '0' }],
    );
    const { total } = await pnl({ by: 'bot' });
    expect(total.realized).toBe('2');
    expect(total.incomplete).toEqual([{ what: 'OPEN_LOTS', asset: null, amount: '-2' }]);
    expect((await pnl()).total).toMatchObject({ realized: '0', incomplete: [] });
  });

  it('fetches what a liquidation cost soon after it, and says how far the bookings are', async () => {
    const before = (await pnl()).bookingsUntilMs ?? 0;
    const at = { quantity: '1', quoteQuantity: '100', price: '100' };
    income.push({
      ...{ transactionId: randomUUID(), type: 'INSURANCE_CLEAR', symbol: null, asset: 'USDT', amount: '-3' },
      ...{ tradeId: null, info: null, atMs: Date.now() },
    });
    await publish(['soon-1', at], ['autoclose-9', { ...at, side: 'SELL' }, 'hand']);
    await until(async () => (await pnl()).total.other === '-3');
    expect((await pnl()).bookingsUntilMs).toBeGreaterThan(before);
  });

  it('says in every sum in quote which fees it leaves out', async () => {
    const bot = randomUUID();
    await publish(['bnb', { botConfigId: bot, fee: '0.01', feeAsset: 'BNB' }]);
    const left = { what: 'FEES_UNCONVERTED', asset: 'BNB', amount: '0.01' };
    const { items, total } = await pnl();
    expect([items[0]?.incomplete, total.incomplete]).toEqual([[left], [left]]);
    expect((await stats())?.incomplete).toEqual([left]);
    const performance = await history.bus.request(getBotPerformance, { botConfigId: bot });
    expect(performance.stats.incomplete).toEqual([left]);
    expect(performance.pnl.incomplete).toContainEqual(left);
    const summaries = await history.bus.request(listBotSummaries, {});
    expect(summaries.items[0]?.incomplete).toContainEqual(left);
  });

  it('comes to the same when fills come late', async () => {
    const on = { quantity: '1', quoteQuantity: '100' };
    const first = someFill('late-1', { ...on, price: '100' });
    const second = someFill('late-2', { ...on, price: '110' });
    const third = someFill('late-3', { ...on, side: 'SELL', price: '120', realizedPnl: '15' });
    const event = (fill: Fill) => filled(anOrder(fill.clientOrderId, { side: fill.side }), ++revision, fill);
    for (const [index, fill] of [third, first, second].entries()) {
      await history.publisher.publish([event(fill)]);
      await until(async () => (await history.count('trades')) === index + 1);
    }
    await until(async () => (await history.count('trades WHERE own_result IS NULL')) === 0);
    // 120 - 105 on average; 120 - 100 first in, first out.
    expect((await pnl({ by: 'bot' })).total.realized).toBe('15');
    expect((await pnl({ method: 'fifo' })).total.realized).toBe('20');
  });

  it('takes in what was written around it, and what the owner has it work out anew', async () => {
    const on = { quantity: '1', quoteQuantity: '100', price: '100' };
    await publish(['around-1', on], ['around-2', { ...on, side: 'SELL', price: '103', realizedPnl: '3' }]);
    await history.pool.query(
      `INSERT INTO trades (id, created_at, trade_id, market, symbol, client_order_id, exchange_order_id, side, price,
          quantity, quote_quantity, fee, fee_asset, fee_quote, realized_pnl, is_maker)
        SELECT 'futures-BTCUSDT-0', created_at - interval '1 s', '0', market, symbol, 'before', '1', 'BUY', 99, 1, 99, 0,
          'USDT', 0, 0, true FROM trades WHERE client_order_id = 'around-1'`,
    );
    // (100 + 99) / 2 = 99.5; 103 - 99.5.
    await until(async () => (await pnl({ by: 'bot' })).total.realized === '3.5');
    await history.pool.query(`DELETE FROM trades WHERE client_order_id = 'before'`);
    await history.pool.query('SELECT rebuild_books()');
    await until(async () => (await pnl({ by: 'bot' })).total.realized === '3');
  });
});
