/** What must be true of the approval that an order comes with, before anything is written or sent. */
import { ApprovedOrder, Approval, PlaceOrder, isApprovalGenuine } from '@elvis/contracts';
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

/** An order of a list is sent with the other one only. @throws TradingFailure APPROVAL_INVALID nothing was sent */
export function requireAlone({ orderListId }: OrderContent): void {
  if (orderListId === undefined) return;
  throw new TradingFailure(
    'APPROVAL_INVALID',
    'An order of a list was sent without the other one; nothing was sent. This is a bug in risk: report it',
  );
}

/** The two orders are the stop and the target of one list. @throws TradingFailure APPROVAL_INVALID nothing was sent */
export function requireList(stop: ApprovedOrder, target: ApprovedOrder): void {
  const isList =
    stop.orderListId !== undefined &&
    stop.type === 'STOP_LOSS_LIMIT' &&
    target.type === 'LIMIT_MAKER' &&
    [stop, target].every(({ market, side }) => market === 'spot' && side === 'SELL') &&
    (['orderListId', 'symbol', 'quantity', 'actor'] as const).every((field) => stop[field] === target[field]);
  if (isList) return;
  throw new TradingFailure(
    'APPROVAL_INVALID',
    'Two orders that are not the stop and the target of one spot list were sent as a list; nothing was sent. This is a bug in risk: report it',
  );
}

/** In hedge mode only an order against its own side reduces. */
const closesSide = ({ positionSide, side, type }: OrderContent, { purpose }: Approval): boolean =>
  purpose === 'flatten' && type === 'MARKET' && side === (positionSide === 'LONG' ? 'SELL' : 'BUY');
