/**
 * The Algo service of futures: takes conditional orders, watches prices for them, and turns them into orders when they
 * trigger. Margin is looked at only then, so a triggered order may still be rejected.
 */
import { AlgoOrder, isWaiting, reaches, trails } from './algo-orders';
import {
  activatedAlready,
  AlgoRequest,
  algoTypeOf,
  callbackOf,
  isApart,
  notTaken,
  workingTypeOf,
} from './algo-request';
import { FuturesAccount } from './futures-account';
import { FuturesExchange } from './futures-exchange';
import { FuturesSymbol, markUnits } from './futures-symbol';
import { isOpen, Order } from '../shared/order';
import {
  booleanOf,
  checkClientOrderId,
  goodTillOf,
  OrderRequest,
  positionSideOf,
  priceOf,
  quantityOf,
  selfTradePreventionOf,
  sideOf,
  timeInForceOf,
} from '../shared/order-request';
import { Refusal, refusals } from '../shared/refusal';
import { fromUnits } from '../shared/scaled';

/** One of the two ids, and perhaps the symbol that it must be of. */
interface AlgoName {
  readonly symbol?: string | undefined;
  readonly id: bigint | undefined;
  readonly clientId: string | undefined;
}

const MOST_WAITING = 200;
const ORDERS_KEPT = 20_000;

export class AlgoService {
  private readonly orders = new Map<bigint, AlgoOrder>();
  private readonly waiting = new Map<string, Set<AlgoOrder>>();
  private readonly byActualOrder = new Map<bigint, AlgoOrder>();
  /** Traded prices since the last look, for symbols with waiting orders. */
  private readonly traded = new Map<string, number[]>();
  private lastId = 3_000_000_000_000_000n;

  constructor(private readonly exchange: FuturesExchange) {}

  place(account: FuturesAccount, request: AlgoRequest, time: number): AlgoOrder {
    const symbol = this.exchange.symbol(request.symbol);
    const order = this.checked(account, symbol, request, time);
    this.addOrder(order);
    this.exchange.listener.algoChanged(account, order, time);
    return order;
  }

  find(account: FuturesAccount, id: bigint | undefined, clientAlgoId: string | undefined): AlgoOrder {
    const order =
      id !== undefined
        ? this.orders.get(id)
        : [...this.orders.values()].findLast(
            (candidate) => candidate.account === account.id && candidate.clientAlgoId === clientAlgoId,
          );
    const isNamed = clientAlgoId === undefined || order?.clientAlgoId === clientAlgoId;
    if (!order || !isNamed || order.account !== account.id) throw refusals.noSuchOrder();
    return order;
  }

  cancel(account: FuturesAccount, { symbol, id, clientId }: AlgoName, time: number): AlgoOrder {
    if (id === undefined && clientId === undefined) throw refusals.missing('algoId');
    const order = this.open(account, symbol).find((candidate) =>
      id !== undefined ? candidate.id === id : candidate.clientAlgoId === clientId,
    );
    if (!order || (clientId !== undefined && order.clientAlgoId !== clientId)) throw refusals.unknownOrder();
    this.finish(account, order, 'CANCELED', '', time);
    return order;
  }

  cancelAll(account: FuturesAccount, symbol: string, time: number): void {
    for (const order of this.open(account, symbol)) this.finish(account, order, 'CANCELED', '', time);
  }

  open(account: FuturesAccount, symbol?: string): AlgoOrder[] {
    const sets = symbol === undefined ? [...this.waiting.values()] : [this.waiting.get(symbol) ?? []];
    return sets.flatMap((orders) => [...orders].filter((order) => order.account === account.id));
  }

  all(account: FuturesAccount, symbol: string): AlgoOrder[] {
    return [...this.orders.values()].filter(
      (order) => order.account === account.id && order.symbol === symbol,
    );
  }

  /** Remembers a traded price until the next look. */
  sawTrade(symbol: string, price: number): void {
    if (!this.waiting.get(symbol)?.size) return;
    const prices = this.traded.get(symbol);
    if (!prices) this.traded.set(symbol, [price]);
    else if (prices[prices.length - 1] !== price) prices.push(price);
  }

