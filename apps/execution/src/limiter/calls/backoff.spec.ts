import fc from 'fast-check';
import { Backoff, backoffMs, withRetries } from './backoff';

const SECOND = 1_000;
const usual: Backoff = { attempts: 5, minMs: SECOND, maxMs: 60 * SECOND, multiplier: 1, chance: () => 1 };
const quick: Backoff = { ...usual, minMs: 1, maxMs: 1 };

describe('trying again', () => {
  it.each`
    attempt | chance | ms        | because
    ${1}    | ${1}   | ${2_000}  | ${'the wait doubles with each try'}
    ${2}    | ${1}   | ${4_000}  | ${'the wait doubles with each try'}
    ${5}    | ${1}   | ${32_000} | ${'the wait doubles with each try'}
    ${6}    | ${1}   | ${60_000} | ${'it has a longest'}
    ${40}   | ${1}   | ${60_000} | ${'it has a longest'}
    ${6}    | ${0}   | ${1_000}  | ${'jitter goes down to the shortest'}
    ${6}    | ${0.5} | ${30_500} | ${'and lies anywhere between'}
  `('waits $ms ms before try $attempt + 1 at chance $chance: $because', ({ attempt, chance, ms }) => {
    expect(backoffMs({ ...usual, chance: () => chance }, attempt)).toBe(ms);
  });

  it('never waits less than the shortest or more than the longest time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 50, max: 60_000 }),
        fc.nat(60_000),
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        (attempt, chance, minMs, more, multiplier) => {
          const waited = backoffMs(
            { attempts: 5, minMs, maxMs: minMs + more, multiplier, chance: () => chance },
            attempt,
          );
          expect(waited).toBeGreaterThanOrEqual(minMs);
          expect(waited).toBeLessThanOrEqual(minMs + more);
        },
      ),
    );
  });

  const failing = (times: number, ...errors: unknown[]) => {
    const error = errors.length > 0 ? errors[0] : new Error('passing');
    let tries = 0;
    return {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- also what is no Error must be told apart
      work: () => ((tries += 1) <= times ? Promise.reject(error) : Promise.resolve('done')),
      tries: () => tries,
    };
  };

  it('stops at the number of tries that was configured', async () => {
    const { work, tries } = failing(99);
    await expect(withRetries(quick, Infinity, () => ({ atLeastMs: 0 }), work)).rejects.toThrow('passing');
    expect(tries()).toBe(5);
  });

  it('tries once where one try is configured', async () => {
    const { work, tries } = failing(99);
    await expect(
      withRetries({ ...quick, attempts: 1 }, Infinity, () => ({ atLeastMs: 0 }), work),
    ).rejects.toThrow('passing');
    expect(tries()).toBe(1);
  });

  it('answers as soon as it succeeds', async () => {
    const { work, tries } = failing(2);
    await expect(withRetries(quick, Infinity, () => ({ atLeastMs: 0 }), work)).resolves.toBe('done');
    expect(tries()).toBe(3);
  });

  it.each`
    error                 | because
    ${new Error('final')} | ${'an Error'}
    ${'final'}            | ${'a string'}
    ${undefined}          | ${'nothing at all'}
    ${{ status: 400 }}    | ${'a plain object'}
  `('does not repeat what is final, even if it was $because', async ({ error }) => {
    const { work, tries } = failing(99, error);
    await expect(withRetries(quick, Infinity, () => undefined, work)).rejects.toBe(error);
    expect(tries()).toBe(1);
  });

  it('waits at least as long as the exchange asked', async () => {
    const { work } = failing(1);
    const startedAt = performance.now();
    await withRetries(quick, Infinity, () => ({ atLeastMs: 40 }), work);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(39);
  });

  it('gives up at once when the next try would come after the deadline', async () => {
    const { work, tries } = failing(99);
    await expect(withRetries(usual, performance.now() + 500, () => ({ atLeastMs: 0 }), work)).rejects.toThrow(
      'passing',
    );
    expect(tries()).toBe(1);
  });
});
