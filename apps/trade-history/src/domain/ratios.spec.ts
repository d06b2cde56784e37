import { DAY_MS, everyDay, ratiosOf, sharpeRatio, sortinoRatio } from './ratios';

describe('ratios', () => {
  /** Mean 2.18333, sample deviation 9.18413, mean square of falls 7.72^2 / 3. */
  const worked = [3.85, -7.72, 10.42];

  it('Sharpe is the mean over the deviation of a sample, for a year of 365 days', () => {
    expect(sharpeRatio(worked)).toBeCloseTo(4.5418, 3);
  });

  it('Sortino counts only the days below zero as risk', () => {
    expect(sortinoRatio(worked)).toBeCloseTo(9.3586, 3);
  });

  it.each([
    ['a single day', [5]],
    ['no day', []],
  ])('are not told from %s', (_, days) => {
    expect([sharpeRatio(days), sortinoRatio(days)]).toEqual([undefined, undefined]);
  });

  it('are not told where there is no risk to divide by', () => {
    expect(sharpeRatio([1, 1, 1])).toBeUndefined();
    expect(sortinoRatio([1, 2, 3])).toBeUndefined();
  });

  it.each`
    days                        | traded | sharpe   | sharpeReason      | sortino   | sortinoReason
    ${[0, -3]}                  | ${1}   | ${null}  | ${'TOO_FEW_DAYS'} | ${null}   | ${'TOO_FEW_DAYS'}
    ${[1, 2, 3, 4, 5, 6]}       | ${6}   | ${null}  | ${'TOO_FEW_DAYS'} | ${null}   | ${'TOO_FEW_DAYS'}
    ${[1, 1, 1, 1, 1, 1, 1]}    | ${7}   | ${null}  | ${'NO_RISK'}      | ${null}   | ${'NO_RISK'}
    ${[1, 2, 1, 2, 1, 2, 1]}    | ${7}   | ${51.06} | ${null}           | ${null}   | ${'NO_RISK'}
    ${[2, -1, 2, -1, 2, -1, 2]} | ${7}   | ${8.51}  | ${null}           | ${20.845} | ${null}
    ${[0, 0, 0, 0, 0, 0, 0]}    | ${7}   | ${null}  | ${'NO_RISK'}      | ${null}   | ${'NO_RISK'}
  `('of $days, $traded of them with trades, say why there are none', ({ days, traded, ...expected }) => {
    const { sharpe, sharpeReason, sortino, sortinoReason } = ratiosOf(days as number[], traded as number);
    const rounded = (ratio: number | null): number | null => ratio && Number(ratio.toPrecision(5));
    expect({ sharpe: rounded(sharpe), sharpeReason, sortino: rounded(sortino), sortinoReason }).toEqual(
      expected,
    );
  });

  it('count a day without trades as zero', () => {
    const results = new Map([[`${DAY_MS}`, 5]]);
    expect(everyDay(results, 0, 3 * DAY_MS, (day) => `${day}`)).toEqual([0, 5, 0, 0]);
  });
});
