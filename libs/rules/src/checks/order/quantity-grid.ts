/** The quantity stands on the instrument's step, inside its bounds; what takes the market has a step and bounds of its own. */
import { APPROVED, denied, isOnGrid } from '@elvis/trading';
import { takesMarket } from '../../order/order-shape';
import { Check } from '../../order/check';

export const checkQuantityGrid: Check = ({ content, quantity }, { instrument }) => {
  if (!instrument) return denied('INSTRUMENT_UNKNOWN', { symbol: content.symbol });
  // What closes the position is sent without one.
  if (content.closePosition) return APPROVED;
  const [step, minimum, maximum] = takesMarket(content)
    ? [instrument.marketStepSize, instrument.marketMinQuantity, instrument.marketMaxQuantity]
    : [instrument.stepSize, instrument.minQuantity, instrument.maxQuantity];
  const asked = { quantity: quantity.toFixed() };
  if (quantity.lt(minimum)) return denied('QUANTITY_BELOW_MINIMUM', { ...asked, minimum: minimum.toFixed() });
  if (maximum.gt(0) && quantity.gt(maximum)) {
    return denied('QUANTITY_ABOVE_MAXIMUM', { ...asked, maximum: maximum.toFixed() });
  }
  if (!isOnGrid(quantity, step, minimum)) {
    return denied('QUANTITY_NOT_ON_STEP', { ...asked, stepSize: step.toFixed() });
  }
  return APPROVED;
};
