/** The leverage the order would be sent on is one the policy allows now. */
import { APPROVED } from '@elvis/trading';
import { checkLeverage } from '../../limits/leverage-policy';
import { Check } from '../../order/check';

export const checkOrderLeverage: Check = ({ content }, { leverage, leverageCap, isLeverageOverridden }) =>
  content.market === 'futures'
    ? checkLeverage(leverage, { symbolCap: leverageCap, isOverridden: isLeverageOverridden })
    : APPROVED;
