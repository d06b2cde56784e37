import {
  OrderView,
  TradePage,
  TradeView,
  countTrades,
  findDecision,
  findStoredOrder,
  listStoredOrders,
  listTrades,
  orderFilled,
  orderReleased,
} from '@elvis/contracts';
import { Bus, RunningService, loadConfig, natsOptions, startService } from '@elvis/platform';
import { randomUUID } from 'node:crypto';
import { JSONCodec, connect } from 'nats';
import { Pool } from 'pg';
import { opened, startNats, startPostgres, until } from '@elvis/testing';
import {
  EventPublisher,
  T0,
  aFill,
  anEvent,
  anOrder,
  deniedDecision,
  filled,
  placed,
  shuffledWithRepeats,
} from './events';
import { TradeHistoryConfig } from '../src/trade-history.config';
import { TradeHistoryModule } from '../src/trade-history.module';

describe('trade history', () => {
  const nats = opened(() => startNats());
  const postgres = opened(() => startPostgres());
  const service = opened(() => start());
  const publisher = opened(() => EventPublisher.connect(nats));
  const gateway = opened(() => connect(natsOptions(nats.urls.gateway, 'spec-gateway')));
  const bus = opened(() => new Bus(gateway));
  const pool = opened(() => new Pool({ connectionString: postgres.url }));

  const start = (): Promise<RunningService> => {
    const config = loadConfig(TradeHistoryConfig, {
      ...postgres.env,
      NATS_URL: nats.urls['trade-history'],
      LOG_LEVEL: 'fatal',
    });
    return startService(
      { name: 'trade-history', module: TradeHistoryModule, config: TradeHistoryConfig },
      config,
    );
  };

  beforeAll(async () => {
    await until(async () => (await fetch(`http://127.0.0.1:${service.opsPort}/health/ready`)).status === 200);
  });

  const count = async (sql: string, values: unknown[] = []): Promise<number> =>
    Number((await pool.query<{ n: string }>(`SELECT count(*) AS n FROM ${sql}`, values)).rows[0]?.n);

  const statusOf = async (clientOrderId: string): Promise<string | undefined> => {
    const { rows } = await pool.query<{ status: string }>(
      'SELECT status FROM orders WHERE client_order_id = $1',
      [clientOrderId],
    );
    return rows[0]?.status;
  };

  describe('ingest', () => {
    it('keeps the highest revision of an order, whatever order its events come in', async () => {
      const order = anOrder('revisions-1');
      await publisher.publish([
        placed({ ...order, status: 'FILLED', filledQuantity: '0.010' }, 12),
        placed(order, 10),
        placed({ ...order, status: 'PARTIALLY_FILLED', filledQuantity: '0.004' }, 11),
      ]);
      await until(() => count(`audit_log WHERE event_id LIKE 'placed-revisions-1%'`).then((n) => n === 3));
      expect(await statusOf('revisions-1')).toBe('FILLED');
    });

    it('stores shuffled and repeated events exactly once', async () => {
      const orders = Array.from({ length: 300 }, (_, index) =>
        anOrder(`shuffle-${index}`, { createdAtMs: T0 + index, updatedAtMs: T0 + index }),
      );
      const events = orders.flatMap((order, index) => [
        placed(order, 1_000 + index * 10),
        filled(
          { ...order, status: 'PARTIALLY_FILLED', filledQuantity: '0.001' },
          1_001 + index * 10,
          aFill(order, `s${index}a`),
        ),
        filled(
          { ...order, status: 'FILLED', filledQuantity: '0.002' },
          1_002 + index * 10,
          aFill(order, `s${index}b`),
        ),
      ]);
      await publisher.publish(shuffledWithRepeats(events, 0.3, 7));
      await publisher.publish(shuffledWithRepeats(events, 0.1, 8));
      const last = placed(anOrder('shuffle-last'), 9_999);
      await publisher.publish([last]);
      await until(async () => (await statusOf('shuffle-last')) !== undefined && (await pending()) === 0);
      expect(await count(`orders WHERE client_order_id LIKE 'shuffle-%' AND status = 'FILLED'`)).toBe(300);
      expect(await count(`trades WHERE client_order_id LIKE 'shuffle-%'`)).toBe(600);
      expect(await count(`audit_log WHERE body LIKE '%"shuffle-%'`)).toBe(901);
    });

    it('stores a fill once though two publishers tell of it under different ids', async () => {
      const order = anOrder('two-tellers');
      const fill = aFill(order, '777');
      await publisher.publish([
        filled(order, 2, fill),
        { ...filled(order, 2, fill), id: 'the-other-teller' },
        placed(anOrder('after-two-tellers'), 3),
      ]);
      await until(async () => (await statusOf('after-two-tellers')) !== undefined && (await pending()) === 0);
      expect(await count(`trades WHERE client_order_id = 'two-tellers'`)).toBe(1);
    });

    it('stores both sides of a trade in which two orders of ours met', async () => {
      const [buy, sell] = [anOrder('met-buy'), anOrder('met-sell', { side: 'SELL' as const })];
      await publisher.publish([
        anEvent(orderFilled, 'fill:met:BUY', { order: buy, revision: 2, fill: aFill(buy, 'met') }),
        anEvent(orderFilled, 'fill:met:SELL', { order: sell, revision: 2, fill: aFill(sell, 'met') }),
      ]);
      await until(async () => (await count(`trades WHERE trade_id = 'met'`)) === 2);
    });

    it('puts what it cannot read aside, says so, and goes on', async () => {
      const before = await count('dead_letters');
      const good = anOrder('after-the-bad');
      const codec = JSONCodec();
      await publisher.publishRaw([
        ['elvis.event.order.placed', new TextEncoder().encode('{"no json')],
        ['elvis.event.order.placed', codec.encode({ id: 'x', type: 'elvis.event.order.placed' })],
        [
          'elvis.event.order.placed',
          codec.encode(
            anEvent({ type: 'elvis.event.order.placed', version: 1, payload: Object }, 'bad-1', {
              order: { ...good, quantity: 'NaN' },
              revision: 1,
            }),
          ),
        ],
        ['elvis.event.order.filled', codec.encode(placed(good, 1))],
        ['elvis.event.order.placed', codec.encode(placed({ ...anOrder('nul'), reason: 'a\u0000b' }, 1))],
        ['elvis.event.order.placed', codec.encode(placed(good, 5))],
      ]);
      await until(async () => (await statusOf('after-the-bad')) !== undefined && (await pending()) === 0);
      expect((await count('dead_letters')) - before).toBe(4);
    });

    it('hides an order that was never sent, until its id is used again', async () => {
      const order = anOrder('released-1');
      await publisher.publish([
        placed(order, 20),
        anEvent(orderReleased, 'released-1-21', { order, revision: 21 }),
        placed(anOrder('released-2'), 22),
      ]);
      await until(async () => (await statusOf('released-2')) !== undefined && (await pending()) === 0);
      await expect(bus.request(findStoredOrder, { clientOrderId: 'released-1' })).rejects.toMatchObject({
        code: 'ORDER_NOT_FOUND',
      });
      await publisher.publish([placed({ ...order, status: 'FILLED' }, 23)]);
      await until(async () => (await statusOf('released-1')) === 'FILLED');
      expect(await bus.request(findStoredOrder, { clientOrderId: 'released-1' })).toMatchObject({
        status: 'FILLED',
      });
    });

    it('keeps both orders when an id is used again after its order closed', async () => {
      const first = anOrder('reused-1', { status: 'FILLED' });
      const second = anOrder('reused-1', {
        createdAtMs: T0 + 9_000_000_000,
        updatedAtMs: T0 + 9_000_000_000,
      });
      await publisher.publish([placed(first, 30)]);
      await until(async () => (await statusOf('reused-1')) === 'FILLED');
      await publisher.publish([placed(second, 31)]);
      await until(async () => (await statusOf('reused-1')) === 'NEW');
      expect(await count(`superseded_orders WHERE client_order_id = 'reused-1' AND revision = 30`)).toBe(1);
    });

    it('links every event to the one before it', async () => {
      const { rows } = await pool.query<{ seq: string; broken: boolean }>(
        `SELECT seq, seq <> row_number() OVER (ORDER BY seq) AS broken FROM audit_log ORDER BY seq`,
      );
      expect(rows.filter(({ broken }) => broken)).toEqual([]);
      expect(rows.length).toBeGreaterThan(0);
      await expect(pool.query('DELETE FROM audit_log')).rejects.toThrow('append-only');
      await expect(pool.query(`UPDATE audit_log SET body = ''`)).rejects.toThrow('append-only');
      await expect(pool.query('TRUNCATE audit_log')).rejects.toThrow('append-only');
    });

    const pending = async (): Promise<number> => {
      const operator = await connect(natsOptions(nats.urls.operator, 'spec-operator'));
      try {
        const reply = await operator.request('$JS.API.CONSUMER.INFO.ELVIS_EVENTS.TRADE_HISTORY', '');
        const info = reply.json<{ num_pending: number; num_ack_pending: number }>();
        return info.num_pending + info.num_ack_pending;
      } finally {
        await operator.close();
      }
    };
  });

  describe('pages', () => {
    const bot = randomUUID();
    const ids: string[] = [];

    beforeAll(async () => {
      const order = anOrder('pages-order', { botConfigId: bot });
      const events = Array.from({ length: 137 }, (_, index) =>
        // Five fills share each millisecond, over the end of a month.
        filled(
          order,
          100 + index,
          aFill(order, `${9_000 + index}`, {
            tradedAtMs: Date.UTC(2026, 9, 31, 23, 59, 59, 990) + Math.floor(index / 5),
            side: index % 3 === 0 ? 'SELL' : 'BUY',
          }),
        ),
      );
      await publisher.publish(shuffledWithRepeats(events, 0.2, 3));
      await until(async () => (await count('trades WHERE bot_config_id = $1', [bot])) === 137);
      const { rows } = await pool.query<{ id: string }>(
        'SELECT id FROM trades WHERE bot_config_id = $1 ORDER BY created_at DESC, id DESC',
        [bot],
      );
      ids.push(...rows.map(({ id }) => id));
    });

    const walk = async (direction: 'older' | 'newer', limit: number): Promise<string[][]> => {
      const pages: string[][] = [];
      let cursor: string | undefined;
      do {
        const page: TradePage = await bus.request(listTrades, { botConfigId: bot, direction, limit, cursor });
        pages.push(page.items.map(({ id }) => id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      return pages;
    };

    it.each([1, 3, 50, 137, 1000])('are complete going back in time by %s', async (limit) => {
      expect((await walk('older', limit)).flat()).toEqual(ids);
    });

    it.each([1, 3, 50, 137, 1000])('are complete going forward in time by %s', async (limit) => {
      expect((await walk('newer', limit)).reverse().flat()).toEqual(ids);
    });

    it('lead back from any page to the one before', async () => {
      const first = await bus.request(listTrades, { botConfigId: bot, direction: 'older', limit: 10 });
      const second = await bus.request(listTrades, {
        botConfigId: bot,
        direction: 'older',
        limit: 10,
        cursor: first.nextCursor as string,
      });
      const back = await bus.request(listTrades, {
        botConfigId: bot,
        direction: 'newer',
        limit: 10,
        cursor: second.previousCursor as string,
      });
      expect(back.items).toEqual(first.items);
    });

    it('show a trade as the API promises it', async () => {
      const { items } = await bus.request(listTrades, { botConfigId: bot, direction: 'older', limit: 1 });
      expect(items[0]).toEqual<TradeView>({
        id: ids[0] as string,
        clientOrderId: 'pages-order',
        symbol: 'BTCUSDT',
        side: 'BUY',
        price: '61500.10',
        quantity: '0.001',
        quoteQuantity: '61.50010',
        fee: '0.0246',
        feeAsset: 'USDT',
        realizedPnl: '0',
        botConfigId: bot,
        createdAtMs: Date.UTC(2026, 9, 31, 23, 59, 59, 990) + 27,
      });
    });

    it('filter by side and time, and count the same', async () => {
      const filter = { botConfigId: bot, side: 'SELL' as const, fromMs: Date.UTC(2026, 10, 1) };
      const { items } = await bus.request(listTrades, { ...filter, direction: 'older', limit: 1000 });
      expect(items.length).toBeGreaterThan(20);
      expect(items.every(({ side, createdAtMs }) => side === 'SELL' && createdAtMs >= filter.fromMs)).toBe(
        true,
      );
      expect(await bus.request(countTrades, filter)).toEqual({ count: items.length });
    });

    it.each([
      'nonsense',
      '2026-02-30T00:00:00.000000Z~x',
      '2026-11-01T00:00:00.000000Z~',
      "2026-11-01T00:00:00.000000Z'; --~x",
    ])('refuse the cursor %s', async (cursor) => {
      await expect(bus.request(listTrades, { direction: 'older', limit: 10, cursor })).rejects.toMatchObject({
        code: 'MESSAGE_MALFORMED',
      });
    });

    it.each([
      { limit: 0 },
      { limit: 1001 },
      { symbol: 'btc' },
      { side: 'HOLD' },
      { botConfigId: '1' },
      { unknown: 1 },
    ])('refuse the question %s', async (wish) => {
      await expect(
        bus.request(listTrades, { direction: 'older', limit: 10, ...(wish as object) } as never),
      ).rejects.toMatchObject({ code: 'MESSAGE_MALFORMED' });
    });
  });

  describe('orders and decisions', () => {
    it('lists orders newest first, by status, in pages', async () => {
      const bot = randomUUID();
      const orders = Array.from({ length: 25 }, (_, index) =>
        anOrder(`list-${index}`, {
          botConfigId: bot,
          createdAtMs: T0 + Math.floor(index / 4),
          status: index % 2 ? 'FILLED' : 'NEW',
        }),
      );
      await publisher.publish(orders.map((order, index) => placed(order, 500 + index)));
      await until(async () => (await count('orders WHERE bot_config_id = $1', [bot])) === 25);
      const seen: OrderView[] = [];
      let cursor: string | undefined;
      do {
        const page = await bus.request(listStoredOrders, {
          botConfigId: bot,
          status: 'closed',
          limit: 5,
          cursor,
        });
        seen.push(...page.items);
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      expect(seen).toHaveLength(12);
      expect(new Set(seen.map(({ clientOrderId }) => clientOrderId)).size).toBe(12);
      const times = seen.map(({ createdAtMs }) => createdAtMs);
      expect([...times].sort((a, b) => b - a)).toEqual(times);
    });

    it('gives an order back as it was told, to the last digit', async () => {
      const order = anOrder('same-again', { averagePrice: '61500.123456789012345678', reduceOnly: true });
      await publisher.publish([placed(order, 700)]);
      await until(async () => (await statusOf('same-again')) !== undefined);
      expect(await bus.request(findStoredOrder, { clientOrderId: 'same-again' })).toEqual(order);
    });

    it('finds a decision by its id and by its order, and stores the denied order with it', async () => {
      const order = anOrder('denied-1');
      const event = deniedDecision(order, 800);
      await publisher.publish([event]);
      await until(async () => (await statusOf('denied-1')) !== undefined);
      expect(await bus.request(findDecision, { decisionId: order.decisionId })).toEqual(event.data);
      expect(await bus.request(findDecision, { clientOrderId: 'denied-1' })).toEqual(event.data);
      expect(await bus.request(findStoredOrder, { clientOrderId: 'denied-1' })).toMatchObject({
        status: 'DENIED',
        code: 'PRICE_OUTSIDE_COLLAR',
      });
      await expect(bus.request(findDecision, { decisionId: randomUUID() })).rejects.toMatchObject({
        code: 'DECISION_NOT_FOUND',
      });
      await expect(bus.request(findDecision, {})).rejects.toMatchObject({ code: 'MESSAGE_MALFORMED' });
    });
  });
});
