import { Fill } from '@elvis/contracts';
import { DataSource } from 'typeorm';
import { opened, until } from '@elvis/testing';
import { DatabaseAddress, dataSourceOptions } from '../src/database/data-source';
import { MIGRATIONS } from '../src/database/migration-list';
import { aFill, anOrder, filled, shuffledWithRepeats } from './events';
import { History } from './harness';
import { FigureScope, scopeOf } from '../src/figures/figure-scope';
import { cut, tradeDays } from '../src/figures/trade-days';

const DAY = 86_400_000;
const D1 = Date.UTC(2026, 9, 30);
const FILLS = 1_500;
const FIRST_OF_SUMS = MIGRATIONS.findIndex(({ name }) => name.startsWith('SumDays'));
const BOTS = [1, 2, 3].map((number) => `00000000-0000-4000-8000-00000000000${number}`);

describe('the sums of days', () => {
  const history = opened(() => History.start());

  const SCAN = `SELECT bot_config_id, (created_at AT TIME ZONE 'UTC')::date AS day, market, symbol,
      count(*) AS trades, sum(quote_quantity) AS volume, sum(coalesce(result, realized_pnl)) AS realized,
      sum(coalesce(fee_quote, 0)) AS fees, sum(coalesce(own_result, realized_pnl)) AS own_realized, count(*) - count(own_result) AS unbooked,
      coalesce(sum(fee) FILTER (WHERE fee_quote IS NULL), 0) AS unconverted, origin, fee_asset FROM trades`;
  const KEPT = `SELECT bot_config_id, day, market, symbol, trades, volume, realized, fees, own_realized, unbooked,
      unconverted, origin, fee_asset FROM trade_days WHERE trades <> 0`;

  /** Rows that only one of the two has; none when they are the same to the last digit. */
  const differences = async (): Promise<unknown[]> => {
    const scan = `${SCAN} GROUP BY bot_config_id, day, market, symbol, origin, fee_asset`;
    const { rows } = await history.pool.query(
      `(${scan} EXCEPT ALL ${KEPT}) UNION ALL (${KEPT} EXCEPT ALL ${scan})`,
    );
    return rows;
  };

  /** Over six days on both sides of a month's end; some without a bot, some fees in an asset without a price. */
  const someFill = (index: number): Fill => {
    const bot = BOTS[index % 4];
    const order = anOrder(`sum-${index >> 1}`, {
      symbol: index % 3 === 0 ? 'ETHUSDT' : 'BTCUSDT',
      ...(bot && { botConfigId: bot }),
    });
    return aFill(order, `${index}`, {
      tradedAtMs: D1 + Math.floor((index * 6 * DAY) / FILLS),
      quoteQuantity: `${60 + index / 1_000}`,
      realizedPnl: `${(index % 13) - 6}.${index}`,
      fee: `0.0001${index}`,
      feeAsset: index % 5 === 0 ? 'BNB' : 'USDT',
    });
  };

  const fills = Array.from({ length: FILLS }, (_, index) => someFill(index));

  beforeAll(async () => {
    const events = fills.map((fill, index) => {
      const order = anOrder(fill.clientOrderId, { status: 'FILLED', filledQuantity: fill.quantity });
      return filled(order, index + 1, fill);
    });
    await history.publisher.publish(shuffledWithRepeats(events, 0.2, 20_261_122));
    await until(async () => (await history.count('audit_log')) === FILLS);
  });

  it('are those of the fills, though they came shuffled and some of them twice', async () => {
    expect(await history.count('trades')).toBe(FILLS);
    expect(await history.count('trade_days WHERE fees = 0')).toBeLessThan(await history.count('trade_days'));
    expect(await differences()).toEqual([]);
  });

  const DAYS = [D1, D1 + DAY, D1 + 2 * DAY, D1 + 5 * DAY];
  const HOURS = [D1 + 3_600_000, D1 + 5_000_000, D1 + DAY - 1, D1 + 4 * DAY + 1];
  const ENDS = [undefined, ...DAYS, ...HOURS];

  it('make up any time, be its ends in the middle of a day or not', async () => {
    for (const fromMs of ENDS)
      for (const toMs of ENDS)
        for (const scope of [{}, { botConfigId: BOTS[1] }, { symbol: 'ETHUSDT', market: 'futures' as const }])
          await expectSameSums({ ...scope, fromMs, toMs });
  });

  async function expectSameSums(scope: FigureScope): Promise<void> {
    const values: unknown[] = [];
    const sums =
      'sum(trades)::float8 AS trades, sum(volume) AS volume, sum(realized) AS r, sum(fees) AS fees';
    const text = `SELECT ${sums} FROM ${tradeDays(scope, values)} AS days`;
    const conditions = scopeOf(scope);
    const scan = await history.pool.query(
      `SELECT nullif(count(*), 0)::float8 AS trades, sum(quote_quantity) AS volume, sum(coalesce(result, realized_pnl)) AS r,
        sum(coalesce(fee_quote, 0)) AS fees FROM trades ${conditions.where}`,
      conditions.values,
    );
    expect([scope, (await history.pool.query(text, values)).rows]).toEqual([scope, scan.rows]);
  }

  it.each`
    time                           | fromMs            | toMs                | whole    | parts
    ${'no time at all'}            | ${undefined}      | ${undefined}        | ${true}  | ${0}
    ${'whole days'}                | ${D1}             | ${D1 + 2 * DAY}     | ${true}  | ${0}
    ${'everything until noon'}     | ${undefined}      | ${D1 + DAY / 2}     | ${true}  | ${1}
    ${'days with two broken ends'} | ${D1 + 1}         | ${D1 + 3 * DAY + 1} | ${true}  | ${2}
    ${'an hour within a day'}      | ${D1 + 3_600_000} | ${D1 + 7_200_000}   | ${false} | ${1}
    ${'a night, two broken days'}  | ${D1 + DAY / 2}   | ${D1 + 1.5 * DAY}   | ${false} | ${2}
    ${'a time that is empty'}      | ${D1 + 1}         | ${D1}               | ${false} | ${0}
  `(
    'read of $time no more fills than they must',
    ({ fromMs, toMs, whole, parts }: Record<string, number>) => {
      const pieces = cut({ fromMs, toMs });
      expect([pieces.whole !== undefined, pieces.parts.length]).toEqual([whole, parts]);
    },
  );

  it('take in a fee that found its price later', async () => {
    const { rowCount } = await history.pool.query(
      'UPDATE trades SET fee_quote = fee * 600.5 WHERE fee_quote IS NULL',
    );
    expect(rowCount).toBe(FILLS / 5);
    expect(await differences()).toEqual([]);
  });

  it('agree when several write fills of the same days at once', async () => {
    const insert = (from: number): string =>
      `INSERT INTO trades SELECT 'beside-' || n, timestamptz '2026-10-30Z' + n * interval '7 min', 'b' || n, market, symbol,
        'beside', '1', side, price, quantity, quote_quantity + n, fee, fee_asset, 0.001 * n, realized_pnl, is_maker, bot_config_id
        FROM generate_series(${from}, ${from + 99}) AS n, trades AS one WHERE one.trade_id = (n * 7 % 1500)::text
        ON CONFLICT DO NOTHING`;
    await Promise.all([0, 50, 100, 150, 0].map((from) => history.pool.query(insert(from))));
    expect(await history.count(`trades WHERE client_order_id = 'beside'`)).toBe(250);
    expect(await differences()).toEqual([]);
  });

  it('forget fills that the owner deletes and months that go', async () => {
    await history.pool.query(`DELETE FROM trades WHERE client_order_id = 'beside' AND symbol = 'ETHUSDT'`);
    expect(await differences()).toEqual([]);
    await history.pool.query(`UPDATE retention_limits SET months = 1`);
    await history.pool.query(`UPDATE audit_head SET recorded_at = '2027-01-15Z'`);
    const { rows } = await history.pool.query(`SELECT drop_month_partition('trades', '2026-10-01') AS gone`);
    expect(rows).toEqual([{ gone: true }]);
    expect(await history.count(`trade_days WHERE day < '2026-11-01'`)).toBe(0);
    expect(await history.count('trade_days')).toBeGreaterThan(0);
    expect(await differences()).toEqual([]);
  });

  it('are made from the fills that were there before them', async () => {
    const before = await history.count('trade_days WHERE trades <> 0');
    const address: DatabaseAddress = { ...history.postgres.env, DB_PORT: history.postgres.port };
    const source = await new DataSource(dataSourceOptions(address)).initialize();
    try {
      for (const _ of MIGRATIONS.slice(FIRST_OF_SUMS)) await source.undoLastMigration();
      await source.runMigrations();
    } finally {
      await source.destroy();
    }
    expect(await history.count('trade_days')).toBe(before);
    expect(await differences()).toEqual([]);
  });

  it('are gone with all fills', async () => {
    await history.pool.query('TRUNCATE trades');
    expect(await history.count('trade_days')).toBe(0);
  });
});
