import { APPROACH_PERCENTS, Approaches } from './approach';

/** What is told, use after use, of one limit. */
const told = (...uses: readonly number[]): readonly (number | undefined)[] => {
  const approaches = new Approaches();
  return uses.map((use) => approaches.passed('limit', use));
};

describe('the use of a limit', () => {
  it('is told at half, three quarters and nine tenths', () => {
    expect([...APPROACH_PERCENTS]).toEqual([50, 75, 90]);
  });

  it.each([
    [0, undefined],
    [0.4999, undefined],
    [0.5, 50],
    [0.7499, 50],
    [0.75, 75],
    [0.8999, 75],
    [0.9, 90],
    [1, 90],
    [3, 90],
  ])('of %s is told as %s, the highest line it has reached', (use, line) => {
    expect(told(use)).toEqual([line]);
  });

  it('is told once for each line, and never again while it stays there', () => {
    expect(told(0.5, 0.6, 0.75, 0.75, 0.9, 0.95, 0.9)).toEqual([
      ...[50, undefined, 75, undefined],
      ...[90, undefined, undefined],
    ]);
  });

  it.each([
    ['exactly to nine tenths of the line it stood at', 0.45, undefined],
    ['below nine tenths of the line it stood at', 0.4499, 50],
  ])('that falls %s and comes back is told: %s, %s', (_what, low, again) => {
    expect(told(0.5, low, 0.5)).toEqual([50, undefined, again]);
  });

  it('that falls keeps the lines it is still above', () => {
    expect(told(0.9, 0.8099, 0.75, 0.9)).toEqual([90, undefined, undefined, 90]);
    expect(told(0.9, 0.81, 0.9)).toEqual([90, undefined, undefined]);
    expect(told(0.9, 0.5, 0.5, 0.75, 0.9)).toEqual([90, undefined, undefined, 75, 90]);
    expect(told(0.75, 0.6749, 0.5, 0.75)).toEqual([75, undefined, undefined, 75]);
    expect(told(0.75, 0.3, 0.5)).toEqual([75, undefined, 50]);
  });

  it('is told of each limit by itself', () => {
    const approaches = new Approaches();
    expect(approaches.passed('one', 0.5)).toBe(50);
    expect(approaches.passed('other', 0.5)).toBe(50);
    expect(approaches.passed('one', 0.1)).toBeUndefined();
    expect(approaches.passed('other', 0.5)).toBeUndefined();
    expect(approaches.passed('one', 0.5)).toBe(50);
  });
});
