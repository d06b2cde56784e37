/**
 * Orders that hang together. One-cancels-the-other (OCO): two legs over the same money, of which at most one trades.
 * One-triggers-the-other (OTO): a working order, and one that waits until the first is filled whole; with two that wait
 * as a pair it is an OTOCO.
 */
import { isOpen, Side } from '../shared/order';
import { refusals } from '../shared/refusal';
import { OrderList, SpotAccount, SpotOrder } from './spot-account';
import { checkPair, checkPrices } from './spot-list-rules';
import { SpotExchange } from './spot-exchange';
import { costOf } from './spot-funds';
import { spotRefusals } from './spot-refusals';
import { CheckedSpotOrder, isStop, SpotRequest } from './spot-request';
import { SpotListener } from './spot-settlement';

const MOST_LISTS = 20;

interface Leg {
  readonly request: SpotRequest;
  readonly checked: CheckedSpotOrder;
}

export class SpotLists {
  private ids = 0;
  /** Lists whose working order is filled: what waits in them is placed at the next turn of the clock. */
  private readonly due = new Map<OrderList, SpotAccount>();

  constructor(
    private readonly exchange: SpotExchange,
    private readonly listener: SpotListener,
  ) {
    exchange.orderMoved = (account, order, time) => this.orderMoved(account, order, time);
  }

  /** Takes both legs in or neither. The dearer leg locks the money for both. */
  placeOco(
    account: SpotAccount,
    above: SpotRequest,
    below: SpotRequest,
    clientId: string | undefined,
    time: number,
  ): OrderList {
    const market = this.exchange.market(above.symbol);
    checkPair(above, below);
    this.checkList(account, above.symbol, clientId);
    const legs = [below, above].map((request) => this.leg(account, request, true));
    checkPrices(legs[1]!.checked, legs[0]!.checked, market.lastPrice);
    const list = this.create(account, 'OCO', legs, clientId, time);
    this.takeIn(account, list.orders, time);
    this.listener.listChanged(account, list, time);
    this.tellBalances(account, list, time);
    return list;
  }

  /** One order that works, and one or two that wait for it: two are a pair, above and below. */
  placeOto(
    account: SpotAccount,
    working: SpotRequest,
    pending: readonly [SpotRequest] | readonly [above: SpotRequest, below: SpotRequest],
    clientId: string | undefined,
    time: number,
  ): OrderList {
    const [above, below] = pending;
    if (working.type !== 'LIMIT' && working.type !== 'LIMIT_MAKER') throw refusals.badOrderType();
    if (below) checkPair(above, below);
    else if (above.quoteOrderQty !== undefined) throw refusals.notRequired('quoteOrderQty');
    this.checkList(account, working.symbol, clientId);
    const legs = [
      this.leg(account, working, true),
      ...[...pending].reverse().map((request) => this.leg(account, request, false)),
    ];
    const list = this.create(account, below ? 'OTOCO' : 'OTO', legs, clientId, time);
    const [first, ...waiting] = list.orders;
    for (const order of waiting)
      Object.assign(order, { status: 'PENDING_NEW', working: false, workingTime: -1 });
    for (const order of waiting) account.add(order);
    this.takeIn(account, [first!], time);
    for (const order of waiting) this.listener.spotOrderChanged(account, order, 'NEW', time);
    this.listener.listChanged(account, list, time);
    this.tellBalances(account, list, time);
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
    if (id === undefined && clientId === undefined)
      throw spotRefusals.emptyParameter("orderListId' or 'listClientOrderId");
    const list = this.find(account, id, clientId);
    if (!list || list.status !== 'EXECUTING' || list.symbol !== symbol) throw refusals.unknownOrder();
    this.endAll(account, list, 'CANCELED', time);
    return list;
  }

  find(account: SpotAccount, id: number | undefined, clientId: string | undefined): OrderList | undefined {
    const list = id === undefined ? undefined : account.lists.get(id);
    if (id !== undefined) return clientId === undefined || list?.clientId === clientId ? list : undefined;
    return [...account.lists.values()].findLast((list) => list.clientId === clientId);
  }

  restore(account: SpotAccount, list: OrderList): void {
    account.lists.set(list.id, list);
    this.ids = Math.max(this.ids, list.id);
    const [working] = list.orders;
    if (list.kind !== 'OCO' && list.status === 'EXECUTING' && working!.status === 'FILLED')
      this.due.set(list, account);
  }

  /** Places what waited for a working order that is filled. */
  look(time: number): void {
    for (const [list, account] of this.due) {
      this.due.delete(list);
      const waiting = list.orders.filter(({ status }) => status === 'PENDING_NEW');
      if (waiting.length > 0) this.activate(account, list, waiting, time);
    }
  }

