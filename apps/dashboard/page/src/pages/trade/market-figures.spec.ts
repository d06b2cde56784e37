import { percentOf, spreadOf } from './market-figures';

describe('figures of a market', () => {
  it.each([
    ['61815.00', '61815.10', '0.100000000000000000'],
    ['0.1', '0.3', '0.200000000000000000'],
    ['2', '1.5', '-0.500000000000000000'],
  ])('the spread from %s to %s is exactly %s', (bid, ask, spread) => expect(spreadOf(bid, ask)).toBe(spread));

  it('a fraction in percent keeps its sign', () =>
    expect(['-0.0012', '0.00005'].map(percentOf)).toEqual(['-0.120000000000000000', '0.005000000000000000']));
});
