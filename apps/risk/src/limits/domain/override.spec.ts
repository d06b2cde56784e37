import { OVERRIDABLE_CODES } from '@elvis/contracts';
import { RiskLimits } from '@elvis/rules';
import { DENIAL_CODES, Decimal } from '@elvis/trading';
import { isOverridable, problemWithOverride, withoutLimit } from './override';

const d = (text: string): Decimal => new Decimal(text);
const ALL: RiskLimits = {
  maxOrderNotional: d('20000'),
  priceCollar: d('0.05'),
  maxPriceAgeMs: 3000,
  maxDailyLoss: d('500'),
  maxDrawdown: d('1000'),
  maxPositionNotional: d('1'),
  maxGrossNotional: d('2'),
  maxOpenOrders: 3,
  maxOrdersPerSecond: 4,
  duplicateWindowMs: 5,
  maxConsecutiveRejects: 6,
};

describe('an override', () => {
  it('may lift exactly the codes that are named for it', () => {
    expect(DENIAL_CODES.filter(isOverridable).sort()).toEqual([...OVERRIDABLE_CODES].sort());
  });

  it.each<[(typeof OVERRIDABLE_CODES)[number], keyof RiskLimits]>([
    ['NOTIONAL_ABOVE_ORDER_MAXIMUM', 'maxOrderNotional'],
    ['PRICE_OUTSIDE_COLLAR', 'priceCollar'],
    ['POSITION_ABOVE_MAXIMUM', 'maxPositionNotional'],
    ['GROSS_ABOVE_MAXIMUM', 'maxGrossNotional'],
    ['OPEN_ORDERS_ABOVE_MAXIMUM', 'maxOpenOrders'],
    ['RATE_ABOVE_MAXIMUM', 'maxOrdersPerSecond'],
    ['ORDER_REPEATED', 'duplicateWindowMs'],
  ])('of %s lifts %s and nothing else', (code, limit) => {
    expect(withoutLimit(ALL, code)).toEqual({ ...ALL, [limit]: undefined });
  });

  it.each`
    code                      | expiresAtMs  | problem
    ${'PRICE_OUTSIDE_COLLAR'} | ${1_001}     | ${undefined}
    ${'PRICE_OUTSIDE_COLLAR'} | ${3_601_000} | ${undefined}
    ${'PRICE_OUTSIDE_COLLAR'} | ${3_601_001} | ${'its expiresAt is more than an hour ahead'}
    ${'PRICE_OUTSIDE_COLLAR'} | ${1_000}     | ${'its expiresAt is in the past'}
    ${'STATE_HALTED'}         | ${1_001}     | ${'the limit behind STATE_HALTED cannot be overridden'}
    ${'toString'}             | ${1_001}     | ${'the limit behind toString cannot be overridden'}
  `('of $code until $expiresAtMs, asked at 1000: $problem', ({ code, expiresAtMs, problem }) => {
    expect(problemWithOverride(code as never, expiresAtMs as number, 1_000)).toBe(problem);
  });
});
