import { compareSteps } from './compare-steps';
import { STEP_INPUTS, StepInput, StepRecord } from './step-record';

const INPUTS = Object.fromEntries(STEP_INPUTS.map((name) => [name, 'same'])) as Record<StepInput, string>;
const step = (openTimeMs: number, change: Partial<StepRecord> = {}): StepRecord => ({
  openTimeMs,
  inputs: INPUTS,
  decisions: [],
  fills: [],
  denials: [],
  ...change,
});
const decidedBy = (openTimeMs: number, input: StepInput): StepRecord =>
  step(openTimeMs, { inputs: { ...INPUTS, [input]: 'other' }, decisions: ['SUBMIT ENTRY BUY 1: it rose'] });
const fill = (price: string) => ({ name: 'entry', side: 'BUY' as const, quantity: '1', price });

describe('two runs of the same candles', () => {
  it('are compared in order of time, whichever has a step that the other lacks', () => {
    const { differences } = compareSteps([step(3), step(1)], [step(4), step(2), step(1)]);
    expect(differences).toEqual([
      { openTimeMs: 2, class: 'MISSED_STEP', bot: 'no step', backtest: 'nothing', follows: false },
      { openTimeMs: 3, class: 'MISSED_STEP', bot: 'nothing', backtest: 'no step', follows: false },
      { openTimeMs: 4, class: 'MISSED_STEP', bot: 'no step', backtest: 'nothing', follows: false },
    ]);
  });

  it.each<[StepInput, boolean]>([
    ['candle', false],
    ['readings', false],
    ['parameters', false],
    ['position', true],
    ['orders', true],
    ['capital', true],
    ['today', true],
    ['state', true],
  ])(
    'that differ first in %s differ for a reason of their own, unless a difference went before',
    (input, follows) => {
      const alone = compareSteps([decidedBy(2, input)], [step(2)]).differences;
      expect(alone).toEqual([
        { openTimeMs: 2, class: 'DIFFERENT_DECISION', input, bot: 'other', backtest: 'same', follows: false },
      ]);
      const after = compareSteps(
        [step(1, { denials: ['X'] }), decidedBy(2, input)],
        [step(1), step(2)],
      ).differences;
      expect(after.map((difference) => difference.follows)).toEqual([false, follows]);
    },
  );

  it('do not follow from a difference that has no input', () => {
    const other = step(2, { decisions: ['one', 'two'] });
    const { differences } = compareSteps([step(1, { denials: ['X'] }), other], [step(1), step(2)]);
    expect(differences[1]).toEqual({
      openTimeMs: 2,
      class: 'DIFFERENT_DECISION',
      bot: 'one\ntwo',
      backtest: 'nothing',
      follows: false,
    });
  });

  it('are the same where refusals came in another order, and tell all of them where not', () => {
    expect(
      compareSteps([step(1, { denials: ['A', 'B'] })], [step(1, { denials: ['B', 'A'] })]).counts.SAME,
    ).toBe(1);
    expect(compareSteps([step(1, { denials: ['B', 'A'] })], [step(1)]).differences).toMatchObject([
      { class: 'DENIED', bot: 'A, B', backtest: '' },
    ]);
  });

  it('tell every fill where one differs', () => {
    const bot = step(1, { fills: [fill('10'), fill('11')] });
    expect(compareSteps([bot], [step(1, { fills: [fill('10'), fill('12')] })]).differences).toMatchObject([
      {
        class: 'DIFFERENT_FILL',
        bot: 'entry BUY 1 at 10; entry BUY 1 at 11',
        backtest: 'entry BUY 1 at 10; entry BUY 1 at 12',
      },
    ]);
  });
});
