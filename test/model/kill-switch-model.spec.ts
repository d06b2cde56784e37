import { search } from './search';

describe('the stop protocol, over every order of every step', () => {
  it('lets the exchange accept nothing after the acknowledgement', () => {
    const { trace, states } = search(3);
    expect(trace).toBeUndefined();
    expect(states).toBeGreaterThan(100_000);
  }, 120_000);

  it.each`
    bug                         | because
    ${'drain-skipped'}          | ${'what was granted before the block is still on its way'}
    ${'lost-key-trusted'}       | ${'an emptied Redis shows no grants and no replicas'}
    ${'new-run-trusted'}        | ${'what Redis granted before it was emptied is in no books'}
    ${'timestamp-after-grant'}  | ${'a paused replica would send a fresh request much later'}
    ${'permit-before-record'}   | ${'an emptied Redis would be permitted again'}
    ${'permit-life-from-write'} | ${'a paused risk would give the permit a life that nothing bounds'}
    ${'bound-without-permit'}   | ${'a Redis that did not take the stop goes on granting'}
  `(
    'finds the run in which $bug breaks the promise: $because',
    ({ bug }) => {
      const { trace } = search(2, bug as Parameters<typeof search>[1]);
      expect(trace).toBeDefined();
      expect(trace).toContain('ACKNOWLEDGED as drained');
      expect(trace?.at(-1)).toMatch(/^the exchange accepts/);
    },
    120_000,
  );
});
