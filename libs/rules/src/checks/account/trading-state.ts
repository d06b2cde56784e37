/**
 * HALTED lets no new order pass, reducing ones included. REDUCING lets pass only what is sent reduce-only, so that
 * the exchange itself keeps it from opening or turning a position; on spot only what sells, which the reservation keeps
 * within what is held.
 */
import { APPROVED, denied } from '@elvis/trading';
import { opensNothing } from '../../order/order-shape';
import { Check } from '../../order/check';

export const checkTradingState: Check = (order, { state }) => {
  const context = { scope: state.scope ?? '', stopId: state.stopId ?? '' };
  if (state.state === 'HALTED') return denied('STATE_HALTED', context);
  if (state.state === 'REDUCING' && !opensNothing(order)) return denied('STATE_REDUCING', context);
  return APPROVED;
};
