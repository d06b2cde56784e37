/**
 * The matching side of USD-M futures: takes orders in, cancels and changes them, and settles what trades.
 *
 * Everything is checked before anything changes, so a refusal leaves no trace. Time comes in as an argument.
 */
import { FuturesAccount } from './futures-account';
import { CheckedOrder, FuturesChecks } from './futures-checks';
import { FuturesListener } from './futures-events';
import { ForcedOrder, FuturesSettlement } from './futures-settlement';
import { FuturesFees, FuturesSymbol, marketBound } from './futures-symbol';
import { Instrument } from '../shared/instrument';
import { isOpen, madeUpId, numberOfMadeUpId, Order } from '../shared/order';
import {
  booleanOf,
  checkBand,
  checkNotional,
  NOTHING_ASKED,
  OrderRequest,
  priceOf,
  quantityOf,
  selfTradePreventionOf,
  sideOf,
} from '../shared/order-request';
import { matchedPrice } from '../matching/price-match';
import { refusals } from '../shared/refusal';
import { SymbolMarket } from '../matching/symbol-market';

interface PlacementExtras {
  readonly origType?: string;
  readonly stopPrice?: number;
  readonly closePosition?: boolean;
  /** Batches default to no self-trade prevention, single orders to expiring the maker. */
  readonly inBatch?: boolean;
  /** Told once the order is taken in, before it matches. */
  readonly taken?: (order: Order) => void;
}

export class FuturesExchange {
  readonly symbols = new Map<string, FuturesSymbol>();
  readonly accounts = new Map<string, FuturesAccount>();
  readonly settlement: FuturesSettlement;
  readonly checks = new FuturesChecks(this.symbols);
  private lastOrderIds = new Map<string, bigint>();
  private clientIds = 0;
  private amendmentIds = 0;
  /** Resting orders that end at a date. */
  private readonly dated = new Set<Order>();

  constructor(
    readonly listener: FuturesListener,
    fees: FuturesFees,
  ) {
    this.settlement = new FuturesSettlement(this.accounts, this.symbols, listener, fees);
  }

  /** @param start where the symbol's id chains begin */
  addSymbol(
    instrument: Instrument,
    start: { updateId: number; tradeId: number; orderId: bigint; nextFundingTime: number },
  ): FuturesSymbol {
    const market = new SymbolMarket(
      instrument,
      this.settlement,
      this.listener,
      start.updateId,
      start.tradeId,
    );
    const symbol: FuturesSymbol = {
      instrument,
      market,
      markPrice: 0n,
      indexPrice: 0n,
      fundingRatePpb: 100_000n,
      nextFundingTime: start.nextFundingTime,
    };
    this.symbols.set(instrument.symbol, symbol);
    this.lastOrderIds.set(instrument.symbol, start.orderId);
    return symbol;
  }

  symbol(name: string | undefined): FuturesSymbol {
    if (name === undefined || name === '') throw refusals.missing('symbol');
    const symbol = this.symbols.get(name);
    if (!symbol) throw refusals.badSymbol();
    return symbol;
  }

  /** Checks, matches and, where it may, rests the order. */
  place(account: FuturesAccount, request: OrderRequest, time: number, extras: PlacementExtras = {}): Order {
    const symbol = this.symbol(request.symbol);
    const checked = this.checks.check(account, symbol, request, time);
    const order = this.create(account, request, checked, time, extras);
    account.add(order);
    account.refile(order);
    extras.taken?.(order);
    this.listener.orderChanged(account, order, 'NEW', time);
    this.match(account, symbol, order, time);
    return order;
  }

  /**
   * Closes so much of a position at any price, as a liquidation does: nothing is checked, the rest of it expires.
   * With a price it is handed over at that price, past the book.
   */
  force(account: FuturesAccount, forced: ForcedOrder, time: number, atPrice?: number): Order {
    const symbol = this.symbol(forced.symbol);
    const order = this.create(
      account,
      { ...NOTHING_ASKED, symbol: forced.symbol, clientOrderId: forced.clientOrderId },
      { ...forced, type: 'MARKET', timeInForce: 'IOC', price: 0, reduceOnly: true },
      time,
      {},
    );
    account.add(order);
    account.refile(order);
    this.listener.orderChanged(account, order, 'NEW', time);
    if (atPrice === undefined) symbol.market.enter(order, undefined, false, time);
    else symbol.market.transfer(order, atPrice, time);
    this.expireRest(account, order, time);
    return order;
  }

