import { Decimal } from '@elvis/trading';
import { valueArea } from './value-area';

const area = (...quantities: number[]) => valueArea(quantities.map((quantity) => new Decimal(quantity)));

describe('value area', () => {
  it('grows from the fullest bucket towards the heavier neighbour until it holds 70 %', () => {
    // 40 of 100, then 20 above makes 60, then 15 below makes 75.
    expect(area(5, 15, 40, 20, 12, 8)).toEqual({ control: 2, low: 1, high: 3 });
  });

  it('takes the lower neighbour where both weigh the same', () => {
    expect(area(10, 20, 40, 20, 10)).toEqual({ control: 2, low: 1, high: 3 });
    expect(area(15, 70, 15)).toEqual({ control: 1, low: 1, high: 1 });
    expect(area(20, 60, 20)).toEqual({ control: 1, low: 0, high: 1 });
  });

  it('ends at the edges', () => {
    expect(area(60, 40)).toEqual({ control: 0, low: 0, high: 1 });
    expect(area(5)).toEqual({ control: 0, low: 0, high: 0 });
  });

  it('is nowhere without volume', () => {
    expect(area()).toBeUndefined();
    expect(area(0, 0)).toBeUndefined();
  });
});
