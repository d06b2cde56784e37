import { setTimeout as pause } from 'node:timers/promises';
import { Rounds } from './rounds';

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
