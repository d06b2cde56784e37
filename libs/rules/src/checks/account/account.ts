/**
 * Nothing opens on an account that is not known, or was known too long ago. What only reduces needs no account;
 * on spot whatever is sent spends what is held, so every order needs to know the balances.
 */
import { APPROVED, denied } from '@elvis/trading';
import { Check, MAX_ACCOUNT_AGE_MS } from '../../order/check';

export const checkAccount: Check = ({ content, isReduceOnly }, { account, funds }) => {
  const isSpot = content.market === 'spot';
  if (isReduceOnly && !isSpot) return APPROVED;
  const known = isSpot ? funds : account;
  if (!known) return denied('ACCOUNT_MISSING', isSpot ? { market: 'spot' } : {});
  if (known.ageMs <= MAX_ACCOUNT_AGE_MS) return APPROVED;
  return denied('ACCOUNT_STALE', {
    ageMs: `${known.ageMs}`,
    maximumMs: `${MAX_ACCOUNT_AGE_MS}`,
    ...(isSpot && { market: 'spot' }),
  });
};
