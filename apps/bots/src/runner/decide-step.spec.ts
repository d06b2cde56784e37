/** A step knows no process: whenever a bot is restarted, its values and orders are those of one that never was. */
import { Strategy, StrategyRun } from '@elvis/strategy';
import { STRATEGIES } from '../../../../strategies';
import { decideStep, needsOf } from './decide-step';
import { CANDLE_NUMBERS, StepCall } from './step-call';

const MINUTES_OF_A_DAY = 1_440;
const HISTORY = 1_100;
const FIRST_MS = Math.floor(1_767_225_600_000 / 60_000) * 60_000;

/** A walk that follows from its seed. */
function walk(count: number): Float64Array {
  const values = new Float64Array(count * CANDLE_NUMBERS);
  let [close, state] = [100, 42];
  const draw = (): number => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648 - 0.5;
  for (let at = 0; at < count; at += 1) {
    const open = close;
    close = Math.max(1, open * (1 + 0.004 * draw()));
    values.set([open, Math.max(open, close), Math.min(open, close), close, 1], at * CANDLE_NUMBERS);
  }
  return values;
}

const INSTRUMENT = {
  symbol: 'BTCUSDT',
  market: 'futures',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  isTrading: true,
  tickSize: '0.01',
  stepSize: '0.001',
  minQuantity: '0.001',
  maxQuantity: '1000',
  marketStepSize: '0.001',
  marketMinQuantity: '0.001',
  marketMaxQuantity: '1000',
  minNotional: '5',
} as const;

const values = walk(HISTORY + MINUTES_OF_A_DAY);
const openOf = (at: number): number => FIRST_MS + at * 60_000;

describe.each([
  ['ema-crossover', { fast: 5, slow: 9 }],
  ['rsi-reversion', { length: 5 }],
  ['coin-toss', {}],
])('a bot of %s', (strategy, parameters) => {
  const wish = { strategy, parameters, symbol: 'BTCUSDT', interval: '1m' } as const;
  const found = STRATEGIES.find(({ name }) => name === strategy) as Strategy;

  it('has after a restart at every minute of a day the values and orders of one that ran through', () => {
    const through = new StrategyRun(found.prepare({ symbol: 'BTCUSDT', interval: '1m' }, parameters), 7);
    let memory: StepCall['memory'] = null;
    const candleAt = (at: number) => {
      const [open, high, low, close, volume] = values.subarray(at * CANDLE_NUMBERS) as unknown as number[];
      return { openTimeMs: openOf(at), open: open!, high: high!, low: low!, close: close!, volume: volume! };
    };
    for (let at = 0; at < HISTORY; at += 1) through.feed('main', candleAt(at));
    let orders = 0;
    for (let at = HISTORY; at < HISTORY + MINUTES_OF_A_DAY; at += 1) {
      through.feed('main', candleAt(at));
      const { fromMs } = needsOf(wish, openOf(at), STRATEGIES).feeds.main!;
      const from = Math.round((fromMs - FIRST_MS) / 60_000);
      const call: StepCall = {
        ...wish,
        protections: null,
        seed: 7,
        memory,
        feeds: {
          main: {
            firstOpenMs: fromMs,
            values: values.subarray(from * CANDLE_NUMBERS, (at + 1) * CANDLE_NUMBERS),
          },
        },
        facts: {
          timeMs: openOf(at) + 60_000,
          instrument: INSTRUMENT,
          capital: '10000',
          leverage: 1,
          position: '0',
          entryPrice: null,
          openedAtMs: null,
          orders: [],
          today: { net: '0', trades: 0 },
          price: `${candleAt(at).close}`,
        },
        happening: { hook: 'onCandle' },
        heldBack: null,
      };
      const decision = decideStep(structuredClone(call), STRATEGIES);
      memory = decision.memory;
      expect(decision.readings).toEqual(through.latest);
      // The same again decides the same, to the last bit.
      if (decision.decided.length > 0) {
        orders += 1;
        expect({ ...decideStep(structuredClone(call), STRATEGIES), took: null }).toEqual({
          ...decision,
          took: null,
        });
      }
    }
    expect(orders).toBeGreaterThan(10);
  });
});
