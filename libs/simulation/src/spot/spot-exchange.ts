/** The spot market: takes orders in, cancels them, and lets stops wait outside the book until the last price reaches them. */
import { Instrument } from '../shared/instrument';
import { isOpen, madeUpId, numberOfMadeUpId, Side } from '../shared/order';
import { refusals } from '../shared/refusal';
import { SpotAccount, SpotOrder } from './spot-account';
import { SpotListener, SpotSettlement } from './spot-settlement';
import { CheckedSpotOrder, checkSpotRequest, hasLimit, isStop, SpotRequest } from './spot-request';
import { costOf, fires, sized, triggered } from './spot-funds';
import { spotRefusals } from './spot-refusals';
import { SymbolMarket } from '../matching/symbol-market';

const RESTRICTED_TO = { ONLY_NEW: 'NEW', ONLY_PARTIALLY_FILLED: 'PARTIALLY_FILLED' } as const;
/** The one status in which an order may be canceled. */
export type CancelRestriction = keyof typeof RESTRICTED_TO;

export class SpotExchange {
  readonly markets = new Map<string, SymbolMarket>();
  readonly accounts = new Map<string, SpotAccount>();
  readonly settlement: SpotSettlement;
  private readonly lastOrderIds = new Map<string, bigint>();
  private readonly waiting = new Map<string, Set<SpotOrder>>();
  private readonly seen = new Map<string, number[]>();
  private clientIds = 0;
  /** Told when an order of a list traded, fired or ended. */
  orderMoved: (account: SpotAccount, order: SpotOrder, time: number) => void = () => undefined;

  constructor(private readonly listener: SpotListener) {
    this.settlement = new SpotSettlement(this.accounts, this.markets, listener, (account, order, time) =>
      this.pending.push(() => this.orderMoved(account, order, time)),
    );
  }

  addSymbol(instrument: Instrument, orderId: bigint): SymbolMarket {
    const market = new SymbolMarket(instrument, this.settlement, this.listener, 0, 1);
    this.markets.set(instrument.symbol, market);
    this.lastOrderIds.set(instrument.symbol, orderId);
    this.waiting.set(instrument.symbol, new Set());
    return market;
  }

  market(symbol: string | undefined): SymbolMarket {
    if (symbol === undefined || symbol === '') throw refusals.missing('symbol');
    const market = this.markets.get(symbol);
    if (!market) throw refusals.badSymbol();
    return market;
  }

  /** Everything `place` would refuse, refused. */
  test(account: SpotAccount, request: SpotRequest): CheckedSpotOrder {
    const checked = this.check(account, request);
    const market = this.market(request.symbol);
    if (checked.type === 'LIMIT_MAKER' && this.crosses(market, checked.side, checked.price))
      throw spotRefusals.wouldTake();
    if (isStop(checked.type) && triggered(checked, market.lastPrice)) throw spotRefusals.wouldTrigger();
    const { asset, amount } = costOf(market, checked, account.id);
    if (account.balance(asset).free < amount) throw spotRefusals.noFunds();
    return checked;
  }

  /** What can be said of an order whatever the market is doing. */
  check(account: SpotAccount, request: SpotRequest): CheckedSpotOrder {
    const market = this.market(request.symbol);
    const checked = checkSpotRequest(request, market);
    if (request.clientOrderId !== undefined && account.open.get(request.symbol)?.has(request.clientOrderId))
      throw spotRefusals.duplicate();
    if ((account.open.get(request.symbol)?.size ?? 0) >= market.instrument.maxOrders)
      throw spotRefusals.filter('MAX_NUM_ORDERS');
    return checked;
  }

  /** Whether a post-only order would not take now. */
  mayEnter({ type, side, price, symbol }: SpotOrder): boolean {
    return type !== 'LIMIT_MAKER' || !this.crosses(this.market(symbol), side, price);
  }

  place(account: SpotAccount, request: SpotRequest, time: number, listId = -1): SpotOrder {
    const market = this.market(request.symbol);
    const checked = this.test(account, request);
    const order = this.create(account, request, sized(market, checked, account.id), time, listId);
    account.add(order);
    account.refile(order);
    this.settlement.lock(account, market, order);
    if (isStop(order.type)) this.wait(order);
    this.listener.spotOrderChanged(account, order, 'NEW', time);
    if (order.working) this.enter(account, market, order, time);
    this.listener.balancesChanged(account, [market.instrument.base, market.instrument.quote], time);
    return order;
  }

  cancel(
    account: SpotAccount,
    symbol: string,
    id: bigint | undefined,
    clientOrderId: string | undefined,
    time: number,
    restriction?: CancelRestriction,
  ): SpotOrder {
    this.market(symbol);
    if (id === undefined && clientOrderId === undefined)
      throw spotRefusals.emptyParameter("origClientOrderId' or 'orderId");
    const order = account.find(symbol, id, clientOrderId);
    if (!order || !(isOpen(order) || order.status === 'PENDING_NEW')) throw refusals.unknownOrder();
    if (id !== undefined && clientOrderId !== undefined && order.clientOrderId !== clientOrderId)
      throw spotRefusals.idMismatch();
    if (restriction !== undefined && order.status !== RESTRICTED_TO[restriction])
      throw spotRefusals.restricted();
    this.close(account, order, 'CANCELED', time);
    return order;
  }

  /** Ends an order, and with it what hangs together with it. */
  close(account: SpotAccount, order: SpotOrder, status: 'CANCELED' | 'EXPIRED', time: number): void {
    this.end(account, order, status, time);
    if (order.listId >= 0) this.orderMoved(account, order, time);
  }

