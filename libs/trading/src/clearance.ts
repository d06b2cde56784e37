/** Words of the go/no-go decision. */

/**
 * - GO          every gate passes
 * - GO_LIMITED  safe and robust, and true to its design; what only live fills can show is open: small and for two weeks
 * - NO_GO       a gate fails
 * - NOT_YET     nothing fails, and what a limited GO needs is not known yet
 */
export const GO_NO_GO_VERDICTS = ['GO', 'GO_LIMITED', 'NO_GO', 'NOT_YET'] as const;
export type GoNoGoVerdict = (typeof GO_NO_GO_VERDICTS)[number];

/** What a limited GO allows. Amounts in the quote asset; a day is a UTC day of the exchange's clock. */
export interface ClearanceLimits {
  readonly symbol: string;
  readonly maxOrderNotional: string;
  readonly maxPositionNotional: string;
  readonly maxOrdersADay: number;
  readonly maxDailyLoss: string;
}