  /** Looks whether anything triggers; not to be called while the market matches. */
  look(time: number): void {
    for (const [name, orders] of this.waiting) {
      if (orders.size === 0) continue;
      const symbol = this.exchange.symbols.get(name)!;
      const prices = this.traded.get(name) ?? [];
      this.traded.delete(name);
      for (const order of [...orders]) {
        if (order.goodTillDate > 0 && order.goodTillDate <= time) {
          this.finish(this.exchange.accounts.get(order.account)!, order, 'EXPIRED', '', time);
          continue;
        }
        const seen = order.workingType === 'MARK_PRICE' ? [markUnits(symbol)] : prices;
        if (order.priceProtect && isApart(symbol)) continue;
        if (seen.some((price) => this.fires(order, price))) this.trigger(symbol, order, time);
      }
    }
  }

  /** Keeps the algo order in step with the order it became. */
  orderChanged(account: FuturesAccount, order: Order, time: number): void {
    const algo = this.byActualOrder.get(order.id);
    if (!algo || isOpen(order)) return;
    this.byActualOrder.delete(order.id);
    algo.actualPrice = order.filledNotional;
    algo.actualQuantity = order.executed;
    algo.actualStatus = order.status;
    algo.status = 'FINISHED';
    algo.updateTime = time;
    this.exchange.listener.algoChanged(account, algo, time);
  }

  /** Every order that is remembered, oldest first. */
  known(): AlgoOrder[] {
    return [...this.orders.values()];
  }

  /** Takes orders back that were known before a restart; the orders some of them became are restored by now. */
  restore(orders: readonly AlgoOrder[]): void {
    for (const order of orders) {
      const actual = order.actualOrderId;
      const account = this.exchange.accounts.get(order.account);
      if (!account) continue;
      this.addOrder(order);
      if (order.id > this.lastId) this.lastId = order.id;
      if (actual !== undefined && order.status === 'TRIGGERED' && account.orders.has(actual))
        this.byActualOrder.set(actual, order);
    }
  }

  private addOrder(order: AlgoOrder): void {
    this.orders.set(order.id, order);
    this.forgetOldest();
    if (!isWaiting(order)) return;
    const waiting = this.waiting.get(order.symbol);
    if (waiting) waiting.add(order);
    else this.waiting.set(order.symbol, new Set([order]));
  }

  private fires(order: AlgoOrder, price: number): boolean {
    if (order.type === 'TRAILING_STOP_MARKET') return trails(order, price);
    return reaches(order.type, order.side, BigInt(order.triggerPrice), BigInt(price));
  }

  private trigger(symbol: FuturesSymbol, order: AlgoOrder, time: number): void {
    const account = this.exchange.accounts.get(order.account)!;
    this.waiting.get(order.symbol)!.delete(order);
    order.status = 'TRIGGERING';
    order.triggerTime = order.updateTime = time;
    this.exchange.listener.algoChanged(account, order, time);
    try {
      const actual = this.exchange.place(account, this.actualRequest(account, symbol, order), time, {
        origType: order.type,
        stopPrice: order.triggerPrice,
        closePosition: order.closePosition,
        taken: (taken) => {
          order.actualOrderId = taken.id;
          order.status = 'TRIGGERED';
          this.byActualOrder.set(taken.id, order);
          this.exchange.listener.algoChanged(account, order, time);
        },
      });
      this.orderChanged(account, actual, time);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.finish(account, order, 'REJECTED', error.message, time);
    }
  }

  private actualRequest(
    account: FuturesAccount,
    { instrument }: FuturesSymbol,
    order: AlgoOrder,
  ): OrderRequest {
    const market = order.type.endsWith('MARKET');
    const held = account.position(order.symbol, order.positionSide).amount;
    const quantity = order.closePosition ? Math.abs(held) : order.quantity;
    const reduces = (order.reduceOnly || order.closePosition) && !account.dualSide;
    return {
      symbol: order.symbol,
      side: order.side,
      type: market ? 'MARKET' : 'LIMIT',
      positionSide: order.positionSide,
      timeInForce: market ? undefined : order.timeInForce,
      quantity: fromUnits(quantity, instrument.quantityDecimals),
      price:
        market || order.priceMatch !== 'NONE' ? undefined : fromUnits(order.price, instrument.priceDecimals),
      reduceOnly: reduces ? 'true' : undefined,
      clientOrderId: order.clientAlgoId,
      priceMatch: order.priceMatch === 'NONE' ? undefined : order.priceMatch,
      selfTradePrevention: order.selfTradePrevention,
      goodTillDate: order.goodTillDate > 0 ? String(order.goodTillDate) : undefined,
    };
  }

