import { propertyOf, someReturns } from '../../test/series';
import * as second from '../../test/second-implementation';
import { expectedShortfall, maximumDrawdown, valueAtRisk } from './losses';
import { kurtosis, mean, skewness, standardDeviation } from './moments';
import { profitFactor, sharpeRatio, sortinoRatio } from './ratios';

describe('figures of a series', () => {
  const returns = [0.01, -0.02, 0.03, 0.005, -0.01, 0.0, 0.02, -0.03];

  it('are those that were worked by hand', () => {
    // Sum 0.005, squares 0.002825: mean 0.000625, sum of squared distances 0.002821875.
    expect(mean(returns)).toBeCloseTo(0.000625, 12);
    expect(standardDeviation(returns)).toBeCloseTo(Math.sqrt(0.002821875 / 7), 12);
    expect(sharpeRatio(returns)).toBeCloseTo(0.000625 / Math.sqrt(0.002821875 / 7), 12);
    expect(sharpeRatio(returns, 0.000625)).toBeCloseTo(0, 12);
    expect(sortinoRatio(returns)).toBeCloseTo(0.000625 / Math.sqrt(0.0014 / 8), 12);
    expect(sortinoRatio(returns, 0.01)).toBeCloseTo((0.000625 - 0.01) / Math.sqrt(0.003025 / 8), 12);
    expect(profitFactor(returns)).toBeCloseTo(0.065 / 0.06, 12);
    expect(maximumDrawdown([100, 120, 90, 110, 60, 130])).toBeCloseTo(0.5, 12);
    expect(valueAtRisk(returns, 0.75)).toBe(0.01);
    expect(expectedShortfall(returns, 0.75)).toBeCloseTo(0.025, 12);
    // A border inside a loss: of the worst 1.6 of 8, 0.03 counts whole and 0.02 with 0.6.
    expect(expectedShortfall(returns, 0.8)).toBeCloseTo((0.03 + 0.6 * 0.02) / 1.6, 12);
  });

  it('agree with a second implementation', () => {
    propertyOf(someReturns(2), (series) => {
      expect(mean(series)).toBeCloseTo(second.mean(series), 10);
      expect(standardDeviation(series)).toBeCloseTo(second.standardDeviation(series), 10);
      expect(sharpeRatio(series) ?? 0).toBeCloseTo(second.sharpe(series), 6);
      expect(sortinoRatio(series) ?? 0).toBeCloseTo(second.sortino(series), 6);
      expect(profitFactor(series) ?? -1).toBeCloseTo(second.profitFactor(series), 6);
      expect(valueAtRisk(series, 0.9)).toBe(second.valueAtRisk(series, 0.9));
      expect(expectedShortfall(series, 0.9)).toBeCloseTo(second.expectedShortfall(series, 0.9), 10);
      const equity = series.map((each) => 1 + each);
      expect(maximumDrawdown(equity)).toBeCloseTo(second.drawdown(equity), 10);
    });
    propertyOf(someReturns(4), (series) => {
      if (standardDeviation(series) < 1e-6) return;
      expect(skewness(series)).toBeCloseTo(second.skewness(series), 6);
      expect(kurtosis(series)).toBeCloseTo(second.kurtosis(series), 6);
    });
  });

  it('are missing where they have no meaning, and refuse a series that is too short', () => {
    expect(sharpeRatio([0.5, 0.5, 0.5])).toBeNull();
    expect(sortinoRatio([0.1, 0.2])).toBeNull();
    expect(profitFactor([0.1, 0])).toBeNull();
    expect(skewness([1, 1])).toBeNull();
    expect(kurtosis([1, 1])).toBeNull();
    for (const figure of [
      () => mean([]),
      () => standardDeviation([1]),
      () => sharpeRatio([1]),
      () => sortinoRatio([1]),
    ])
      expect(figure).toThrow(RangeError);
    expect(() => valueAtRisk([])).toThrow('at least 1 values');
    expect(() => valueAtRisk([1], 1)).toThrow('between 0 and 1');
    expect(() => valueAtRisk([1], 0)).toThrow(RangeError);
    expect(() => maximumDrawdown([])).toThrow(RangeError);
    expect(() => maximumDrawdown([0, 1])).toThrow('above zero');
  });
});
