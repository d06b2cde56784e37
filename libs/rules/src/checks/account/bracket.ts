/**
 * The exchange allows less leverage on larger positions. The order alone is judged here; with the reservation
 * (`exposure.ts`) what the whole position would come to. Reducing orders are exempt: they only ever need less.
 */
import { APPROVED, Decimal, Denial, Verdict, denied } from '@elvis/trading';
import { worstNotional } from '../../order/worst-price';
import { Check, LeverageBracket } from '../../order/check';

export const checkBracket: Check = (order, facts) => {
  const { symbol, market } = order.content;
  // Nothing is borrowed on spot.
  if (order.isReduceOnly || market === 'spot') return APPROVED;
  if (!facts.brackets || facts.brackets.length === 0) return denied('BRACKETS_MISSING', { symbol });
  const notional = worstNotional(order, facts);
  if (!notional) return denied(facts.mark ? 'BOOK_MISSING' : 'MARK_MISSING', { symbol });
  return bracketVerdict(notional, facts.leverage, facts.brackets);
};

/** Whether a position worth `notional` may stand on this leverage; beyond the last bracket on none. */
export function bracketVerdict(
  notional: Decimal,
  leverage: number,
  brackets: readonly LeverageBracket[],
): Verdict<Denial> {
  const maximum = brackets.find(({ notionalCap }) => notional.lte(notionalCap))?.maximum ?? 0;
  if (leverage <= maximum) return APPROVED;
  return denied('LEVERAGE_ABOVE_MAXIMUM', {
    requested: `${leverage}`,
    maximum: `${maximum}`,
    setBy: 'exchange',
    notional: notional.toFixed(),
  });
}

/** The largest position that this leverage allows; 0 if none. */
export const largestNotional = (leverage: number, brackets: readonly LeverageBracket[]): Decimal =>
  brackets.reduce(
    (largest, { notionalCap, maximum }) =>
      maximum >= leverage && notionalCap.gt(largest) ? notionalCap : largest,
    new Decimal(0),
  );
