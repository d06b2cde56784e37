/**
 * Every figure of every endpoint against the same figure worked out by its written formula, of accounts that live
 * through random days; and the totals against the wallets, to the last digit. `FIGURE_SEEDS` says how many (100),
 * `FIGURE_SEED` which is the first.
 */
import {
  DistributionLine,
  FigureFilter,
  GetPnlBreakdown,
  IncomeItem,
  PNL_GROUPS,
  PNL_METHODS,
  getAccount,
  getBotPerformance,
  getDailyStatement,
  getFees,
  getPnlBreakdown,
  getRollingStats,
  getTradeDistribution,
  listBotSummaries,
  listIncome,
} from '@elvis/contracts';
import { opened, until } from '@elvis/testing';
import { anOrder, externalFill, filled, mulberry32 } from './events';
import { amount, sumOf, told } from './figures/amounts';
import { BookedFill } from './figures/own-lots';
import { OwnFigures, sorted } from './figures/own-figures';
import { BOTS, Happened, RandomAccount, START } from './figures/random-account';
import { History } from './harness';

const DAY = 86_400_000;
const SEEDS = Number(process.env['FIGURE_SEEDS'] ?? 100);
const FIRST = Number(process.env['FIGURE_SEED'] ?? 1);
/** A few dozen fills; only what never comes takes that long. */
const STORED_MS = 120_000;
const SIZES = [0, 10, 100, 1_000, 10_000, 100_000];