  private finish(
    account: FuturesAccount,
    order: AlgoOrder,
    status: 'CANCELED' | 'EXPIRED' | 'REJECTED',
    reason: string,
    time: number,
  ): void {
    this.waiting.get(order.symbol)?.delete(order);
    order.status = status;
    order.reason = reason;
    order.updateTime = time;
    this.exchange.listener.algoChanged(account, order, time);
  }

  private checked(
    account: FuturesAccount,
    symbol: FuturesSymbol,
    request: AlgoRequest,
    time: number,
  ): AlgoOrder {
    const { instrument } = symbol;
    const side = sideOf(request.side);
    const type = algoTypeOf(request.type);
    const trailing = type === 'TRAILING_STOP_MARKET';
    const positionSide = positionSideOf(request.positionSide, account.dualSide);
    const closePosition = booleanOf(request.closePosition, 'closePosition');
    const reduceOnly = booleanOf(request.reduceOnly, 'reduceOnly');
    if (account.dualSide && request.reduceOnly !== undefined) throw refusals.notRequired('reduceonly');
    if (closePosition && (trailing || !type.endsWith('_MARKET'))) throw refusals.badData('closePosition');
    if (closePosition && request.quantity !== undefined) throw refusals.closeWithQuantity();
    if (closePosition && request.reduceOnly !== undefined) throw refusals.closeWithReduceOnly();
    if (request.clientOrderId !== undefined) checkClientOrderId(request.clientOrderId);
    const market = type.endsWith('MARKET');
    const extra = notTaken(request, market, trailing);
    if (extra !== undefined) throw refusals.notRequired(extra);
    const quantity = closePosition ? 0 : quantityOf(request.quantity, instrument, market);
    const price = market || request.priceMatch ? 0 : priceOf(request.price, instrument);
    const triggerPrice = trailing ? 0 : priceOf(request.triggerPrice, instrument, 'triggerPrice');
    const activatePrice =
      trailing && request.activatePrice ? priceOf(request.activatePrice, instrument, 'activatePrice') : 0;
    const workingType = workingTypeOf(request.workingType);
    const timeInForce = request.timeInForce === undefined ? 'GTC' : timeInForceOf(request.timeInForce);
    if (timeInForce !== 'GTD' && request.goodTillDate !== undefined)
      throw refusals.notRequired('goodTillDate');
    const goodTillDate = timeInForce === 'GTD' ? goodTillOf(request.goodTillDate, time) : 0;
    const open = this.open(account);
    if (open.length >= MOST_WAITING) throw refusals.tooManyConditional();
    if (open.some(({ clientAlgoId }) => clientAlgoId === request.clientOrderId))
      throw refusals.duplicateClientId();
    const working = workingType === 'MARK_PRICE' ? markUnits(symbol) : symbol.market.lastPrice;
    if (!trailing && working > 0 && reaches(type, side, BigInt(triggerPrice), BigInt(working)))
      throw refusals.wouldTrigger();
    if (activatePrice > 0 && working > 0 && activatedAlready(side, activatePrice, working))
      throw refusals.wouldTrigger();
    this.lastId += 1n;
    return {
      id: this.lastId,
      clientAlgoId: request.clientOrderId ?? `paperalgo${this.lastId}`,
      account: account.id,
      symbol: instrument.symbol,
      side,
      positionSide,
      type,
      timeInForce,
      quantity,
      price,
      workingType,
      closePosition,
      reduceOnly,
      priceProtect: booleanOf(request.priceProtect, 'priceProtect'),
      priceMatch: request.priceMatch ?? 'NONE',
      selfTradePrevention: selfTradePreventionOf(request.selfTradePrevention, 'EXPIRE_MAKER'),
      goodTillDate,
      createTime: time,
      triggerPrice,
      activatePrice,
      callbackPpm: trailing ? callbackOf(request.callbackRate) : 0,
      status: 'NEW',
      updateTime: time,
      triggerTime: 0,
      actualPrice: 0n,
      actualQuantity: 0,
      reason: '',
    };
  }

  private forgetOldest(): void {
    if (this.orders.size <= ORDERS_KEPT) return;
    for (const [id, order] of this.orders)
      if (!isWaiting(order)) {
        this.orders.delete(id);
        return;
      }
  }
}
