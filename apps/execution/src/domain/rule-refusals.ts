/**
 * Refusals that only a rule explains which is not the one that is known: every order was judged by the exchange's own rules
 * before it was sent. What the market's movement may explain as well, such as a price beyond the band, is none of them.
 */
import { Market } from '@elvis/trading';

const FUTURES: ReadonlySet<string> = new Set([
  '-1111', // more decimals than allowed
  '-1121', // no such symbol
  '-4001', // price below zero or above the maximum
  '-4002',
  '-4003', // quantity
  '-4004',
  '-4005',
  '-4006', // stop price
  '-4013', // price below the minimum
  '-4014', // not on the tick
  '-4023', // not on the step
  '-4108', // the symbol is being delisted or settled
  '-4140', // the symbol's status allows no opening
  '-4141', // the symbol is closed
  '-4164', // notional
]);
const SPOT: ReadonlySet<string> = new Set(['-1111', '-1121']);
/** Of spot's "Filter failure: NAME" those whose bounds stand in the list alone. */
const SPOT_FILTERS = /Filter failure: (PRICE_FILTER|LOT_SIZE|MARKET_LOT_SIZE|NOTIONAL|MIN_NOTIONAL)\b/;
const SPOT_STATUS = /Market is closed/;

export function isRuleRefusal({
  market,
  code,
  reason,
}: {
  readonly market: Market;
  readonly code: string;
  readonly reason: string;
}): boolean {
  if (market === 'futures') return FUTURES.has(code);
  return SPOT.has(code) || SPOT_FILTERS.test(reason) || SPOT_STATUS.test(reason);
}
