/** Runs of many candles: what holds of every strategy, and of a thousand coins. Mutants are not tried by them: they take long. */
import { STRATEGIES } from '../../../../strategies';
import coinToss from '../../../../strategies/coin-toss.strategy';
import { Decimal } from '@elvis/trading';
import { NEW_YEAR_MS, setupOf } from '../../test/a-market';
import { generateCandles } from '../data/generate';
import { runBacktest } from './backtest';

const market = (count: number, seed = 1) =>
  generateCandles({ symbol: 'BTCUSDT', interval: '1m', firstOpenMs: NEW_YEAR_MS, count, seed });

describe('a backtest', () => {
  it('of a coin loses its costs and nothing else', () => {
    const data = market(600, 8);
    // The coin is as often long as short, whatever the market does.
    const nets: number[] = [];
    for (let seed = 1; seed <= 1_000; seed += 1) {
      const run = runBacktest(setupOf(coinToss, { seed, params: { chance: 0.05 } }), data);
      const costs = new Decimal(run.paid.fees).plus(run.paid.slippage).minus(run.paid.funding);
      nets.push(new Decimal(run.endEquity).minus(10_000).plus(costs).toNumber());
    }
    const mean = nets.reduce((sum, net) => sum + net, 0) / nets.length;
    const spread = Math.sqrt(nets.reduce((sum, net) => sum + (net - mean) ** 2, 0) / (nets.length - 1));
    expect(spread).toBeGreaterThan(0);
    expect(Math.abs(mean)).toBeLessThan((3 * spread) / Math.sqrt(nets.length));
  });

  it.each(STRATEGIES.map(({ name }) => name))('is the same each time it is run: %s', (name) => {
    const strategy = STRATEGIES.find((each) => each.name === name)!;
    const data = market(6_000);
    const [first, second] = [1, 2].map(() => JSON.stringify(runBacktest(setupOf(strategy), data)));
    expect(first).toBe(second);
  });

  it.each(STRATEGIES.filter(({ takesSignals }) => !takesSignals).map(({ name }) => name))(
    'trades, and its sums agree: %s',
    (name) => {
      const strategy = STRATEGIES.find((each) => each.name === name)!;
      const run = runBacktest(setupOf(strategy), market(30_000, 3));
      expect(run.trades.length).toBeGreaterThan(0);
      const net = run.trades.reduce((sum, trade) => sum.plus(trade.net), new Decimal(10_000));
      expect(net.toFixed()).toBe(run.endEquity);
      const fees = run.trades.reduce((sum, trade) => sum.plus(trade.fees), new Decimal(0));
      expect(fees.toFixed()).toBe(run.paid.fees);
      expect(run.dailyEquity.at(-1)).toBeCloseTo(Number(run.endEquity), 9);
    },
  );
});
