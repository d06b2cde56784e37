/** Nothing opens on an account that is not known, or was known too long ago. What only reduces needs no account. */
import { APPROVED, denied } from '@elvis/trading';
import { Check } from './check';

/** Asked for each second; the limiter may hold a question back for some seconds while orders need its room. */
export const MAX_ACCOUNT_AGE_MS = 15_000;

export const checkAccount: Check = ({ isReduceOnly }, { account }) => {
  if (isReduceOnly) return APPROVED;
  if (!account) return denied('ACCOUNT_MISSING');
  if (account.ageMs <= MAX_ACCOUNT_AGE_MS) return APPROVED;
  return denied('ACCOUNT_STALE', { ageMs: `${account.ageMs}`, maximumMs: `${MAX_ACCOUNT_AGE_MS}` });
};
