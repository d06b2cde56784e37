import { CheckpointBug, searchCheckpoint } from './checkpoint-model';

describe('the checkpoint of the open orders, over every order of every step', () => {
  it.each([
    [1, 3],
    [2, 2],
  ])(
    'leaves no open order out, with %i processes and %i records',
    (processes, records) => {
      const { trace, states } = searchCheckpoint(processes, records);
      expect(trace).toBeUndefined();
      expect(states).toBeGreaterThan(1_000);
    },
    120_000,
  );

  it.each<CheckpointBug>([
    'gap-skipped',
    'end-read-behind-the-records',
    'written-with-the-end',
    'other-journal-trusted',
  ])('finds the run in which %s leaves one out', (bug) => {
    const { trace } = searchCheckpoint(1, 3, bug);
    expect(trace?.at(-1)).toMatch(
      /^(a process does not know of an open order|the checkpoint leaves an open order out)$/,
    );
  });
});
