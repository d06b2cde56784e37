import { AnswerBug, searchAnswers } from './answer-model';

describe('what a new id is answered with, over every order of every step', () => {
  it('says that nothing stands only where nothing does', () => {
    const { trace, states } = searchAnswers(3);
    expect(trace).toBeUndefined();
    expect(states).toBeGreaterThan(1_000);
  }, 120_000);

  it.each<[bug: AnswerBug, problem: RegExp]>([
    ['failed-without-a-look', /^failure was answered where (INTENT|ORDER|DENIED) stands$/],
    ['unreadable-counts-as-free', /^failure was answered where (INTENT|ORDER|DENIED) stands$/],
    ['lost-claim-is-a-failure', /^failure was answered where (INTENT|ORDER|DENIED) stands$/],
    ['denied-whatever-stands', /^a denial was written over an order$/],
  ])('finds the run in which %s breaks it', (bug, problem) => {
    const { trace } = searchAnswers(2, bug);
    expect(trace?.at(-1)).toMatch(problem);
  });
});
