/**
 * One bot a futures symbol or spot coin: the account has one position there, so what another bot sends would close or add to
 * what is not its own. That holds for what only reduces, too: who does not hold the symbol has nothing there to reduce.
 */
import { APPROVED, denied } from '@elvis/trading';
import { Check } from '../../order/check';

export const checkLease: Check = ({ content: { market, symbol } }, { leasedTo }) =>
  leasedTo === undefined ? APPROVED : denied('SYMBOL_LEASED', { market, symbol, holder: leasedTo });
