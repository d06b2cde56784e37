import { defineStrategy } from '@elvis/strategy';
import { setupOf } from '../../test/a-market';
import { generateCandles } from '../data/generate';
import { compareSteps } from './compare-steps';
import { StepRecord, recordSteps } from './step-record';

/** In and out every ten minutes, if the candle rose; counts its fills. */
const strategy = defineStrategy({
  name: 'turning',
  version: 1,
  summary: 'In and out.',
  parameters: {},
  state: { fills: 0 },
  onCandle(t) {
    if ((t.timeMs / 60_000) % 10 !== 0) return;
    if (!t.position.isFlat) t.exit({ because: 'it is due' });
    else if (t.candle.close >= t.candle.open)
      t.enter('LONG', { size: t.size.notional('500'), because: 'it rose' });
  },
  onFill(t) {
    t.state.fills += 1;
  },
});
const setup = setupOf(strategy);
const { symbol, interval } = setup.bot;
const data = () => generateCandles({ symbol, interval, firstOpenMs: 1_767_225_600_000, count: 300, seed: 4 });
/** What a bot would have written down of the same candles. */
const live = (): StepRecord[] => [...recordSteps(setup, data())];
const tested = recordSteps(setup, data());
const entries = tested.filter(({ decisions }) => decisions.join().includes('ENTRY'));
const changed = (at: StepRecord, change: Partial<StepRecord>): StepRecord[] =>
  live().map((record) => (record.openTimeMs === at.openTimeMs ? { ...record, ...change } : record));

describe('parity', () => {
  it('is whole where the same candles were stepped on', () => {
    expect(entries.length).toBeGreaterThan(5);
    expect(tested.flatMap(({ fills }) => fills).length).toBeGreaterThan(10);
    expect(compareSteps(live(), tested)).toMatchObject({
      steps: tested.length,
      counts: { SAME: tested.length, MISSED_STEP: 0, DIFFERENT_DECISION: 0, DENIED: 0, DIFFERENT_FILL: 0 },
      differences: [],
    });
  });

  it('names the candle that was another, and what only follows from it', () => {
    const at = entries[2]!;
    const other = data();
    const place = (at.openTimeMs - other.firstOpenMs) / 60_000;
    other.close[place] = other.open[place]! - 0.1;
    other.low[place] = Math.min(other.low[place]!, other.close[place]);
    const { differences } = compareSteps(recordSteps(setup, other), tested);
    expect(differences[0]).toMatchObject({
      openTimeMs: at.openTimeMs,
      class: 'DIFFERENT_DECISION',
      input: 'candle',
      follows: false,
    });
    expect(differences[0]!.bot).not.toBe(differences[0]!.backtest);
    expect(differences.length).toBeGreaterThan(1);
    expect(differences.slice(1).filter(({ follows }) => !follows)).toEqual([]);
  });

  it('names the bot itself where the same inputs were decided differently', () => {
    const [difference] = compareSteps(changed(entries[1]!, { decisions: [] }), tested).differences;
    expect(difference).toMatchObject({ class: 'DIFFERENT_DECISION', bot: 'nothing', follows: false });
    expect(difference!.input).toBeUndefined();
  });

  it('tells a step that was missed, or kept back, from a decision', () => {
    const at = entries[0]!;
    const without = live().filter(({ openTimeMs }) => openTimeMs !== at.openTimeMs);
    expect(compareSteps(without, tested).differences).toMatchObject([
      { class: 'MISSED_STEP', bot: 'no step' },
    ]);
    expect(compareSteps(live(), tested.slice(1)).differences).toMatchObject([
      { class: 'MISSED_STEP', backtest: 'no step' },
    ]);
    const paused = changed(at, { decisions: [], intervention: 'paused: limit' });
    expect(compareSteps(paused, tested).differences).toMatchObject([
      { class: 'MISSED_STEP', bot: 'paused: limit' },
    ]);
  });

  it('tells a refusal of risk, and a fill of the market', () => {
    const at = tested.find(({ fills }) => fills.length > 0)!;
    const denied = changed(at, { denials: ['PRICE_OUTSIDE_COLLAR'], fills: [] });
    expect(compareSteps(denied, tested)).toMatchObject({
      counts: { DENIED: 1, SAME: tested.length - 1 },
      differences: [{ class: 'DENIED', bot: 'PRICE_OUTSIDE_COLLAR', backtest: '' }],
    });
    const filled = changed(at, { fills: [{ ...at.fills[0]!, price: '1' }] });
    expect(compareSteps(filled, tested).differences).toMatchObject([
      {
        class: 'DIFFERENT_FILL',
        bot: expect.stringMatching(/ at 1$/),
        backtest: expect.stringMatching(/ at \d/),
      },
    ]);
  });
});
