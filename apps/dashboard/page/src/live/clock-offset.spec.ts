import { ClockOffset } from './clock-offset';

describe("the gateway's clock, seen from a browser", () => {
  it('is right however wrong the own clock is, because only the monotonic one is used', () => {
    const offset = new ClockOffset();
    offset.answered(1_000, 1_040, 1_764_506_400_020);
    expect(offset.gatewayTime(2_000)).toBe(1_764_506_401_000);
    expect(offset.onTheWayMs).toBe(20);
  });

  it('believes the quickest of the newest pings', () => {
    const offset = new ClockOffset();
    offset.answered(0, 400, 100_390);
    offset.answered(1_000, 1_010, 101_005);
    offset.answered(2_000, 2_600, 102_590);
    expect(offset.gatewayTime(3_000)).toBe(103_000);
  });

  it('forgets what is old, so that a clock that was set is followed', () => {
    const offset = new ClockOffset();
    offset.answered(0, 1, 0.5);
    for (let ping = 1; ping <= 8; ping += 1)
      offset.answered(ping * 1_000, ping * 1_000 + 10, ping * 1_000 + 5_005);
    expect(offset.gatewayTime(9_000)).toBe(14_000);
  });

  it('says nothing before the first answer', () => expect(new ClockOffset().gatewayTime(1)).toBeUndefined());
});
