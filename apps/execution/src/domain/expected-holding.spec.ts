import { expectedHolding } from './expected-holding';

describe('what we believe to hold of an asset', () => {
  it.each<[string, (string | undefined)[], string | undefined, string | undefined]>([
    ['its one symbol’s position', ['0.5'], undefined, '0.5'],
    ['nothing, where that is none', ['0'], undefined, '0'],
    // 2 taken over; +0.5 by the one symbol, -0.2 by the other: (2.5 + 1.8) - 1 x 2 = 2.3
    ['what was taken over and all fills since', ['2.5', '1.8'], '2', '2.3'],
    // (2.5 + 1.8 + 2) - 2 x 2 = 2.3
    ['the same with a third that has none', ['2.5', '1.8', '2'], '2', '2.3'],
    ['not known, where nobody knows what they were counted from', ['2.5', '1.8'], undefined, undefined],
    ['not known, where one was never counted', ['2.5', undefined], '2', undefined],
    ['not known, where nothing trades it', [], '2', undefined],
  ])('is %s', (_what, positions, takenOver, expected) => {
    expect(expectedHolding(positions, takenOver)?.toFixed()).toBe(expected);
  });
});
