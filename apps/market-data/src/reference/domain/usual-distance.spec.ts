import fc from 'fast-check';
import { UsualDistance } from './usual-distance';

const TEN_SECONDS = 10_000;
const DAY_MS = 86_400_000;

/** Reads one value every ten seconds, from the time 0 on. */
const read = (usual: UsualDistance, values: readonly number[], fromMs = 0): UsualDistance => {
  values.forEach((ppb, index) => usual.read(ppb, fromMs + index * TEN_SECONDS));
  return usual;
};

describe('the usual distance of two venues', () => {
  it('is not known before there are enough readings, and says how many are missing', () => {
    const usual = read(new UsualDistance(30_000), [5, 7]);
    expect([usual.median, usual.missing]).toEqual([undefined, 1]);
    usual.read(6, 20_000);
    expect([usual.median, usual.missing]).toEqual([6, 0]);
  });

  it('needs one reading at least', () => {
    const usual = new UsualDistance(0);
    expect(usual.median).toBeUndefined();
    expect(read(usual, [4]).median).toBe(4);
  });

  it('keeps one reading in ten seconds', () => {
    const usual = new UsualDistance(0);
    for (const atMs of [0, 1, 9_999, 10_000, 19_999]) usual.read(atMs, atMs);
    expect([usual.samples, usual.median]).toEqual([2, 5_000]);
  });

  it('lies between the two in the middle where their number is even', () => {
    expect(read(new UsualDistance(0), [1, 100, 4, -8]).median).toBe(3);
  });

  it('is not moved by a jump, until the jump has lasted for half of what is remembered', () => {
    const usual = read(new UsualDistance(0), Array<number>(100).fill(10));
    read(usual, Array<number>(99).fill(5_000_000), 1_000_000);
    expect(usual.median).toBe(10);
    usual.read(5_000_000, 2_000_000);
    usual.read(5_000_000, 2_010_000);
    expect(usual.median).toBe(5_000_000);
  });

  it('forgets what is older than a day, and holds no more than a day of readings', () => {
    const usual = read(new UsualDistance(0), Array<number>(8_640).fill(1));
    expect(usual.samples).toBe(8_640);
    read(usual, Array<number>(20_000).fill(9), DAY_MS);
    expect([usual.samples, usual.median]).toEqual([8_640, 9]);
  });

  it('begins again after a day of silence', () => {
    const usual = read(new UsualDistance(20_000), [1, 2]);
    usual.read(7, 2 * DAY_MS);
    expect([usual.samples, usual.median]).toEqual([1, undefined]);
  });

  it('is the median of the readings that are in the window, whatever they are', () => {
    const values = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: 10_000, max: 5_000_000 }), (all, stepMs) => {
        const usual = new UsualDistance(0);
        all.forEach((ppb, index) => usual.read(ppb, index * stepMs));
        const ranked = all
          .filter((_, index) => (all.length - 1 - index) * stepMs < DAY_MS)
          .sort((a, b) => a - b);
        const middle = (ranked.length - 1) / 2;
        const expected = Math.round((ranked[Math.floor(middle)]! + ranked[Math.ceil(middle)]!) / 2);
        expect([usual.samples, usual.median]).toEqual([ranked.length, expected]);
      }),
    );
  });
});
