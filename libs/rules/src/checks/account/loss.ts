/** An account that has lost more than a day or its history may cost opens nothing more; reducing goes on. */
import { APPROVED, denied } from '@elvis/trading';
import { opensNothing } from '../../order/order-shape';
import { Check } from '../../order/check';

export const checkLoss: Check = (order, { loss }, { maxDailyLoss, maxDrawdown }) => {
  if (opensNothing(order) || (!maxDailyLoss && !maxDrawdown)) return APPROVED;
  if (!loss)
    return denied('ACCOUNT_MISSING', {
      why: 'what the account was worth earlier is not known yet, so its loss cannot be computed',
    });
  if (maxDailyLoss?.lt(loss.today)) {
    return denied('LOSS_ABOVE_DAILY_MAXIMUM', {
      loss: loss.today.toFixed(),
      maximum: maxDailyLoss.toFixed(),
    });
  }
  if (maxDrawdown?.lt(loss.drawdown)) {
    return denied('DRAWDOWN_ABOVE_MAXIMUM', {
      drawdown: loss.drawdown.toFixed(),
      maximum: maxDrawdown.toFixed(),
    });
  }
  // A spot order without the ledger of its balances is refused by the reservation, which needs it too.
  const isJudgedThere = order.content.market === 'spot' && loss.lacks?.context.market === 'spot';
  if (loss.lacks && !isJudgedThere) return denied(loss.lacks.code, loss.lacks.context);
  return APPROVED;
};
