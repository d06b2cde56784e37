import { RoundTrips } from './round-trips';

const answeredIn = (...times: number[]): RoundTrips => {
  const trips = new RoundTrips(0);
  let nowMs = 0;
  for (const tookMs of times) {
    trips.sent(nowMs);
    trips.answered((nowMs += tookMs));
  }
  return trips;
};
const quick = (count: number): number[] => Array.from({ length: count }, () => 400);

describe('round trips of a client', () => {
  it.each([
    [[401], false, 'one slow answer is an accident'],
    [[401, 401], true, 'two are more than five of a hundred'],
    [[401, ...quick(18), 401], true, 'two of twenty are too many'],
    [[401, ...quick(19), 401], false, 'what is older than twenty answers does not count'],
    [quick(30), false, '400 ms are not too slow'],
  ])('of %j ms are slow: %s, for %s', (times, isSlow) => {
    expect(answeredIn(...times).isSlow).toBe(isSlow);
  });

  it('count an answer that is still owed by its age', () => {
    const trips = new RoundTrips(0);
    trips.sent(0);
    expect([trips.stillWaiting(300), trips.stillWaiting(1_000), trips.isSlow]).toEqual([true, false, false]);
    trips.stillWaiting(2_000);
    expect([trips.isSlow, trips.silentMs(2_000)]).toEqual([true, 2_000]);
    trips.answered(2_100);
    expect([trips.isWaiting, trips.silentMs(9_000)]).toEqual([false, 0]);
  });

  it('at a lower level begin again', () => {
    const trips = answeredIn(900, 900);
    trips.forget();
    expect(trips.isSlow).toBe(false);
  });
});
