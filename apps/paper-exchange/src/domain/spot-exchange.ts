/**
 * The spot market: orders against balances. What an order may cost is locked when it is taken in and goes back when it
 * ends; fees are taken out of what is received. Stops wait outside the book until the last price reaches them.
 */
import { Instrument, MILLION, notionalOf } from './instrument';
import { Execution, Fill, isOpen, madeUpId, numberOfMadeUpId, Order, remainingOf, Side } from './order';
import { selfTradePreventionOf } from './order-request';
import { refusals } from './refusal';
import { OrderList, SpotAccount, SpotOrder } from './spot-account';
import { CheckedSpotOrder, checkSpotRequest, hasLimit, isStop, SpotRequest } from './spot-request';
import { baseAmount, costOf, shareOf, sized, triggered } from './spot-funds';
import { spotRefusals } from './spot-refusals';
import { MarketListener, Settlement, SymbolMarket } from './symbol-market';

export interface SpotFill extends Fill {
  readonly fee: bigint;
  readonly feeAsset: string;
}

export interface SpotListener extends MarketListener {
  spotOrderChanged(
    account: SpotAccount,
    order: SpotOrder,
    execution: Execution,
    time: number,
    fill?: SpotFill,
  ): void;
  balancesChanged(account: SpotAccount, assets: readonly string[], time: number): void;
  listChanged(account: SpotAccount, list: OrderList, time: number): void;
  /** An order's first fill gives the account room for new ones. */
  firstFilled(account: SpotAccount, maker: boolean, time: number): void;
}

const FEE_PPM = 1_000n;

export class SpotExchange implements Settlement {
  readonly markets = new Map<string, SymbolMarket>();
  readonly accounts = new Map<string, SpotAccount>();
  readonly feesEarned = new Map<string, bigint>();
  private readonly lastOrderIds = new Map<string, bigint>();
  private readonly waiting = new Map<string, Set<SpotOrder>>();
  private readonly seen = new Map<string, number[]>();
  private clientIds = 0;

  constructor(private readonly listener: SpotListener) {}

  addSymbol(instrument: Instrument, orderId: bigint): SymbolMarket {
    const market = new SymbolMarket(instrument, this, this.listener, 0, 1);
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
    const market = this.market(request.symbol);
    const checked = checkSpotRequest(request, market);
    if (request.clientOrderId !== undefined && account.open.get(request.symbol)?.has(request.clientOrderId))
      throw spotRefusals.duplicate();
    if ((account.open.get(request.symbol)?.size ?? 0) >= market.instrument.maxOrders)
      throw spotRefusals.filter('MAX_NUM_ORDERS');
    if (checked.type === 'LIMIT_MAKER' && this.crosses(market, checked.side, checked.price))
      throw spotRefusals.wouldTake();
    if (isStop(checked.type) && triggered(checked, market.lastPrice)) throw spotRefusals.wouldTrigger();
    const { asset, amount } = costOf(market, checked);
    if (account.balance(asset).free < amount) throw spotRefusals.noFunds();
    return checked;
  }

  place(account: SpotAccount, request: SpotRequest, time: number, listId = -1): SpotOrder {
    const market = this.market(request.symbol);
    const checked = this.test(account, request);
    const order = this.create(account, request, sized(market, checked), time, listId);
    account.add(order);
    account.refile(order);
    this.lock(account, market, order);
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
  ): SpotOrder {
    this.market(symbol);
    if (id === undefined && clientOrderId === undefined)
      throw spotRefusals.emptyParameter("origClientOrderId' or 'orderId");
    const order = account.find(symbol, id, clientOrderId);
    if (!order || !isOpen(order)) throw refusals.unknownOrder();
    this.close(account, order, 'CANCELED', time);
    return order;
  }

