/**
 * What a person may lift for one order, once: a limit of the house, named by the code of its refusal. What stops
 * trading, what sets leverage and what is not known are never lifted; nor is anything for longer than an hour.
 */
import { RiskLimits } from '@elvis/rules';
import { DenialCode, Refusal } from '@elvis/trading';

const OVERRIDE_LASTS_AT_MOST_MS = 3_600_000;

const LIMIT_OF = {
  NOTIONAL_ABOVE_ORDER_MAXIMUM: 'maxOrderNotional',
  PRICE_OUTSIDE_COLLAR: 'priceCollar',
  VENUE_DIVERGENCE_ABOVE_MAXIMUM: 'maxVenueDivergence',
  POSITION_ABOVE_MAXIMUM: 'maxPositionNotional',
  GROSS_ABOVE_MAXIMUM: 'maxGrossNotional',
  OPEN_ORDERS_ABOVE_MAXIMUM: 'maxOpenOrders',
  RATE_ABOVE_MAXIMUM: 'maxOrdersPerSecond',
  ORDER_REPEATED: 'duplicateWindowMs',
} as const satisfies Partial<Record<DenialCode, keyof RiskLimits>>;

export type OverridableCode = keyof typeof LIMIT_OF;

export const isOverridable = (code: Refusal['code']): code is OverridableCode =>
  Object.hasOwn(LIMIT_OF, code);

/** Why the override is refused; undefined if it may be given. */
export function problemWithOverride(
  code: Refusal['code'],
  expiresAtMs: number,
  nowMs: number,
): string | undefined {
  if (!isOverridable(code)) return `the limit behind ${code} cannot be overridden`;
  if (expiresAtMs <= nowMs) return 'its expiresAt is in the past';
  if (expiresAtMs - nowMs > OVERRIDE_LASTS_AT_MOST_MS) return 'its expiresAt is more than an hour ahead';
  return undefined;
}

/** The limits as they bind the one order: all of them but the one that was lifted. */
export const withoutLimit = (limits: RiskLimits, code: OverridableCode): RiskLimits => ({
  ...limits,
  [LIMIT_OF[code]]: undefined,
});