  /** Ends an order alone. */
  end(account: SpotAccount, order: SpotOrder, status: 'CANCELED' | 'EXPIRED', time: number): void {
    if (order.status === 'PENDING_NEW') {
      Object.assign(order, { status, updateTime: time });
      account.refile(order);
      return this.listener.spotOrderChanged(account, order, status, time);
    }
    if (!isOpen(order)) return;
    const market = this.markets.get(order.symbol)!;
    this.waiting.get(order.symbol)!.delete(order);
    order.status = status;
    order.updateTime = time;
    account.refile(order);
    market.withdraw(order, time);
    this.settlement.unlock(account, order);
    this.listener.spotOrderChanged(account, order, status, time);
    this.listener.balancesChanged(account, [market.instrument.base, market.instrument.quote], time);
  }

  /** Puts a stop aside until its price comes. */
  wait(order: SpotOrder): void {
    this.waiting.get(order.symbol)!.add(order);
  }

  /** Remembers a traded price; `look` then fires the stops it reached. */
  sawTrade(symbol: string, price: number): void {
    if (this.waiting.get(symbol)!.size === 0) return;
    const prices = this.seen.get(symbol);
    if (prices) prices.push(price);
    else this.seen.set(symbol, [price]);
  }

  /** Fires stops; not to be called while the market matches. */
  look(time: number): void {
    for (const [symbol, prices] of this.seen) {
      this.seen.delete(symbol);
      const market = this.markets.get(symbol)!;
      for (const order of [...this.waiting.get(symbol)!])
        if (prices.some((price) => fires(order, price, time))) this.fire(market, order, time);
    }
  }

  /** What had to wait until the market was done matching. */
  private pending: (() => void)[] = [];

  settlePending(): void {
    while (this.pending.length > 0) this.pending.shift()!();
  }

  enter(account: SpotAccount, market: SymbolMarket, order: SpotOrder, time: number): void {
    const limit = hasLimit(order.type) ? order.price : undefined;
    const fillable = order.timeInForce !== 'FOK' || market.fillable({ ...order, limit }, order.quantity);
    const mayRest = limit !== undefined && order.timeInForce === 'GTC';
    if (fillable) market.enter(order, limit, mayRest, time);
    if (isOpen(order) && !order.resting) this.close(account, order, 'EXPIRED', time);
    this.settlePending();
  }

  private fire(market: SymbolMarket, order: SpotOrder, time: number): void {
    const account = this.accounts.get(order.account)!;
    this.waiting.get(order.symbol)!.delete(order);
    if (!isOpen(order)) return;
    order.working = true;
    order.workingTime = order.updateTime = time;
    if (order.listId >= 0) {
      this.orderMoved(account, order, time);
      if (order.reserved === 0n) this.settlement.lock(account, market, order);
    }
    if (this.affordable(account, market, order)) this.enter(account, market, order, time);
    else this.close(account, order, 'EXPIRED', time);
    this.listener.balancesChanged(account, [market.instrument.base, market.instrument.quote], time);
  }

  /** Whether a stop that became a market order can still be paid: its price was only guessed when it was taken in. */
  private affordable(account: SpotAccount, market: SymbolMarket, order: SpotOrder): boolean {
    const { asset, amount } = costOf(market, { ...order, stopPrice: 0 }, account.id);
    return account.balance(asset).free + order.reserved >= amount;
  }

  /** Puts an account's restored open orders back, and lets ids go on after the restored ones. */
  resume(account: SpotAccount): void {
    for (const order of account.orders.values()) {
      if (order.id > this.lastOrderIds.get(order.symbol)!) this.lastOrderIds.set(order.symbol, order.id);
      this.clientIds = Math.max(this.clientIds, numberOfMadeUpId(order.clientOrderId));
    }
    for (const balance of account.balances.values()) {
      balance.free += balance.locked;
      balance.locked = 0n;
    }
    for (const order of account.openOrders()) {
      const market = this.markets.get(order.symbol)!;
      const balance = account.balance(
        order.side === 'BUY' ? market.instrument.quote : market.instrument.base,
      );
      balance.free -= order.reserved;
      balance.locked += order.reserved;
      if (order.working) market.rest(order);
      else this.wait(order);
    }
  }

  /** A client order id for an order that has none. */
  madeUpClientId(): string {
    this.clientIds += 1;
    return madeUpId(this.clientIds);
  }

  create(
    account: SpotAccount,
    request: SpotRequest,
    checked: CheckedSpotOrder,
    time: number,
    listId: number,
  ): SpotOrder {
    const id = this.lastOrderIds.get(request.symbol)! + 1n;
    this.lastOrderIds.set(request.symbol, id);
    return {
      ...checked,
      id,
      clientOrderId: request.clientOrderId ?? this.madeUpClientId(),
      account: account.id,
      symbol: request.symbol,
      origType: checked.type,
      positionSide: 'BOTH',
      reduceOnly: false,
      closePosition: false,
      priceMatch: 'NONE',
      goodTillDate: 0,
      time,
      executed: 0,
      filledNotional: 0n,
      status: 'NEW',
      updateTime: time,
      queueAhead: 0,
      resting: false,
      amendments: 0,
      reserved: 0n,
      listId,
      working: !isStop(checked.type),
      workingTime: isStop(checked.type) ? -1 : time,
      // Without a price to wait for it follows from now on.
      trailingTime: checked.trailingDelta > 0 && checked.stopPrice === 0 ? time : -1,
      extreme:
        checked.trailingDelta > 0 && checked.stopPrice === 0 ? this.market(request.symbol).lastPrice : 0,
    };
  }

  private crosses(market: SymbolMarket, side: Side, price: number): boolean {
    const best = market.best(side === 'BUY' ? 'SELL' : 'BUY');
    return best !== undefined && (side === 'BUY' ? price >= best : price <= best);
  }
}
