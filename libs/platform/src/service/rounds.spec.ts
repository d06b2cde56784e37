import { setTimeout as pause } from 'node:timers/promises';
import { Rounds, untilBeat } from './rounds';

describe('rounds', () => {
  let rounds: Rounds;
  let release: () => void = () => undefined;
  let count = 0;

  const start = (pauseMs: number): void => {
    count = 0;
    rounds = new Rounds(async () => {
      count += 1;
      await new Promise<void>((resolve) => (release = resolve));
      return pauseMs;
    });
    rounds.start(0);
  };
  const until = async (wanted: number): Promise<void> => {
    while (count < wanted) await pause(1);
  };

  afterEach(() => {
    rounds.stop();
    release();
  });

  it('never overlap: the pause begins when a round has ended', async () => {
    start(0);
    await until(1);
    await pause(20);
    expect(count).toBe(1);
    release();
    await until(2);
  });

  it.each(['while one runs', 'during a pause'])('can be called sooner, %s', async (when) => {
    start(60_000);
    await until(1);
    if (when === 'while one runs') rounds.runWithin(0);
    release();
    await pause(5);
    if (when === 'during a pause') rounds.runWithin(0);
    await until(2);
    expect(count).toBe(2);
  });

  it.each([
    [50, 50],
    [400, 50],
    [250, 250],
    [2_000, 250],
  ])('of %d ms end on a beat of %d ms, and not later', (pauseMs, beatMs) => {
    const nowMs = performance.now();
    const waitMs = untilBeat(pauseMs);
    const tookMs = performance.now() - nowMs;
    const behindMs = (nowMs + waitMs) % beatMs;
    expect(Math.min(behindMs, beatMs - behindMs)).toBeLessThan(5 + tookMs);
    expect(waitMs).toBeLessThanOrEqual(pauseMs);
  });

  it('end with the stop, whether a round is running or called for', async () => {
    start(0);
    await until(1);
    rounds.stop();
    rounds.runWithin(0);
    release();
    await pause(20);
    expect(count).toBe(1);
  });
});
