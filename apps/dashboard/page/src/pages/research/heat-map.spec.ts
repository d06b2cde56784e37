import { fieldOf, heatMapOf } from './heat-map';

const cell = (params: Record<string, string>, netReturn: number) => ({
  params,
  netReturn,
  maximumDrawdown: 0,
  trades: 1,
});

describe('the heat map of a grid', () => {
  it('has a field for each pair of values, in the order of numbers', () => {
    const map = heatMapOf([
      cell({ fast: '12', slow: '34' }, -0.02),
      cell({ fast: '6', slow: '34' }, 0.01),
      cell({ fast: '6', slow: '21' }, -0.07),
      cell({ fast: '12', slow: '21' }, -0.05),
    ]);
    expect([map?.columns, map?.rows]).toEqual([
      ['6', '12'],
      ['21', '34'],
    ]);
    expect(map?.cells.get(fieldOf('34', '6'))?.netReturn).toBe(0.01);
    expect([map?.best, map?.worst]).toEqual([0.01, -0.07]);
  });

  it('has in each field the best of what is not shown', () => {
    const map = heatMapOf([
      cell({ fast: '6', slow: '21', risk: '0.01' }, -0.07),
      cell({ fast: '6', slow: '21', risk: '0.02' }, 0.03),
    ]);
    expect(map?.cells.get(fieldOf('21', '6'))?.netReturn).toBe(0.03);
  });

  it('is none without a grid', () => expect(heatMapOf([])).toBeUndefined());
});
