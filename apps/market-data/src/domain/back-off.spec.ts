import { backOffMs } from './back-off';

describe('back-off', () => {
  const plan = { firstMs: 250, capMs: 15_000 };

  it.each`
    attempt  | chance | waitMs
    ${0}     | ${0}   | ${125}
    ${0}     | ${1}   | ${250}
    ${3}     | ${1}   | ${2_000}
    ${6}     | ${0.5} | ${11_250}
    ${1_000} | ${1}   | ${15_000}
  `('waits $waitMs ms before attempt $attempt at chance $chance', ({ attempt, chance, waitMs }) => {
    expect(backOffMs(attempt, chance, plan)).toBe(waitMs);
  });
});