  /** Everything `place` would refuse, refused; nothing placed. */
  test(account: FuturesAccount, request: OrderRequest, time: number): void {
    this.checks.check(account, this.symbol(request.symbol), request, time);
  }

  cancel(
    account: FuturesAccount,
    symbol: string,
    id: bigint | undefined,
    clientOrderId: string | undefined,
    time: number,
  ): Order {
    this.symbol(symbol);
    if (id === undefined && clientOrderId === undefined) throw refusals.missing('orderId');
    const order = this.find(account, symbol, id, clientOrderId);
    if (!order || !isOpen(order)) throw refusals.unknownOrder();
    this.close(account, order, 'CANCELED', time);
    return order;
  }

  /** By either id; one that is named by both must go by both. */
  find(
    account: FuturesAccount,
    symbol: string,
    id: bigint | undefined,
    clientOrderId: string | undefined,
  ): Order | undefined {
    const order = account.find(symbol, id, clientOrderId);
    return clientOrderId === undefined || order?.clientOrderId === clientOrderId ? order : undefined;
  }

  cancelAll(account: FuturesAccount, symbol: string, time: number): number {
    this.symbol(symbol);
    const open = account.openOrders(symbol);
    for (const order of open) this.close(account, order, 'CANCELED', time);
    return open.length;
  }

  /** Takes an open order out of the book for good. */
  close(account: FuturesAccount, order: Order, status: 'CANCELED' | 'EXPIRED', time: number): void {
    if (!isOpen(order)) return;
    this.settlement.release(account, order);
    order.status = status;
    order.updateTime = time;
    account.refile(order);
    this.symbols.get(order.symbol)!.market.withdraw(order, time);
    this.listener.orderChanged(account, order, status, time);
  }

  /**
   * Changes price and quantity of a resting LIMIT order. It keeps its place only when it just becomes smaller. To no more
   * than what is filled, or post-only to a price at which it would take, it is canceled.
   */
  amend(account: FuturesAccount, order: Order, request: OrderRequest, time: number): Order {
    const symbol = this.symbol(order.symbol);
    const { instrument, market } = symbol;
    if (sideOf(request.side) !== order.side) throw refusals.badSide();
    if (request.priceMatch && request.price !== undefined) throw refusals.notRequired('price');
    if (request.reduceOnly !== undefined && booleanOf(request.reduceOnly, 'reduceOnly') !== order.reduceOnly)
      throw refusals.reduceOnlyModified();
    const quantity = quantityOf(request.quantity, instrument, false);
    const price = request.priceMatch
      ? matchedPrice(market, order.side, request.priceMatch)
      : priceOf(request.price, instrument);
    if (quantity === order.quantity && price === order.price) throw refusals.noNeedToModify();
    checkBand(order.side, price, symbol.markPrice, instrument);
    const tooSmall = order.reduceOnly ? undefined : checkNotional(instrument, price, quantity);
    if (tooSmall) throw tooSmall;
    const wouldTake = order.timeInForce === 'GTX' && this.checks.crosses(market, order.side, price);
    const isCanceled = wouldTake || quantity <= order.executed;
    this.settlement.release(account, order);
    try {
      if (!order.reduceOnly && !isCanceled)
        this.checks.checkMargin(account, symbol, {
          ...order,
          quantity: quantity - order.executed,
          price,
        });
    } catch (refused) {
      this.settlement.reserve(account, order);
      throw refused;
    }
    const keepsPlace = price === order.price && quantity < order.quantity;
    const queueAhead = order.queueAhead;
    market.unrest(order);
    order.amendments += 1;
    this.amendmentIds += 1;
    account.addAmendment({
      id: this.amendmentIds,
      order,
      time,
      count: order.amendments,
      price: [order.price, price],
      quantity: [order.quantity, quantity],
    });
    order.price = price;
    order.quantity = quantity;
    order.updateTime = time;
    if (isCanceled) {
      order.status = 'CANCELED';
      account.refile(order);
      this.listener.orderChanged(account, order, 'CANCELED', time);
      market.withdraw(order, time);
      return order;
    }
    this.listener.orderChanged(account, order, 'AMENDMENT', time);
    this.match(account, symbol, order, time);
    if (keepsPlace && order.resting) order.queueAhead = queueAhead;
    return order;
  }

