import fc from 'fast-check';
import { nextStart } from './cadence';

describe("when a client's next frame may leave", () => {
  it('is the first start of an interval from now on, if the last one was long ago', () => {
    expect(nextStart(-Infinity, 99, 12, 0)).toBe(108);
    expect(nextStart(-Infinity, 99, 12, 4)).toBe(100);
    expect(nextStart(50, 107, 12, 0)).toBe(108);
  });

  it('is a whole interval after the last start, even if that was used late', () => {
    expect(nextStart(96, 100, 12, 0)).toBe(108);
    expect(nextStart(96, 107, 12, 0)).toBe(108);
  });

  it('always lies ahead, a whole interval after the last, on the grid, and never a whole interval too late', () => {
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.nat(500),
        fc.integer({ min: 1, max: 100 }),
        fc.nat(5_000),
        (last, passed, interval, phase) => {
          const now = last + passed;
          const start = nextStart(last, now, interval, phase);
          const earliest = Math.max(now + 1, last + interval);
          expect(start).toBeGreaterThanOrEqual(earliest);
          expect(start).toBeLessThan(earliest + interval);
          expect(Math.abs(start - phase) % interval).toBe(0);
        },
      ),
    );
  });
});
