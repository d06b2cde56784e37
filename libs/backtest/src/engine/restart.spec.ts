import { Strategy, Wish, defineStrategy, ema, rsi } from '@elvis/strategy';
import { NEW_YEAR_MS, setupOf } from '../../test/a-market';
import { generateCandles } from '../data/generate';
import { BacktestSetup, runBacktest } from './backtest';

const DAY = 1_440;
/** What the slowest of its indicators needs at most before a candle. */
const BEFORE = 5 * 200 + 3;

/** Everything that must outlive a restart: values, look-back, state, chance, rest, a position with its stop. */
const remembering = (): Strategy =>
  defineStrategy({
    name: 'remembering',
    version: 1,
    summary: 'Tells what it sees and remembers.',
    parameters: {},
    indicators: () => ({ fast: ema('main', 5), slow: ema('main', 20), strength: rsi('main', 7) }),
    lookBack: 3,
    state: { seen: 0, losses: 0 },
    protections: () => ({}),
    onCandle(t) {
      t.state.seen += 1;
      const { fast, slow, strength } = t.now;
      const { seen, losses } = t.state;
      t.note('seen', { fast, slow, strength, before: t.before(3).fast, toss: t.random(), seen, losses });
      if (!t.position.isFlat && strength > 70) t.exit({ because: 'it is strong' });
      if (t.position.isFlat && strength < 40)
        t.enter('LONG', { size: t.size.fraction('0.5'), because: 'it is weak' });
    },
    onPositionClosed(t, { net }) {
      if (net.lt(0)) t.state.losses += 1;
      t.rest('9m', { because: 'it has just traded' });
    },
  });

describe('a restart', () => {
  const data = generateCandles({
    symbol: 'BTCUSDT',
    interval: '1m',
    firstOpenMs: NEW_YEAR_MS,
    count: BEFORE + DAY,
    seed: 12,
  });
  const told = (restarts?: BacktestSetup['restarts']) => {
    const wishes: [number, readonly Wish[]][] = [];
    const observe = (place: number, made: readonly Wish[]): void => void wishes.push([place, made]);
    const run = runBacktest(setupOf(remembering(), { observe, restarts }), data);
    return { run, text: wishes.map((each) => JSON.stringify(each)) };
  };
  const every = Array.from({ length: DAY }, (_, at) => BEFORE + at);
  const undisturbed = told();

  it('before every candle of a day changes no bit of a value, and no order', () => {
    expect(undisturbed.text.length).toBeGreaterThan(DAY);
    expect(undisturbed.run.trades.length).toBeGreaterThan(10);
    const restarted = told({ at: new Set(every), load: remembering });
    expect(restarted.text).toEqual(undisturbed.text);
    expect(restarted.run).toEqual(undisturbed.run);
  });

  it.each([7, 53, 331])('before every %ith candle, going on for as long, changes nothing either', (each) => {
    const restarted = told({ at: new Set(every.filter((at) => at % each === 0)), load: remembering });
    expect(restarted.text).toEqual(undisturbed.text);
    expect(restarted.run).toEqual(undisturbed.run);
  });
});
