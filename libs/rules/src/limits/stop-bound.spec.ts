import { fullStopBoundMs } from './stop-bound';

describe('the longest way of a stop', () => {
  it.each([
    [1_000, 4_750],
    [5_000, 8_750],
  ])(
    'with a window of %i ms is %i: permit, window, a second ahead, the largest clock error and a margin',
    (recvWindowMs, boundMs) => {
      expect(fullStopBoundMs(recvWindowMs)).toBe(boundMs);
    },
  );
});
