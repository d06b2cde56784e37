import { RelayBug, searchRelay } from './relay-model';

describe('the relay of the events of an order, over every order of every step', () => {
  it('tells every record once and in their order, whoever dies', () => {
    const { trace, states } = searchRelay(2, 3);
    expect(trace).toBeUndefined();
    expect(states).toBeGreaterThan(1_000);
  }, 120_000);

  it.each<[bug: RelayBug, problem: string]>([
    ['predecessor-not-looked-for', 'two events of an order are swapped'],
    ['delivered-counts-as-published', 'two events of an order are swapped'],
    ['all-sent-at-once', 'two events of an order are swapped'],
    ['acknowledged-first', 'an event that nobody publishes any more is missing'],
    ['id-of-the-try', 'an event is in the stream twice'],
  ])('finds the run in which %s breaks it: %s', (bug, problem) => {
    const { trace } = searchRelay(2, 3, bug);
    expect(trace?.at(-1)).toBe(problem);
  });
});
