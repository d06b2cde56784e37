/** One-cancels-the-other: two legs over the same money, of which at most one trades. */
import { Side } from '../shared/order';
import { OrderList, SpotAccount, SpotOrder } from './spot-account';
import { SpotExchange } from './spot-exchange';
import { SpotListener } from './spot-settlement';
import { costOf } from './spot-funds';
import { isStop, SpotRequest } from './spot-request';
import { refusals } from '../shared/refusal';
import { spotRefusals } from './spot-refusals';

export class SpotLists {
  private ids = 0;

  constructor(
    private readonly exchange: SpotExchange,
    private readonly listener: SpotListener,
  ) {}

  /** Takes both legs in or neither. The dearer leg locks the money for both. */
  placeOco(
    account: SpotAccount,
    above: SpotRequest,
    below: SpotRequest,
    clientId: string | undefined,
    time: number,
  ): OrderList {
    const market = this.exchange.market(above.symbol);
    const legs = [below, above].map((request) => ({
      request,
      checked: this.exchange.test(account, request),
    }));
    const [lower, upper] = legs.map(({ checked }) => checked.price || checked.stopPrice) as [number, number];
    const stops = legs.filter(({ checked }) => isStop(checked.type)).length;
    const side: Side = legs[0]!.checked.side;
    if (stops === 0 || lower >= upper || market.lastPrice <= lower || market.lastPrice >= upper)
      throw spotRefusals.badPrices();
    const costs = legs.map(({ checked }) => costOf(market, checked, account.id).amount);
    const dearest = costs[0]! >= costs[1]! ? 0 : 1;
    this.ids += 1;
    const orders = legs.map(({ request, checked }) =>
      this.exchange.create(account, request, checked, time, this.ids),
    );
    this.exchange.settlement.lock(account, market, orders[dearest]!);
    const list: OrderList = {
      id: this.ids,
      clientId: clientId ?? `paperlist${this.ids}`,
      symbol: above.symbol,
      time,
      orders,
      status: 'EXECUTING',
    };
    account.lists.set(list.id, list);
    for (const order of orders) this.takeIn(account, order, time);
    this.listener.listChanged(account, list, time);
    this.listener.balancesChanged(
      account,
      side === 'BUY' ? [market.instrument.quote] : [market.instrument.base],
      time,
    );
    return list;
  }

  cancel(
    account: SpotAccount,
    symbol: string,
    id: number | undefined,
    clientId: string | undefined,
    time: number,
  ): OrderList {
    this.exchange.market(symbol);
    const list = this.find(account, id, clientId);
    if (!list || list.status !== 'EXECUTING' || list.symbol !== symbol) throw refusals.unknownOrder();
    for (const order of list.orders) this.exchange.close(account, order, 'CANCELED', time);
    list.status = 'ALL_DONE';
    this.listener.listChanged(account, list, time);
    return list;
  }

  find(account: SpotAccount, id: number | undefined, clientId: string | undefined): OrderList | undefined {
    if (id !== undefined) return account.lists.get(id);
    return [...account.lists.values()].findLast((list) => list.clientId === clientId);
  }

  restore(account: SpotAccount, list: OrderList): void {
    account.lists.set(list.id, list);
    this.ids = Math.max(this.ids, list.id);
  }

  private takeIn(account: SpotAccount, order: SpotOrder, time: number): void {
    const market = this.exchange.market(order.symbol);
    account.add(order);
    account.refile(order);
    this.listener.spotOrderChanged(account, order, 'NEW', time);
    if (order.working) this.exchange.enter(account, market, order, time);
    else this.exchange.wait(order);
  }
}
