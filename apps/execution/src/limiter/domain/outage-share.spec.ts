import fc from 'fast-check';
import { ShareSpent, ShareTerms, shareOf, spendShare } from './outage-share';

const NOW = 28_000_000 * 60_000 + 12_345;
const terms = (overrides: Partial<ShareTerms> = {}): ShareTerms => ({
  ...{ limit: 2_400, windowMs: 60_000, cost: 1, now: NOW, maxReplicas: 3, isCutOff: false, known: undefined },
  ...overrides,
});

describe('the share of a replica while Redis is away', () => {
  it.each`
    overrides                                        | share  | because
    ${{ known: { index: 28_000_000, used: 960 } }}   | ${400} | ${'a third of nine tenths less what was used of this window'}
    ${{ known: { index: 27_999_999, used: 960 } }}   | ${720} | ${'a third of nine tenths in every window after'}
    ${{ known: { index: 28_000_000, used: 2_300 } }} | ${0}   | ${'nothing is left of this window'}
    ${{ isCutOff: true }}                            | ${24}  | ${'a replica that is merely cut off keeps to its hundredth'}
  `('is $share: $because', ({ overrides, share }) => {
    expect(shareOf(terms(overrides))).toBe(share);
  });

  it('starts anew with each window', () => {
    expect(spendShare({ index: 28_000_000, spent: 720 }, terms())).toBeUndefined();
    expect(spendShare({ index: 27_999_999, spent: 720 }, terms())).toEqual({ index: 28_000_000, spent: 1 });
  });

  it('keeps the whole fleet below the limit in every window', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.nat(2_400),
        fc.array(fc.record({ who: fc.nat(7), cost: fc.integer({ min: 1, max: 40 }), gapMs: fc.nat(3_000) }), {
          maxLength: 400,
        }),
        (maxReplicas, used, calls) => {
          const accounts = new Map<number, ShareSpent>();
          const windows = new Map<number, number>([[28_000_000, used]]);
          let now = NOW;
          for (const { who, cost, gapMs } of calls) {
            now += gapMs;
            const replica = who % maxReplicas;
            const account = spendShare(
              accounts.get(replica),
              terms({ cost, now, maxReplicas, known: { index: 28_000_000, used } }),
            );
            if (!account) continue;
            accounts.set(replica, account);
            windows.set(account.index, (windows.get(account.index) ?? 0) + cost);
          }
          for (const total of windows.values()) expect(total).toBeLessThanOrEqual(2_400);
        },
      ),
    );
  });
});