  close(account: SpotAccount, order: SpotOrder, status: 'CANCELED' | 'EXPIRED', time: number): void {
    if (!isOpen(order)) return;
    const market = this.markets.get(order.symbol)!;
    this.waiting.get(order.symbol)!.delete(order);
    order.status = status;
    order.updateTime = time;
    account.refile(order);
    market.withdraw(order, time);
    this.unlock(account, order);
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
        if (prices.some((price) => triggered(order, price))) this.fire(market, order, time);
    }
  }

  // ---- settlement ----

  allowance(order: Order): number {
    return remainingOf(order);
  }

  filled(order: Order, fill: Fill): void {
    const account = this.accounts.get(order.account)!;
    const spot = order as SpotOrder;
    const { instrument } = this.markets.get(order.symbol)!;
    const notional = notionalOf(instrument, fill.price, fill.quantity);
    const base = baseAmount(instrument, fill.quantity);
    const buying = order.side === 'BUY';
    const paid = account.balance(buying ? instrument.quote : instrument.base);
    const got = account.balance(buying ? instrument.base : instrument.quote);
    const cost = buying ? notional : base;
    const reserved = order.reserved > 0n ? shareOf(instrument, spot, fill.quantity) : 0n;
    order.reserved -= reserved;
    paid.locked -= reserved;
    paid.free += reserved - cost;
    const received = buying ? base : notional;
    const fee = (received * FEE_PPM) / MILLION;
    const feeAsset = buying ? instrument.base : instrument.quote;
    got.free += received - fee;
    this.feesEarned.set(feeAsset, (this.feesEarned.get(feeAsset) ?? 0n) + fee);
    if (order.executed === 0) this.listener.firstFilled(account, fill.maker, fill.time);
    order.executed += fill.quantity;
    order.filledNotional += notional;
    order.status = remainingOf(order) === 0 ? 'FILLED' : 'PARTIALLY_FILLED';
    order.updateTime = account.updateTime = fill.time;
    account.refile(spot);
    account.addTrade({
      id: fill.tradeId,
      order,
      price: fill.price,
      quantity: fill.quantity,
      notional,
      fee,
      feeAsset,
      realized: 0n,
      maker: fill.maker,
      time: fill.time,
    });
    this.listener.spotOrderChanged(account, spot, 'TRADE', fill.time, { ...fill, fee, feeAsset });
    if (fill.maker) this.listener.balancesChanged(account, [instrument.base, instrument.quote], fill.time);
    if (order.status === 'FILLED') this.unlock(account, spot);
    if (spot.listId >= 0) this.endSiblings(account, spot, fill.time);
  }

  removed(order: Order, _cause: 'SELF_TRADE' | 'REDUCE_ONLY', time: number): void {
    const account = this.accounts.get(order.account)!;
    order.status = 'EXPIRED_IN_MATCH';
    order.updateTime = time;
    account.refile(order as SpotOrder);
    this.unlock(account, order as SpotOrder);
    this.listener.spotOrderChanged(account, order as SpotOrder, 'EXPIRED', time);
  }

  // ---- order lists ----

  /** The other leg of a list goes when one of them trades or fires. */
  endSiblings(account: SpotAccount, order: SpotOrder, time: number): void {
    const list = account.lists.get(order.listId);
    if (!list || list.status !== 'EXECUTING') return;
    for (const sibling of list.orders)
      if (sibling !== order && isOpen(sibling))
        this.pending.push(() => this.close(account, sibling, 'EXPIRED', time));
    if (isOpen(order)) return;
    list.status = 'ALL_DONE';
    this.pending.push(() => this.listener.listChanged(account, list, time));
  }

  /** What had to wait until the market was done matching. */
  private pending: (() => void)[] = [];

  settlePending(): void {
    while (this.pending.length > 0) this.pending.shift()!();
  }

  enter(account: SpotAccount, market: SymbolMarket, order: SpotOrder, time: number): void {
    const limit = hasLimit(order.type) ? order.price : undefined;
    const fillable =
      order.timeInForce !== 'FOK' ||
      market.fillable(order.side, limit, order.quantity, account.id) >= order.quantity;
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
      this.endSiblings(account, order, time);
      this.settlePending();
      if (order.reserved === 0n) this.lock(account, market, order);
    }
    if (this.affordable(account, market, order)) this.enter(account, market, order, time);
    else this.close(account, order, 'EXPIRED', time);
    this.listener.balancesChanged(account, [market.instrument.base, market.instrument.quote], time);
  }

  /** Whether a stop that became a market order can still be paid: its price was only guessed when it was taken in. */
  private affordable(account: SpotAccount, market: SymbolMarket, order: SpotOrder): boolean {
    const { asset, amount } = costOf(market, { ...order, stopPrice: 0 });
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

  create(
    account: SpotAccount,
    request: SpotRequest,
    checked: CheckedSpotOrder,
    time: number,
    listId: number,
  ): SpotOrder {
    const id = this.lastOrderIds.get(request.symbol)! + 1n;
    this.lastOrderIds.set(request.symbol, id);
    this.clientIds += 1;
    return {
      ...checked,
      id,
      clientOrderId: request.clientOrderId ?? madeUpId(this.clientIds),
      account: account.id,
      symbol: request.symbol,
      origType: checked.type,
      positionSide: 'BOTH',
      reduceOnly: false,
      closePosition: false,
      selfTradePrevention: selfTradePreventionOf(request.selfTradePrevention, 'EXPIRE_MAKER'),
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
    };
  }

  lock(account: SpotAccount, market: SymbolMarket, order: SpotOrder): void {
    if (order.type === 'MARKET') return;
    const { asset, amount } = costOf(market, order);
    const balance = account.balance(asset);
    balance.free -= amount;
    balance.locked += amount;
    order.reserved = amount;
  }

  unlock(account: SpotAccount, order: SpotOrder): void {
    const { instrument } = this.markets.get(order.symbol)!;
    const balance = account.balance(order.side === 'BUY' ? instrument.quote : instrument.base);
    balance.locked -= order.reserved;
    balance.free += order.reserved;
    order.reserved = 0n;
  }

  private crosses(market: SymbolMarket, side: Side, price: number): boolean {
    const best = market.best(side === 'BUY' ? 'SELL' : 'BUY');
    return best !== undefined && (side === 'BUY' ? price >= best : price <= best);
  }
}
