import { resultFigures } from './result-figures';

describe('figures of results', () => {
  const sums = { results: 20, wins: 12, profitFactor: 1.8908, averageResult: '2.25' };

  it('are told from twenty results on', () => {
    expect(resultFigures(sums)).toEqual({
      winRate: 0.6,
      winRateReason: null,
      profitFactor: 1.8908,
      profitFactorReason: null,
      averageResult: '2.25',
      averageResultReason: null,
    });
  });

  it.each([0, 1, 2, 19])('are not told from %i, and say why', (results) => {
    expect(resultFigures({ ...sums, results, wins: Math.min(results, 12) })).toEqual({
      winRate: null,
      winRateReason: 'TOO_FEW_RESULTS',
      profitFactor: null,
      profitFactorReason: 'TOO_FEW_RESULTS',
      averageResult: null,
      averageResultReason: 'TOO_FEW_RESULTS',
    });
  });

  it('have no profit factor where nothing was lost, and of nothing won it is zero', () => {
    expect(resultFigures({ ...sums, wins: 20, profitFactor: null })).toMatchObject({
      winRate: 1,
      profitFactor: null,
      profitFactorReason: 'NO_LOSSES',
    });
    expect(resultFigures({ ...sums, wins: 0, profitFactor: 0 })).toMatchObject({
      winRate: 0,
      profitFactor: 0,
    });
  });
});