  /** One of the orders traded, fired or ended: what that means for the others. */
  private orderMoved(account: SpotAccount, order: SpotOrder, time: number): void {
    const list = account.lists.get(order.listId);
    if (!list || list.status !== 'EXECUTING') return;
    const isWorking = list.kind !== 'OCO' && order === list.orders[0];
    if (isWorking && order.status === 'FILLED') this.due.set(list, account);
    else if (!isAlive(order))
      this.endAll(account, list, order.status === 'CANCELED' ? 'CANCELED' : 'EXPIRED', time);
    else if (!isWorking && list.kind !== 'OTO') this.endOthers(account, list, order, 'EXPIRED', time);
  }

  private endAll(account: SpotAccount, list: OrderList, status: 'CANCELED' | 'EXPIRED', time: number): void {
    list.status = 'ALL_DONE';
    this.endOthers(account, list, undefined, status, time);
    this.listener.listChanged(account, list, time);
  }

  private endOthers(
    account: SpotAccount,
    list: OrderList,
    but: SpotOrder | undefined,
    status: 'CANCELED' | 'EXPIRED',
    time: number,
  ): void {
    for (const order of list.orders) if (order !== but) this.exchange.end(account, order, status, time);
  }

  /** An order that cannot be placed any more is rejected, and the list with it. */
  private activate(account: SpotAccount, list: OrderList, waiting: readonly SpotOrder[], time: number): void {
    const market = this.exchange.market(list.symbol);
    const canBePlaced =
      waiting.every((order) => this.exchange.mayEnter(order)) &&
      account.balance(costOf(market, waiting[0]!, account.id).asset).free >= this.dearest(waiting).amount;
    for (const order of waiting) {
      order.status = canBePlaced ? 'NEW' : 'REJECTED';
      order.updateTime = time;
      if (canBePlaced) continue;
      account.refile(order);
      this.listener.spotOrderChanged(account, order, 'REJECTED', time);
    }
    if (!canBePlaced) return this.endAll(account, list, 'EXPIRED', time);
    for (const order of waiting)
      if (!isStop(order.type)) Object.assign(order, { working: true, workingTime: time });
    this.takeIn(account, waiting, time);
    this.tellBalances(account, list, time);
  }

  private checkList(account: SpotAccount, symbol: string, clientId: string | undefined): void {
    const executing = [...account.lists.values()].filter(({ status }) => status === 'EXECUTING');
    if (clientId !== undefined && executing.some((list) => list.clientId === clientId))
      throw spotRefusals.duplicate();
    if (executing.filter((list) => list.symbol === symbol).length >= MOST_LISTS)
      throw spotRefusals.filter('MAX_NUM_ORDER_LISTS');
  }

  /** @param isPlaced whether it goes to the market now, and must be paid for */
  private leg(account: SpotAccount, request: SpotRequest, isPlaced: boolean): Leg {
    return {
      request,
      checked: isPlaced ? this.exchange.test(account, request) : this.exchange.check(account, request),
    };
  }

  private create(
    account: SpotAccount,
    kind: OrderList['kind'],
    legs: readonly Leg[],
    clientId: string | undefined,
    time: number,
  ): OrderList {
    this.ids += 1;
    const orders = legs.map(({ request, checked }) =>
      this.exchange.create(account, request, checked, time, this.ids),
    );
    const { symbol } = legs[0]!.request;
    const list: OrderList = {
      id: this.ids,
      clientId: clientId ?? `paperlist${this.ids}`,
      kind,
      symbol,
      time,
      orders,
      status: 'EXECUTING',
    };
    account.lists.set(list.id, list);
    return list;
  }

  private dearest(orders: readonly SpotOrder[]): { readonly order: SpotOrder; readonly amount: bigint } {
    const costs = orders.map((order) => {
      const market = this.exchange.market(order.symbol);
      return { order, amount: costOf(market, order, order.account).amount };
    });
    return costs.reduce((most, cost) => (cost.amount > most.amount ? cost : most));
  }

  private takeIn(account: SpotAccount, orders: readonly SpotOrder[], time: number): void {
    const market = this.exchange.market(orders[0]!.symbol);
    this.exchange.settlement.lock(account, market, this.dearest(orders).order);
    for (const order of orders) {
      account.add(order);
      account.refile(order);
      this.listener.spotOrderChanged(account, order, 'NEW', time);
      if (!order.working) this.exchange.wait(order);
    }
    for (const order of orders)
      if (order.working && isOpen(order)) this.exchange.enter(account, market, order, time);
  }

  private tellBalances(account: SpotAccount, { symbol, orders }: OrderList, time: number): void {
    const { base, quote } = this.exchange.market(symbol).instrument;
    const sides = new Set<Side>(orders.map(({ side }) => side));
    this.listener.balancesChanged(
      account,
      [...(sides.has('SELL') ? [base] : []), ...(sides.has('BUY') ? [quote] : [])],
      time,
    );
  }
}

const isAlive = (order: SpotOrder): boolean => isOpen(order) || order.status === 'PENDING_NEW';
