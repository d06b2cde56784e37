/** What must be true of the approval that an order comes with, before anything is written or sent. */
import { Approval, PlaceOrder, isApprovalGenuine } from '@elvis/contracts';
import { Log } from '@elvis/platform';
import { OrderContent, TradingFailure } from '@elvis/trading';

/** @throws TradingFailure APPROVAL_INVALID nothing was sent */
export function requireApproval({ order, approval }: PlaceOrder, key: string, log: Log): void {
  if (!isApprovalGenuine(approval, order, key)) {
    log.error(
      { clientOrderId: order.clientOrderId },
      'An order was refused because its approval is not signed by risk; nothing was sent. Check that APPROVAL_KEY is the same everywhere',
    );
    throw new TradingFailure(
      'APPROVAL_INVALID',
      'The approval by risk is missing or does not fit this order; nothing was sent. Send it through risk; if it was, check that APPROVAL_KEY is the same everywhere',
    );
  }
  if (approval.purpose === 'reduce' && !(order.market === 'futures' && order.reduceOnly)) {
    throw new TradingFailure(
      'APPROVAL_INVALID',
      'An order that risk approved without Redis is not a reduce-only futures order; nothing was sent. This is a bug in risk: report it',
    );
  }
  if (approval.purpose === 'flatten' && !(order.market === 'futures' && order.reduceOnly)) {
    throw new TradingFailure(
      'APPROVAL_INVALID',
      'An order that closes a position for a stop is not a reduce-only futures order; nothing was sent. This is a bug in risk: report it',
    );
  }
  if (order.positionSide !== undefined && !closesSide(order, approval)) {
    throw new TradingFailure(
      'APPROVAL_INVALID',
      '`positionSide` is accepted only in a flatten order that closes that side; nothing was sent. Leave it out',
    );
  }
}

/** In hedge mode only an order against its own side reduces. */
const closesSide = ({ positionSide, side, type }: OrderContent, { purpose }: Approval): boolean =>
  purpose === 'flatten' && type === 'MARKET' && side === (positionSide === 'LONG' ? 'SELL' : 'BUY');
