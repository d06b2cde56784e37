import { MalformedMonitor } from './malformed';

describe('messages that cannot be read', () => {
  it('are shown at most once a second', () => {
    const monitor = new MalformedMonitor();
    expect([0, 1, 999, 1_000, 1_500, 2_000].map((at) => monitor.count(at).isSample)).toEqual([
      ...[true, false, false, true, false, true],
    ]);
  });

  it('are too many when ten come in ten seconds, and are counted anew then', () => {
    const monitor = new MalformedMonitor();
    const rounds = Array.from({ length: 20 }, (_, index) => monitor.count(index * 100).areMany);
    expect(rounds.flatMap((areMany, index) => (areMany ? [index] : []))).toEqual([9, 19]);
  });

  it('are not too many when they come slowly', () => {
    const monitor = new MalformedMonitor();
    for (let index = 0; index < 100; index += 1) expect(monitor.count(index * 1_112).areMany).toBe(false);
  });
});
