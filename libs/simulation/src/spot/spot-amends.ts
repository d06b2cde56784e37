/** Makes an open spot order smaller where it stands: the one change that does not cost it its place in the queue. */
import { isOpen } from '../shared/order';
import { checkClientOrderId } from '../shared/order-request';
import { SpotAccount, SpotOrder } from './spot-account';
import { SpotExchange } from './spot-exchange';
import { spotRefusals } from './spot-refusals';
import { spotQuantityOf } from './spot-request';
import { SpotListener } from './spot-settlement';

const MOST_AMENDMENTS = 10;

interface OrderName {
  readonly symbol: string;
  readonly id: bigint | undefined;
  readonly clientOrderId: string | undefined;
}

export class SpotAmends {
  constructor(
    private readonly exchange: SpotExchange,
    private readonly listener: SpotListener,
  ) {}

  /** Answers the order, which goes by a new client order id from now on, and the id it went by. */
  reduce(
    account: SpotAccount,
    { symbol, id, clientOrderId }: OrderName,
    newQuantity: string,
    newClientOrderId: string | undefined,
    time: number,
  ): { readonly order: SpotOrder; readonly from: string } {
    const market = this.exchange.market(symbol);
    if (id === undefined && clientOrderId === undefined)
      throw spotRefusals.emptyParameter("origClientOrderId' or 'orderId");
    const order = account.find(symbol, id, clientOrderId);
    if (!order || !isOpen(order)) throw spotRefusals.amend('Unknown order sent.');
    if (id !== undefined && clientOrderId !== undefined && order.clientOrderId !== clientOrderId)
      throw spotRefusals.idMismatch();
    const quantity = spotQuantityOf(newQuantity, market.instrument, false);
    if (quantity > order.quantity)
      throw spotRefusals.amend('Order amend (quantity increase) is not supported.');
    if (quantity === order.quantity || quantity <= order.executed)
      throw spotRefusals.amend('The requested action would change no state; rejecting.');
    if (order.amendments >= MOST_AMENDMENTS) throw spotRefusals.filter('MAX_NUM_ORDER_AMENDS');
    const from = order.clientOrderId;
    const to =
      newClientOrderId === undefined ? this.exchange.madeUpClientId() : checkClientOrderId(newClientOrderId);
    if (to !== from && account.open.get(symbol)?.has(to)) throw spotRefusals.duplicate();
    this.exchange.settlement.unlockPart(account, order, order.quantity - quantity);
    account.rename(order, to);
    order.amendments += 1;
    order.updateTime = time;
    market.shrink(order, quantity, time);
    this.listener.spotOrderChanged(account, order, 'REPLACED', time);
    this.listener.balancesChanged(account, [market.instrument.base, market.instrument.quote], time);
    return { order, from };
  }
}
