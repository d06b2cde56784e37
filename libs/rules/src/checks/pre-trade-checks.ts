/**
 * Every check an order must pass, in this order; the first refusal decides. What the market says comes after what
 * can be known without it, so that a malformed order is refused with its own fault also on a silent market.
 */
import { APPROVED, Verdict } from '@elvis/trading';
import { checkAccount } from './account/account';
import { checkOrderBookDepth } from './price/order-book-depth';
import { checkBracket } from './account/bracket';
import { checkBuilds } from './account/builds';
import { Check, CheckedOrder, Facts, RiskLimits } from '../order/check';
import { checkExchangeBand } from './price/exchange-band';
import { checkClearance } from './account/clearance';
import { checkInstrument } from './order/instrument';
import { checkLease } from './account/lease';
import { checkOrderLeverage } from './account/leverage';
import { checkLoss } from './account/loss';
import { checkMarkAge } from './price/mark-age';
import { checkMaxOrderNotional } from './price/max-order-notional';
import { checkMinNotional } from './price/min-notional';
import { checkOrderType } from './order/order-type';
import { checkPriceCollar } from './price/price-collar';
import { checkPriceGrid } from './order/price-grid';
import { checkQuantityGrid } from './order/quantity-grid';
import { checkTradingState } from './account/trading-state';
import { checkTrigger } from './order/trigger';
import { checkVenueDivergence } from './price/venue-divergence';

export const PRE_TRADE_CHECKS: readonly Check[] = [
  checkTradingState,
  checkOrderType,
  checkInstrument,
  checkPriceGrid,
  checkQuantityGrid,
  checkLease,
  checkClearance,
  checkMarkAge,
  checkTrigger,
  checkOrderBookDepth,
  checkPriceCollar,
  checkExchangeBand,
  checkMinNotional,
  checkMaxOrderNotional,
  checkVenueDivergence,
  checkOrderLeverage,
  checkBracket,
  checkAccount,
  checkLoss,
  checkBuilds,
];

/** The first refusal, or approval. */
export function runChecks(order: CheckedOrder, facts: Facts, limits: RiskLimits): Verdict {
  for (const check of PRE_TRADE_CHECKS) {
    const verdict = check(order, facts, limits);
    if (!verdict.approved) return verdict;
  }
  return APPROVED;
}
