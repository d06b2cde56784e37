import buyAndHold from '../../../../strategies/buy-and-hold.strategy';
import emaCrossover from '../../../../strategies/ema-crossover.strategy';
import { defineStrategy, ema, candles } from '@elvis/strategy';
import { Decimal } from '@elvis/trading';
import { NEW_YEAR_MS, Row, backtestOn, setupOf, still } from '../../test/a-market';
import { candleAt, toColumns } from '../data/candle-columns';
import { generateCandles } from '../data/generate';
import { runBacktest } from './backtest';
import { FUTURES_COSTS } from './costs';

const market = (count: number, seed = 1) =>
  generateCandles({ symbol: 'BTCUSDT', interval: '1m', firstOpenMs: NEW_YEAR_MS, count, seed });

describe('a backtest', () => {
  it('of buy-and-hold is the hand calculation to the cent, with fees and funding', () => {
    const rows: Row[] = [...still(50_000, 2), ...still(50_000, 958), ...still(51_000, 10)];
    const costs = { ...FUTURES_COSTS, halfSpread: 0, slippage: 0 };
    const run = backtestOn(buyAndHold, rows, { costs });
    // 95 % of 10,000 at 50,000 is 0.19. Fees 0.19 x 50,000 x 0.0005 = 4.75 and 0.19 x 51,000 x 0.0005 = 4.845.
    // Funding at 08:00 and 16:00: 0.19 x 50,000 x 0.0001 = 0.95 each; 16:00 opens at 51,000 but is paid on the close before.
    // Result 0.19 x 1,000 = 190.
    expect(run.trades).toMatchObject([
      { quantity: '0.19', result: '190', fees: '9.595', funding: '-1.9', net: '178.505', reason: 'end' },
    ]);
    expect(run.endEquity).toBe('10178.505');
    expect(run.paid).toEqual({ fees: '9.595', funding: '-1.9', slippage: '0' });
  });

  it('decides nothing by what comes later', () => {
    const data = market(8_000, 5);
    const whole = runBacktest(setupOf(emaCrossover), data);
    const cutAt = 5_000;
    const cut = toColumns(
      'BTCUSDT',
      '1m',
      Array.from({ length: cutAt }, (_, at) => candleAt(data, at)),
    );
    const before = runBacktest(setupOf(emaCrossover), cut).trades.filter(({ reason }) => reason !== 'end');
    expect(before.length).toBeGreaterThan(10);
    expect(whole.trades.slice(0, before.length)).toEqual(before);
  });

  it('begins to trade at its start, with indicators warm from the candles before', () => {
    const data = market(4_000);
    const fromMs = NEW_YEAR_MS + 3_000 * 60_000;
    const run = runBacktest(setupOf(emaCrossover, { fromMs }), data);
    expect(run.warmUpCandles).toBe(0);
    expect(Math.min(...run.trades.map(({ openedAtMs }) => openedAtMs))).toBeGreaterThanOrEqual(fromMs);
  });

  it('feeds larger candles as they close, before the main one', () => {
    const seen: string[] = [];
    const hourly = defineStrategy({
      name: 'hourly',
      version: 1,
      summary: 'Looks at the hour.',
      parameters: {},
      feeds: (_, bot) => ({ main: candles(bot.symbol, '5m'), hour: candles(bot.symbol, '1h') }),
      indicators: () => ({ hour: ema('hour', 2), quick: ema('main', 2) }),
      onCandle(t) {
        seen.push(`${new Date(t.timeMs).toISOString().slice(11, 16)} ${t.now.hour.toFixed(1)}`);
      },
    });
    runBacktest(setupOf(hourly), market(60 * 24 * 8));
    const atHours = seen.filter((line) => line.slice(3, 5) === '00');
    expect(atHours.length).toBeGreaterThan(5);
    for (const line of atHours.slice(0, -1)) {
      const [before, , after] = seen
        .slice(seen.indexOf(line) - 1, seen.indexOf(line) + 2)
        .map((each) => each.slice(6));
      expect(before).not.toBe(line.slice(6));
      expect(after).toBe(line.slice(6));
    }
  });

  it('counts each denial of risk by its code, and tells the strategy', () => {
    const told: string[] = [];
    const greedy = defineStrategy({
      name: 'greedy',
      version: 1,
      summary: 'Wants more than risk allows.',
      parameters: {},
      onCandle: (t) => t.enter('LONG', { size: t.size.notional('5000'), because: 'greed' }),
      onOrderClosed: (_, { status, code }) => void told.push(`${status} ${code}`),
    });
    const limits = { maxOrderNotional: new Decimal(1_000) };
    const run = backtestOn(greedy, still(100, 4), { limits });
    expect(run.denials).toEqual({ NOTIONAL_ABOVE_ORDER_MAXIMUM: 3 });
    expect(told).toEqual(Array(3).fill('DENIED NOTIONAL_ABOVE_ORDER_MAXIMUM'));
    const bounded = backtestOn(greedy, still(100, 6), {
      limits: { maxPositionNotional: new Decimal(11_000) },
    });
    expect(bounded.denials).toEqual({ POSITION_ABOVE_MAXIMUM: 3 });
    expect(bounded.trades).toMatchObject([{ quantity: '100' }]);
  });

  it('refuses a feed that the data do not have', () => {
    const bot = { symbol: 'ETHUSDT', interval: '1m' } as const;
    expect(() => runBacktest(setupOf(emaCrossover, { bot }), market(10))).toThrow('data are of BTCUSDT');
    const hours = generateCandles({
      symbol: 'BTCUSDT',
      interval: '1h',
      firstOpenMs: NEW_YEAR_MS,
      count: 5,
      seed: 1,
    });
    expect(() => runBacktest(setupOf(emaCrossover), hours)).toThrow('feed main asks for 1m');
  });
});
