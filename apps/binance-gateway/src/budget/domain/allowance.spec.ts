import { METERS, announced, spent, spentWords, untilNextMs, usageHeaders, windowAt } from './allowance';

const [weight, tenSeconds, minute] = METERS.futures as readonly [
  (typeof METERS)['futures'][number],
  (typeof METERS)['futures'][number],
  (typeof METERS)['futures'][number],
];
const EDGE = 1_800_000_000_000;

describe('the allowance of a key', () => {
  it('is counted in windows that begin with the minute of the exchange', () => {
    expect(windowAt(weight, EDGE)).toBe(windowAt(weight, EDGE + 59_999));
    expect(windowAt(weight, EDGE + 60_000)).toBe(windowAt(weight, EDGE) + 1);
    expect(untilNextMs(tenSeconds, EDGE + 9_000)).toBe(1_000);
  });

  it('is spent above the limit and not at it, by the window that lasts longest', () => {
    expect(spent([{ meter: weight, used: 2_400 }])).toBeUndefined();
    expect(spent([{ meter: weight, used: 2_401 }])).toBe(weight);
    expect(
      spent([
        { meter: tenSeconds, used: 301 },
        { meter: minute, used: 1_201 },
      ]),
    ).toBe(minute);
  });

  it('is refused in words that name the limit and when it ends', () => {
    expect(spentWords(weight, 'futures', EDGE + 50_500)).toMatchObject({
      status: 429,
      code: -1003,
      retryAfterS: 10,
    });
    expect(spentWords(tenSeconds, 'futures', EDGE).text).toBe(
      'Too many new orders; current limit is 300 orders per 10 SECOND.',
    );
    expect(announced('futures')).toContainEqual({
      rateLimitType: 'ORDERS',
      interval: 'SECOND',
      intervalNum: 10,
      limit: 300,
    });
  });

  it('is told in the headers of Binance', () => {
    expect(
      usageHeaders('futures', [
        { meter: weight, used: 7 },
        { meter: tenSeconds, used: 1 },
      ]),
    ).toEqual({ 'X-MBX-USED-WEIGHT-1M': '7', 'X-MBX-ORDER-COUNT-10S': '1' });
    expect(usageHeaders('spot', [{ meter: METERS.spot[0]!, used: 20 }])).toEqual({
      'X-MBX-USED-WEIGHT-1M': '20',
      'X-MBX-USED-WEIGHT': '20',
    });
  });
});
