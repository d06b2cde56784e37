import { Absence, Miss, absenceAfter } from './absence';

const miss = (nowMs: number, overrides: Partial<Miss> = {}): Miss => ({
  nowMs,
  clockErrorMs: 20,
  lastMomentMs: 3_520,
  span: 'a',
  ...overrides,
});

const after = (...misses: Miss[]): Absence | undefined =>
  misses.reduce<Absence | undefined>((before, each) => absenceAfter(before, each), undefined);

describe('absence', () => {
  it.each`
    misses                                                 | isConcluded | because
    ${[miss(5_021), miss(5_500)]}                          | ${true}     | ${'it was missed twice after the last moment'}
    ${[miss(5_021)]}                                       | ${false}    | ${'once is not enough'}
    ${[miss(5_021), miss(5_100)]}                          | ${false}    | ${'the second time came too soon'}
    ${[miss(1_000), miss(4_500), miss(5_020)]}             | ${false}    | ${'the exchange could still accept it each time, with margin and clock error'}
    ${[miss(5_021), miss(5_500, { span: 'b' })]}           | ${false}    | ${'the account was not followed in between'}
    ${[miss(5_021), miss(5_500, { span: undefined })]}     | ${false}    | ${'nobody follows the account'}
    ${[miss(5_021), miss(5_500, { clockErrorMs: 1_000 })]} | ${false}    | ${'the clock is not known well enough'}
  `('is concluded: $isConcluded, when $because', ({ misses, isConcluded }) => {
    expect(after(...(misses as Miss[]))?.isConcluded ?? false).toBe(isConcluded);
  });
});
