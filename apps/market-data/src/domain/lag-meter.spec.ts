import { LagMeter } from './lag-meter';

describe('lag meter', () => {
  it('finds no excess while every message takes as long as the one before', () => {
    const meter = new LagMeter();
    const exchangeAheadMs = 1_268;
    for (let at = 0; at < 300_000; at += 1_000) expect(meter.excessMs(at, at + exchangeAheadMs)).toBe(0);
  });

  it('tells how long a message waited beyond the usual, whatever the two clocks say', () => {
    const meter = new LagMeter();
    meter.excessMs(1_000, 900_000);
    expect(meter.excessMs(9_000, 903_000)).toBe(5_000);
    expect(meter.excessMs(9_100, 908_100)).toBe(0);
  });

  it('forgets a clock that was set back after two minutes', () => {
    const meter = new LagMeter();
    meter.excessMs(0, 10_000);
    expect(meter.excessMs(1_000, 6_000)).toBe(5_000);
    for (let at = 2_000; at < 125_000; at += 1_000) meter.excessMs(at, at + 5_000);
    expect(meter.excessMs(126_000, 131_000)).toBe(0);
  });
});
