/**
 * Judges what would be at stake if everything that rests, is under way or is unknown were filled, this order included.
 *
 * The figures come out of the reserve script, which judges by the same rules and at the same instant, so that N
 * replicas together never pass a cap; here the same rules give the refusal its numbers and let a recorded decision be
 * judged again. A side of a symbol counts all that can open at the orders' own prices, or all of it at the mark,
 * whichever is more: two sums that stand beside the reservations. An order that adds nothing to the worst case of its
 * symbol is never refused for its size: anyone who is beyond a cap can always come back.
 */
import { APPROVED, Decimal, Denial, TradingState, Verdict, denied } from '@elvis/trading';
import { bracketVerdict } from '../checks/account/bracket';
import { CheckedOrder, Facts, LeverageBracket, RiskLimits } from '../order/check';
import { opensNothing } from '../order/order-shape';

/** As the structure stood at the moment of the reservation, without this order unless said; decimals as text. */
export interface ExposureFigures {
  /** Signed position in the order's symbol. */
  readonly position: string;
  /** Quantity that rests on the order's own side of the symbol, reduce-only or not. */
  readonly restingOnSide: string;
  /** Worst case of the symbol in quote currency, without and with this order. */
  readonly worstBefore: string;
  readonly worstAfter: string;
  /** Worst case of all other symbols. */
  readonly worstOfOthers: string;
  /** Initial margin that the worst case of everything would need, with this order. */
  readonly margin: string;
  readonly openOrders: number;
  /** Orders that the actor has placed within the last second. */
  readonly lastSecond: number;
  /** The client order id of the same order a moment ago, and how often it has been repeated since. */
  readonly repeatOf?: string;
  readonly repeats?: number;
  /** Of the asset that a spot order spends: what is held, what orders hold back of it, and what this one needs. */
  readonly wallet?: string;
  readonly committed?: string;
  readonly needed?: string;
}

/** The bounds of exposure, with what the account is worth; an absent one was switched off. */
export type ExposureLimits = Pick<
  RiskLimits,
  'maxPositionNotional' | 'maxGrossNotional' | 'maxOpenOrders' | 'maxOrdersPerSecond' | 'duplicateWindowMs'
> & {
  /** What the account is worth: wallet and what is not realised yet. */
  readonly equity?: Decimal;
  /** What the symbol is traded on, and what the exchange allows on it; without brackets they bind nothing here. */
  readonly leverage?: number;
  readonly brackets?: readonly LeverageBracket[];
};

/** The limits in force, and what the account and the exchange add to them. */
export const exposureLimits = (limits: RiskLimits, facts: Facts): ExposureLimits => ({
  maxPositionNotional: limits.maxPositionNotional,
  maxGrossNotional: limits.maxGrossNotional,
  maxOpenOrders: limits.maxOpenOrders,
  maxOrdersPerSecond: limits.maxOrdersPerSecond,
  duplicateWindowMs: limits.duplicateWindowMs,
  equity: facts.account?.equity,
  leverage: facts.leverage,
  brackets: facts.brackets,
});

export function checkExposure(
  order: CheckedOrder,
  state: TradingState,
  figures: ExposureFigures,
  limits: ExposureLimits,
): Verdict<Denial> {
  const { maxOrdersPerSecond, maxOpenOrders } = limits;
  if (maxOrdersPerSecond !== undefined && figures.lastSecond >= maxOrdersPerSecond) {
    return denied('RATE_ABOVE_MAXIMUM', {
      lastSecond: `${figures.lastSecond}`,
      maximum: `${maxOrdersPerSecond}`,
    });
  }
  if (limits.duplicateWindowMs !== undefined && figures.repeatOf !== undefined) {
    return denied('ORDER_REPEATED', {
      repeatOf: figures.repeatOf,
      repeats: `${figures.repeats ?? 1}`,
      windowMs: `${limits.duplicateWindowMs}`,
    });
  }
  if (order.isReduceOnly) {
    const verdict = checkReduction(order, state, figures);
    if (!verdict.approved) return verdict;
  }
  if (maxOpenOrders !== undefined && figures.openOrders >= maxOpenOrders) {
    return denied('OPEN_ORDERS_ABOVE_MAXIMUM', {
      open: `${figures.openOrders}`,
      maximum: `${maxOpenOrders}`,
    });
  }
  const funds = checkFunds(order, figures);
  if (!funds.approved) return funds;
  return opensNothing(order) ? APPROVED : checkWorstCase(figures, limits);
}

/** A spot order spends what is held and not promised to another: the quote asset of a BUY, the base asset of a SELL. */
function checkFunds(
  { content: { symbol, side } }: CheckedOrder,
  { wallet, committed, needed }: ExposureFigures,
): Verdict<Denial> {
  if (wallet === undefined || committed === undefined || needed === undefined) return APPROVED;
  if (new Decimal(wallet).minus(committed).gte(needed)) return APPROVED;
  return denied('FUNDS_INSUFFICIENT', { symbol, side, needed, wallet, committed });
}

/**
 * A reduce-only order reduces: it stands against a position, and is no larger. While the state is REDUCING all that
 * rests on its side is counted with it, so that together they cannot pass through zero.
 */
export function checkReduction(
  { content, quantity }: CheckedOrder,
  state: TradingState,
  { position, restingOnSide }: Pick<ExposureFigures, 'position' | 'restingOnSide'>,
): Verdict<Denial> {
  const held = new Decimal(position);
  const isReducing = state === 'REDUCING';
  const code = isReducing ? 'STATE_REDUCING' : 'REDUCE_ONLY_NOT_REDUCING';
  const context = { position, quantity: quantity.toFixed(), restingOnSide, side: content.side };
  const isAgainst = content.side === 'BUY' ? held.lt(0) : held.gt(0);
  if (!isAgainst)
    return denied(code, { ...context, why: held.isZero() ? 'flat' : 'it would add to the position' });
  // Sent without a quantity: the exchange closes what there is by then, and never more.
  if (content.closePosition) return APPROVED;
  const together = isReducing ? quantity.plus(restingOnSide) : quantity;
  if (together.gt(held.abs())) return denied(code, { ...context, why: 'it is larger than the position' });
  return APPROVED;
}

function checkWorstCase(figures: ExposureFigures, limits: ExposureLimits): Verdict<Denial> {
  const { maxPositionNotional, maxGrossNotional, equity, leverage, brackets } = limits;
  const before = new Decimal(figures.worstBefore);
  const after = new Decimal(figures.worstAfter);
  if (after.lte(before)) return APPROVED;
  if (maxPositionNotional && after.gt(maxPositionNotional)) {
    return denied('POSITION_ABOVE_MAXIMUM', {
      before: before.toFixed(),
      after: after.toFixed(),
      maximum: maxPositionNotional.toFixed(),
    });
  }
  if (leverage !== undefined && brackets) {
    const verdict = bracketVerdict(after, leverage, brackets);
    if (!verdict.approved) return verdict;
  }
  const gross = after.plus(figures.worstOfOthers);
  if (maxGrossNotional && gross.gt(maxGrossNotional)) {
    return denied('GROSS_ABOVE_MAXIMUM', {
      after: gross.toFixed(),
      others: figures.worstOfOthers,
      maximum: maxGrossNotional.toFixed(),
    });
  }
  if (equity && equity.lt(figures.margin)) {
    return denied('MARGIN_INSUFFICIENT', { needed: figures.margin, equity: equity.toFixed() });
  }
  return APPROVED;
}