  /** Ends the orders whose date has come. */
  expireDated(time: number): void {
    for (const order of this.dated) {
      if (!isOpen(order)) this.dated.delete(order);
      else if (order.goodTillDate <= time) {
        this.dated.delete(order);
        this.close(this.accounts.get(order.account)!, order, 'EXPIRED', time);
      }
    }
  }

  /** Puts an account's restored open orders back into the book, and lets ids go on after the restored ones. */
  resume(account: FuturesAccount): void {
    for (const order of account.orders.values()) {
      if (order.id > this.lastOrderIds.get(order.symbol)!) this.lastOrderIds.set(order.symbol, order.id);
      this.clientIds = Math.max(this.clientIds, numberOfMadeUpId(order.clientOrderId));
    }
    this.settlement.continueIncomes(account);
    for (const order of account.openOrders()) {
      order.reserved = 0n;
      if (order.goodTillDate > 0) this.dated.add(order);
      this.symbols.get(order.symbol)!.market.rest(order);
      this.settlement.reserve(account, order);
    }
  }

  private create(
    account: FuturesAccount,
    request: OrderRequest,
    checked: CheckedOrder,
    time: number,
    extras: PlacementExtras,
  ): Order {
    const id = this.lastOrderIds.get(request.symbol)! + 1n;
    this.lastOrderIds.set(request.symbol, id);
    return {
      id,
      clientOrderId: request.clientOrderId ?? this.madeUpClientId(),
      account: account.id,
      symbol: request.symbol,
      side: checked.side,
      type: checked.type,
      positionSide: checked.positionSide,
      timeInForce: checked.timeInForce,
      reduceOnly: checked.reduceOnly,
      price: checked.price,
      quantity: checked.quantity,
      origType: extras.origType ?? checked.type,
      closePosition: extras.closePosition ?? false,
      selfTradePrevention: selfTradePreventionOf(
        request.selfTradePrevention,
        extras.inBatch ? 'NONE' : 'EXPIRE_MAKER',
      ),
      priceMatch: request.priceMatch ?? 'NONE',
      goodTillDate:
        checked.timeInForce === 'GTD' ? Math.floor(Number(request.goodTillDate) / 1000) * 1000 : 0,
      stopPrice: extras.stopPrice ?? 0,
      time,
      executed: 0,
      filledNotional: 0n,
      status: 'NEW',
      updateTime: time,
      queueAhead: 0,
      resting: false,
      amendments: 0,
      reserved: 0n,
    };
  }

  private match(account: FuturesAccount, symbol: FuturesSymbol, order: Order, time: number): void {
    const market = order.type === 'MARKET';
    const limit = market ? marketBound(symbol, order.side) : order.price;
    const mayRest = !market && order.timeInForce !== 'IOC' && order.timeInForce !== 'FOK';
    symbol.market.enter(order, limit, mayRest, time);
    if (order.resting && order.goodTillDate > 0) this.dated.add(order);
    if (order.resting) this.settlement.reserve(account, order);
    else this.expireRest(account, order, time);
    this.settlement.expireReduceOnly(time);
  }

  private expireRest(account: FuturesAccount, order: Order, time: number): void {
    if (!isOpen(order)) return;
    order.status = 'EXPIRED';
    order.updateTime = time;
    account.refile(order);
    this.listener.orderChanged(account, order, 'EXPIRED', time);
  }

  private madeUpClientId(): string {
    this.clientIds += 1;
    return madeUpId(this.clientIds);
  }
}