describe('of random accounts', () => {
  const history = opened(() => History.start());
  let income: readonly IncomeItem[] = [];

  beforeAll(() => {
    history.answer(getAccount, () => ({ balances: [], positions: [], asOfMs: START }));
    // Only a statement's question, about its day: an answer to the service's own round, which asks up to now, could be
    // stored after the TRUNCATE for the next seed.
    history.answer(listIncome, ({ fromMs, toMs }) => ({
      items: income.filter(({ atMs }) => toMs - fromMs <= 2 * DAY && atMs >= fromMs && atMs <= toMs),
    }));
  });

  it(`every figure is what its formula says, and the totals are the wallets (${SEEDS} seeds)`, async () => {
    for (let seed = FIRST; seed < FIRST + SEEDS; seed += 1) {
      // Some live long enough for ratios.
      const account = new RandomAccount(seed, seed % 25 === 0 ? 240 : 40);
      try {
        await live(account, seed);
        await compare(account, seed);
      } catch (error) {
        throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
      }
    }
  }, 3_600_000);

  const live = async (account: RandomAccount, seed: number): Promise<void> => {
    income = account.income;
    await history.pool.query('TRUNCATE trades, income, recorded_prices');
    await history.pool.query(
      `INSERT INTO recorded_prices SELECT 'BNBUSDT', to_timestamp(at / 1000), price
        FROM unnest($1::float8[], $2::numeric[]) AS seen (at, price)`,
      [account.prices.map(({ atMs }) => atMs), account.prices.map(({ price }) => price)],
    );
    await history.publisher.publish(someLate(account.fills, seed).map(eventOf));
    const isBooked = async (): Promise<boolean> => {
      const stored = await history.count('trades WHERE own_result IS NOT NULL');
      if (stored < account.fills.length) throw new Error(`${stored} of ${account.fills.length} are booked`);
      return (await history.count('books WHERE is_behind')) === 0;
    };
    await until(isBooked, 'every fill is booked', STORED_MS);
  };

  const compare = async (account: RandomAccount, seed: number): Promise<void> => {
    const own = new OwnFigures(account);
    await compareStatements(account, own);
    const middle = START + Math.floor((account.endMs - START) * mulberry32(-seed)());
    const scopes: FigureFilter[] = [
      {},
      { market: 'futures' },
      { market: 'spot' },
      { symbol: 'ETHUSDT' },
      { market: 'spot', symbol: 'BTCUSDT' },
      { botConfigId: BOTS[0] },
      { botConfigId: BOTS[1], symbol: 'BTCUSDT' },
      { fromMs: middle },
      { toMs: middle, market: 'futures' },
      { botConfigId: BOTS[0], fromMs: middle },
    ];
    const some = mulberry32(seed + 0.5);
    const picked = scopes.filter((_, index) => index === seed % scopes.length || some() < 0.15);
    await Promise.all(picked.map((scope) => compareScope(account, own, scope)));
    await compareBots(own);
    await compareWallets(account, own);
  };

  const compareScope = async (
    account: RandomAccount,
    own: OwnFigures,
    scope: FigureFilter,
  ): Promise<void> => {
    for (const by of PNL_GROUPS)
      for (const method of PNL_METHODS) await comparePnl(own, { ...scope, by, method });
    await compareStats(own, { ...scope, toMs: scope.toMs ?? account.endMs });
    await compareDistribution(own, scope);
    for (const period of ['day', 'all'] as const)
      expect([scope, await history.bus.request(getFees, { ...scope, period })]).toEqual([
        scope,
        own.fees(period, scope),
      ]);
  };

  const comparePnl = async (own: OwnFigures, wish: GetPnlBreakdown): Promise<void> => {
    const { items, total } = await history.bus.request(getPnlBreakdown, wish);
    const { unrealized: _, unrealizedAtMs: __, ...sums } = total;
    const lines = items.map(({ unrealized: ___, unrealizedAtMs: ____, ...line }) => ({
      ...line,
      incomplete: sorted(line.incomplete),
    }));
    expect([wish, { items: lines, total: { ...sums, incomplete: sorted(sums.incomplete) } }]).toEqual([
      wish,
      own.pnl(wish),
    ]);
  };

  const compareStats = async (own: OwnFigures, scope: FigureFilter & { toMs: number }): Promise<void> => {
    const { items } = await history.bus.request(getRollingStats, { ...scope, windows: ['1d', 'all'] });
    for (const { window, fromMs, toMs: __, ...told } of items) {
      const start = window === '1d' ? Math.max(scope.toMs - DAY, scope.fromMs ?? 0) : scope.fromMs;
      expect(fromMs).toBe(start ?? null);
      const { exact, about } = own.stats({ ...scope, fromMs: start });
      expect([scope, window, told]).toMatchObject([scope, window, exact]);
      for (const [name, value] of Object.entries(about)) {
        const figure = told[name as keyof typeof about];
        if (value === null) expect([name, figure]).toEqual([name, null]);
        else expect(Number(figure) / value || 1).toBeCloseTo(1, 8);
      }
    }
  };

  const compareDistribution = async (own: OwnFigures, scope: FigureFilter): Promise<void> => {
    const reply = await history.bus.request(getTradeDistribution, scope);
    const at = ({ atMs }: BookedFill) => new Date(atMs);
    const size = ({ quote }: BookedFill) => SIZES.filter((bound) => amount(`${bound}`) <= quote).length - 1;
    const flat = <Line extends DistributionLine>(
      lines: readonly Line[],
      keyOf: (line: Line) => string | number,
    ) =>
      lines.map((line) => ({
        key: keyOf(line),
        trades: line.trades,
        volume: line.volume,
        realized: line.realized,
      }));
    expect([scope, flat(reply.byHour, ({ hour }) => hour)]).toEqual([
      scope,
      own.slice(scope, (fill) => at(fill).getUTCHours()),
    ]);
    expect(flat(reply.byWeekday, ({ weekday }) => weekday)).toEqual(
      own.slice(scope, (fill) => at(fill).getUTCDay() || 7),
    );
    expect(flat(reply.bySide, ({ side }) => side)).toEqual(own.slice(scope, ({ fill }) => fill.side));
    expect(flat(reply.bySymbol, ({ symbol }) => symbol)).toEqual(own.slice(scope, ({ fill }) => fill.symbol));
    expect(flat(reply.byNotional, ({ from }) => SIZES.indexOf(Number(from)))).toEqual(own.slice(scope, size));
  };

  const compareBots = async (own: OwnFigures): Promise<void> => {
    const summaries = await history.bus.request(listBotSummaries, {});
    for (const botConfigId of BOTS) {
      const fills = own.inScope({ botConfigId });
      if (fills.length === 0) continue;
      const { total } = own.pnl({ by: 'symbol', method: 'average', botConfigId });
      const times = fills.map(({ atMs }) => atMs);
      const performance = await history.bus.request(getBotPerformance, { botConfigId });
      const pnl = { ...performance.pnl, incomplete: sorted(performance.pnl.incomplete) };
      const { exact } = own.stats({ botConfigId, toMs: Math.max(...times) + 1 });
      expect({ ...performance, pnl }).toMatchObject({
        pnl: total,
        stats: exact,
        daily: own.daily(botConfigId),
        firstTradeAtMs: Math.min(...times),
        lastTradeAtMs: Math.max(...times),
      });
      const summary = summaries.items.find((line) => line.botConfigId === botConfigId);
      expect({ ...summary, incomplete: sorted(summary?.incomplete ?? []) }).toMatchObject({
        ...total,
        lastTradeAtMs: Math.max(...times),
      });
    }
  };

  const compareStatements = async (account: RandomAccount, own: OwnFigures): Promise<void> => {
    for (let day = Math.floor(START / DAY) * DAY; day < account.endMs; day += DAY) {
      const name = new Date(day).toISOString().slice(0, 10);
      const statement = await history.bus.request(getDailyStatement, { market: 'futures', day: name });
      expect(statement).toMatchObject({ isReconciled: true, differences: [] });
      expect([name, statement.lines]).toEqual([name, own.statement(name)]);
    }
  };

  /** What the figures say, against what the exchange's wallets have. */
  const compareWallets = async (account: RandomAccount, own: OwnFigures): Promise<void> => {
    const wallet = (name: string): bigint => account.wallets.get(name) ?? 0n;
    const paid = async (market: 'futures' | 'spot') => {
      const { items } = await history.bus.request(getFees, { market, period: 'all' });
      const of = (asset: string) => items.find((line) => line.asset === asset);
      return {
        inAsset: (asset: string) => amount(of(asset)?.fee ?? '0'),
        inQuote: (asset: string) => amount(of(asset)?.feeQuote ?? '0'),
      };
    };
    const futures = await paid('futures');
    for (const by of PNL_GROUPS) {
      const { total } = await history.bus.request(getPnlBreakdown, {
        by,
        method: 'average',
        market: 'futures',
      });
      // By bot the total says what the open lots keep apart.
      const apart = total.incomplete.find(({ what }) => what === 'OPEN_LOTS')?.amount ?? '0';
      const change = amount(total.net) + amount(apart) + amount(total.fees) - futures.inAsset('USDT');
      const off = change - (wallet('futures USDT') - (account.moved.get('futures USDT') ?? 0n));
      expect([by, told(off)]).toEqual([by, '0']);
    }
    const booked = sumOf(
      account.income
        .filter(({ type }) => type === 'REFERRAL_KICKBACK')
        .filter(({ asset }) => asset === 'BNB')
        .map((item) => amount(item.amount)),
    );
    expect(told(booked - futures.inAsset('BNB'))).toBe(told(wallet('futures BNB')));
    await compareSpotWallets(own, wallet, await paid('spot'));
  };

  const compareSpotWallets = async (
    own: OwnFigures,
    wallet: (name: string) => bigint,
    spot: { inAsset(asset: string): bigint; inQuote(asset: string): bigint },
  ): Promise<void> => {
    for (const method of PNL_METHODS)
      for (const by of PNL_GROUPS) {
        const { total } = await history.bus.request(getPnlBreakdown, { by, method, market: 'spot' });
        const side = by === 'bot' ? 'own' : 'account';
        const change = amount(total.net) + spot.inQuote('BNB') - openCost(own, 'spot', side, method);
        expect([by, method, told(change)]).toEqual([by, method, told(wallet('spot USDT'))]);
      }
    for (const base of ['BTC', 'ETH'])
      expect(told(own.lots.open('spot', `${base}USDT`, 'account', 'average').quantity)).toBe(
        told(wallet(`spot ${base}`)),
      );
    expect(told(-spot.inAsset('BNB'))).toBe(told(wallet('spot BNB')));
  };

  const openCost = (
    own: OwnFigures,
    market: 'futures' | 'spot',
    side: 'account' | 'own',
    method: 'average' | 'fifo' = 'average',
  ): bigint =>
    sumOf(['BTCUSDT', 'ETHUSDT'].map((symbol) => own.lots.open(market, symbol, side, method).cost));
});

/** As the events come: most in order, some a little late, some twice. */
function someLate(fills: readonly Happened[], seed: number): Happened[] {
  const random = mulberry32(seed);
  const places = fills.map((happened, index) => ({
    happened,
    at: index + (random() < 0.1 ? random() * 6 : 0),
  }));
  return places.sort((one, other) => one.at - other.at).map(({ happened }) => happened);
}

let revision = 0;

function eventOf({ fill, origin }: Happened) {
  if (origin !== 'elvis') return externalFill(fill);
  const { clientOrderId, market, symbol, side, botConfigId } = fill;
  revision += 1;
  return filled(
    anOrder(clientOrderId, { market: market as 'futures', symbol, side, botConfigId }),
    revision,
    fill,
  );
}
