/**
 * Every check an order must pass, in this order; the first refusal decides. What the market says comes after what
 * can be known without it, so that a malformed order is refused with its own fault also on a silent market.
 */
import { APPROVED, Refusal, Verdict } from '@elvis/trading';
import { checkAccount } from './checks/account';
import { checkBookDepth } from './checks/book-depth';
import { checkBracket } from './checks/bracket';
import { checkBuilds } from './checks/builds';
import { Check, CheckedOrder, Facts, RiskLimits } from './checks/check';
import { checkExchangeBand } from './checks/exchange-band';
import { checkInstrument } from './checks/instrument';
import { checkOrderLeverage } from './checks/leverage';
import { checkLoss } from './checks/loss';
import { checkMarkAge } from './checks/mark-age';
import { checkMaxOrderNotional } from './checks/max-order-notional';
import { checkMinNotional } from './checks/min-notional';
import { checkOrderType } from './checks/order-type';
import { checkPriceCollar } from './checks/price-collar';
import { checkPriceGrid } from './checks/price-grid';
import { checkQuantityGrid } from './checks/quantity-grid';
import { checkTradingState } from './checks/trading-state';
import { checkTrigger } from './checks/trigger';

export const PRE_TRADE_CHECKS: readonly Check[] = [
  checkTradingState,
  checkOrderType,
  checkInstrument,
  checkPriceGrid,
  checkQuantityGrid,
  checkMarkAge,
  checkTrigger,
  checkBookDepth,
  checkPriceCollar,
  checkExchangeBand,
  checkMinNotional,
  checkMaxOrderNotional,
  checkOrderLeverage,
  checkBracket,
  checkAccount,
  checkLoss,
  checkBuilds,
];

/** The first refusal, or approval. */
export function judge(order: CheckedOrder, facts: Facts, limits: RiskLimits): Verdict {
  for (const check of PRE_TRADE_CHECKS) {
    const verdict = check(order, facts, limits);
    if (!verdict.approved) return verdict;
  }
  return APPROVED;
}

/** Every refusal, each code once, for whoever wants to know all that is wrong at once. */
export function allDenials(order: CheckedOrder, facts: Facts, limits: RiskLimits): readonly Refusal[] {
  const byCode = new Map<string, Refusal>();
  for (const check of PRE_TRADE_CHECKS) {
    const verdict = check(order, facts, limits);
    if (!verdict.approved && !byCode.has(verdict.denial.code))
      byCode.set(verdict.denial.code, verdict.denial);
  }
  return [...byCode.values()];
}
