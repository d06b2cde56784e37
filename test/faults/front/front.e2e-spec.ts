import { runFront } from './run-front';
import { complaints } from './verdict';

describe('a gateway under hostile traffic', () => {
  it('serves the good client and the stop through it, and holds afterwards what it held before', async () => {
    const run = await runFront({ seed: 1, seconds: 30, pace: 50, patienceMs: 60_000 });
    expect(complaints(run)).toEqual([]);
  }, 300_000);
});
