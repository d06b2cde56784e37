import { BACK_OFF, waitMs } from './session-rules';

describe('back-off of a stream', () => {
  it.each`
    failed | chance | wait      | because
    ${0}   | ${1}   | ${250}    | ${'the first try after a good connection is made at once'}
    ${1}   | ${0}   | ${2_500}  | ${'half of the base is certain'}
    ${1}   | ${1}   | ${5_000}  | ${'5 s is the base'}
    ${4}   | ${1}   | ${40_000} | ${'it doubles'}
    ${10}  | ${1}   | ${60_000} | ${'a minute is the cap'}
    ${11}  | ${0.5} | ${60_000} | ${'after ten tries there is one a minute'}
    ${99}  | ${0}   | ${54_000} | ${'for ever, spread by a tenth'}
  `('waits $wait ms after $failed failed tries at chance $chance: $because', ({ failed, chance, wait }) => {
    expect(waitMs(failed, chance, BACK_OFF)).toBe(wait);
  });
});
