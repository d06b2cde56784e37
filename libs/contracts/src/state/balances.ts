/** The account's balances, in one Redis hash that execution writes and risk reads. */

/** Hash of the balances as the exchange had them and every fill since made them; whole 1e-8 of each asset. */
export const BALANCES_KEY = 'ELVIS_BALANCES';
/** In it: the moment from which a market's balances count; absent while they are not known. */
export const balancesSinceField = (market: string): string => `since:${market}`;
/** In it: what the account holds of one asset, free or not. */
export const walletField = (market: string, asset: string): string => `w:${market}:${asset}`;
/** In it: what of that neither a fill nor a booking has made: a deposit, a withdrawal, a transfer; summed, signed. */
export const movedField = (market: string, asset: string): string => `m:${market}:${asset}`;
