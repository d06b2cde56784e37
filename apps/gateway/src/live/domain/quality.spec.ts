import { Quality, QualityChange } from './quality';

const KB = 1_024;
const MB = 1_024 * KB;

describe('the quality of a client', () => {
  /** Looks each 100 ms from `fromMs` until before `toMs`, and answers what changed, and when. */
  const lookAt = (
    quality: Quality,
    fromMs: number,
    toMs: number,
    { unsent = 0, isSlow = false, isQuick = true } = {},
  ): (QualityChange & { atMs: number })[] => {
    const changes = [];
    for (let atMs = fromMs; atMs < toMs; atMs += 100) {
      const change = quality.look(atMs, unsent, isSlow, isQuick);
      if (change) changes.push({ atMs, ...change });
    }
    return changes;
  };
  const levels = (changes: readonly (QualityChange & { atMs: number })[]): number[][] =>
    changes.map(({ atMs, level }) => [atMs, level]);

  it('is best at first and stays so while nothing is wrong', () => {
    const quality = new Quality(0);
    expect(lookAt(quality, 0, 60_000, { unsent: 256 * KB })).toEqual([]);
    expect(quality.level).toBe(0);
  });

  it('falls at once when more than 256 kB wait, and a level further each second that it does not help', () => {
    const changes = lookAt(new Quality(0), 500, 10_000, { unsent: 256 * KB + 1 });
    expect(levels(changes)).toEqual([
      [500, 1],
      [1_500, 2],
      [2_500, 3],
    ]);
    expect(changes.every(({ reason }) => reason === 'unsent-bytes')).toBe(true);
  });

  it('falls at once when its round trips are slow', () => {
    const quality = new Quality(0);
    expect(lookAt(quality, 700, 800, { isSlow: true, isQuick: false })).toEqual([
      { atMs: 700, level: 1, reason: 'round-trip' },
    ]);
  });

  it('falls to messages about the account alone when more than 4 MB wait, from whatever level', () => {
    const quality = new Quality(0);
    expect(levels(lookAt(quality, 0, 100, { unsent: 4 * MB + 1 }))).toEqual([[0, 4]]);
    expect(lookAt(quality, 100, 20_000, { unsent: 4 * MB })).toEqual([]);
  });

  it('rises a level each ten seconds without a slow answer and without a heap of bytes', () => {
    const quality = new Quality(0);
    lookAt(quality, 0, 100, { unsent: 5 * MB });
    expect(levels(lookAt(quality, 100, 60_000))).toEqual([
      [10_000, 3],
      [20_000, 2],
      [30_000, 1],
      [40_000, 0],
    ]);
  });

  it('counts its ten seconds from the newest slow answer', () => {
    const quality = new Quality(0);
    lookAt(quality, 0, 100, { isSlow: true });
    lookAt(quality, 9_000, 9_100, { isQuick: false });
    expect(levels(lookAt(quality, 9_100, 30_000))).toEqual([[19_000, 0]]);
  });

  it('is the account alone while the page is hidden, and then again what the connection is worth', () => {
    const quality = new Quality(0);
    lookAt(quality, 0, 100, { isSlow: true });
    expect(quality.show(true)).toEqual({ level: 4, reason: 'hidden' });
    expect(quality.show(true)).toBeUndefined();
    expect(lookAt(quality, 1_000, 9_000, { isSlow: true })).toEqual([]);
    expect(quality.show(false)).toEqual({ level: 3, reason: 'visible' });
  });

  it('tells nothing when a page is hidden that has no market topics anyway', () => {
    const quality = new Quality(0);
    lookAt(quality, 0, 100, { unsent: 5 * MB });
    expect([quality.show(true), quality.show(false)]).toEqual([undefined, undefined]);
  });
});
