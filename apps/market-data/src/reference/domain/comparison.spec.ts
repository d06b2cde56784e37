import { compare } from './comparison';
import { UsualDistance } from './usual-distance';

const REFERENCE = { bid: '59999', ask: '60001', ageMs: 100 };
const exchange = (mid: number, ageMs = 50) => ({ bid: `${mid - 1}`, ask: `${mid + 1}`, ageMs });

describe('the exchange beside the reference', () => {
  it('diverges by what the distance is more than the usual one, with what it was made of', () => {
    const usual = new UsualDistance(20_000);
    expect(compare(REFERENCE, exchange(60_030), usual, 0)).toEqual({
      ...{ divergence: null, compared: null },
      why: 'how far the two usually are apart is not known yet: 1 more readings are needed',
    });
    compare(REFERENCE, exchange(60_030), usual, 10_000);
    expect(compare(REFERENCE, exchange(60_330), usual, 10_001)).toEqual({
      ...{ divergence: '0.005', why: null },
      compared: { mid: '60330', midAgeMs: 50, median: '0.0005', samples: 2 },
    });
    expect(compare(REFERENCE, exchange(59_730), usual, 10_002).divergence).toBe('-0.005');
    expect(compare(REFERENCE, exchange(60_030), usual, 10_003).divergence).toBe('0');
  });

  it('is not compared without a book of the exchange', () => {
    expect(compare(REFERENCE, undefined, new UsualDistance(0), 0)).toEqual({
      ...{ divergence: null, compared: null, why: 'the order book of the exchange is not known' },
    });
  });

  it.each([
    ['the reference', { ...REFERENCE, ageMs: 5_001 }, exchange(60_030)],
    ['the exchange’s book', REFERENCE, exchange(60_030, 5_001)],
  ])('teaches nothing while %s is old', (_what, reference, book) => {
    const usual = new UsualDistance(0);
    expect(compare(reference, book, usual, 0).divergence).toBeNull();
    expect(usual.samples).toBe(0);
    compare({ ...reference, ageMs: 5_000 }, { ...book, ageMs: 5_000 }, usual, 0);
    expect(usual.samples).toBe(1);
  });
});
