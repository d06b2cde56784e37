/**
 * The way out that is never closed for want of a good book: a market order of futures that can only reduce. The exchange
 * itself keeps it within the position, and a person who wants out takes what the market gives. It is believed only against
 * a position that is known and not too old; a limit or a stop names its own price, and is held to it.
 */
import { CheckedOrder, Facts, MAX_ACCOUNT_AGE_MS } from './check';

export const isMarketExit = (
  { content: { market, type }, isReduceOnly }: CheckedOrder,
  { account }: Pick<Facts, 'account'>,
): boolean =>
  isReduceOnly &&
  market === 'futures' &&
  type === 'MARKET' &&
  account !== undefined &&
  account.ageMs <= MAX_ACCOUNT_AGE_MS;
