/**
 * The matching side of USD-M futures: takes orders in, cancels and changes them, and settles what trades.
 *
 * Everything is checked before anything changes, so a refusal leaves no trace. Time comes in as an argument.
 */
import { FuturesAccount } from './futures-account';
import { FuturesListener } from './futures-events';
import { FuturesSettlement } from './futures-settlement';
import { Instrument, notionalOf } from './instrument';
import { accountMargin, exposureOf, MarkedSymbol, markNotional } from './margin';
import { notionalCapAt } from './brackets';
import { isOpen, Order, OrderType, PositionSide, Side, TimeInForce } from './order';
import {
  booleanOf,
  checkBand,
  checkClientOrderId,
  checkNotional,
  CONDITIONAL_TYPES,
  goodTillOf,
  OrderRequest,
  positionSideOf,
  priceOf,
  quantityOf,
  selfTradePreventionOf,
  sideOf,
  timeInForceOf,
} from './order-request';
import { matchedPrice } from './price-match';
import { refusals } from './refusal';
import { absolute, larger } from './scaled';
import { SymbolMarket } from './symbol-market';

export interface FuturesSymbol extends MarkedSymbol {
  readonly market: SymbolMarket;
  markPrice: bigint;
  indexPrice: bigint;
  fundingRatePpb: bigint;
  nextFundingTime: number;
}

export interface FuturesFees {
  readonly makerPpm: bigint;
  readonly takerPpm: bigint;
}

/** An order's facts after the checks, in units. */
interface CheckedOrder {
  readonly side: Side;
  readonly type: OrderType;
  readonly positionSide: PositionSide;
  readonly timeInForce: TimeInForce;
  readonly quantity: number;
  readonly price: number;
  readonly reduceOnly: boolean;
}

export interface PlacementExtras {
  readonly origType?: string;
  readonly stopPrice?: number;
  readonly closePosition?: boolean;
  /** Batches default to no self-trade prevention, single orders to expiring the maker. */
  readonly inBatch?: boolean;
}

export class FuturesExchange {
  readonly symbols = new Map<string, FuturesSymbol>();
  readonly accounts = new Map<string, FuturesAccount>();
  readonly settlement: FuturesSettlement;
  private lastOrderIds = new Map<string, bigint>();
  private clientIds = 0;

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
    const checked = this.check(account, symbol, request, time);
    const order = this.create(account, request, checked, time, extras);
    account.add(order);
    account.refile(order);
    this.listener.orderChanged(account, order, 'NEW', time);
    this.match(account, symbol, order, time);
    return order;
  }

  /** Everything `place` would refuse, refused; nothing placed. */
  test(account: FuturesAccount, request: OrderRequest, time: number): void {
    this.check(account, this.symbol(request.symbol), request, time);
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
    const order = account.find(symbol, id, clientOrderId);
    if (!order || !isOpen(order)) throw refusals.unknownOrder();
    this.close(account, order, 'CANCELED', time);
    return order;
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

  /** Changes price and quantity of a resting LIMIT order. It keeps its place only when it just becomes smaller. */
  amend(account: FuturesAccount, order: Order, request: OrderRequest, time: number): Order {
    const symbol = this.symbol(order.symbol);
    const { instrument, market } = symbol;
    if (sideOf(request.side) !== order.side) throw refusals.badSide();
    const quantity = quantityOf(request.quantity, instrument, false);
    const price = request.priceMatch
      ? matchedPrice(market, order.side, request.priceMatch)
      : priceOf(request.price, instrument);
    if (quantity === order.quantity && price === order.price) throw refusals.noNeedToModify();
    checkBand(order.side, price, symbol.markPrice, instrument);
    const tooSmall = order.reduceOnly ? undefined : checkNotional(instrument, price, quantity);
    if (tooSmall) throw tooSmall;
    if (order.timeInForce === 'GTX' && this.crosses(market, order.side, price))
      throw refusals.postOnlyWouldTake();
    this.settlement.release(account, order);
    try {
      if (!order.reduceOnly)
        this.checkMargin(account, symbol, {
          ...order,
          quantity: Math.max(quantity - order.executed, 0),
          price,
        });
    } catch (refused) {
      this.settlement.reserve(account, order);
      throw refused;
    }
    const keepsPlace = price === order.price && quantity < order.quantity && quantity > order.executed;
    const queueAhead = order.queueAhead;
    market.unrest(order);
    order.price = price;
    order.quantity = quantity;
    order.updateTime = time;
    order.amendments += 1;
    if (quantity <= order.executed) {
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

  private check(
    account: FuturesAccount,
    symbol: FuturesSymbol,
    request: OrderRequest,
    time: number,
  ): CheckedOrder {
    const { instrument, market } = symbol;
    const side = sideOf(request.side);
    const type = typeOf(request.type);
    const positionSide = positionSideOf(request.positionSide, account.dualSide);
    if (account.dualSide && request.reduceOnly !== undefined && booleanOf(request.reduceOnly, 'reduceOnly'))
      throw refusals.improperReduceOnly();
    const timeInForce = type === 'MARKET' ? 'GTC' : timeInForceOf(request.timeInForce);
    if (timeInForce === 'GTD') goodTillOf(request.goodTillDate, time);
    if (request.clientOrderId !== undefined) checkClientOrderId(request.clientOrderId);
    const quantity = quantityOf(request.quantity, instrument, type === 'MARKET');
    if (type === 'LIMIT' && request.priceMatch && request.price !== undefined)
      throw refusals.notRequired('price');
    const price =
      type === 'MARKET'
        ? 0
        : request.priceMatch
          ? matchedPrice(market, side, request.priceMatch)
          : priceOf(request.price, instrument);
    if (type === 'LIMIT') checkBand(side, price, symbol.markPrice, instrument);
    const closes = positionSide === 'LONG' ? side === 'SELL' : positionSide === 'SHORT' && side === 'BUY';
    const reduceOnly = closes || booleanOf(request.reduceOnly, 'reduceOnly');
    const worth = type === 'MARKET' ? this.markUnits(symbol) : price;
    const tooSmall = reduceOnly ? undefined : checkNotional(instrument, worth, quantity);
    if (tooSmall) throw tooSmall;
    const clientOrderId = request.clientOrderId;
    if (clientOrderId !== undefined && account.open.get(instrument.symbol)?.has(clientOrderId))
      throw refusals.duplicateClientId();
    if ((account.open.get(instrument.symbol)?.size ?? 0) >= instrument.maxOrders)
      throw refusals.tooManyOpenOrders();
    const checked = { side, type, positionSide, timeInForce, quantity, price, reduceOnly };
    if (reduceOnly) this.checkReduces(account, instrument.symbol, checked);
    if (timeInForce === 'GTX' && this.crosses(market, side, price)) throw refusals.postOnlyWouldTake();
    if (timeInForce === 'FOK' && market.fillable(side, price, quantity, account.id) < quantity)
      throw refusals.fokUnfillable();
    if (type === 'MARKET') this.checkMarketBand(symbol, side);
    if (!reduceOnly) this.checkMargin(account, symbol, checked);
    return checked;
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
      ...checked,
      id,
      clientOrderId: request.clientOrderId ?? this.madeUpClientId(),
      account: account.id,
      symbol: request.symbol,
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
    const limit = market ? this.marketBound(symbol, order.side) : order.price;
    const mayRest = !market && order.timeInForce !== 'IOC' && order.timeInForce !== 'FOK';
    symbol.market.enter(order, limit, mayRest, time);
    if (order.resting) this.settlement.reserve(account, order);
    else if (isOpen(order)) {
      order.status = 'EXPIRED';
      order.updateTime = time;
      account.refile(order);
      this.listener.orderChanged(account, order, 'EXPIRED', time);
    }
    this.settlement.expireReduceOnly(time);
  }

  private crosses(market: SymbolMarket, side: Side, price: number): boolean {
    const best = market.best(side === 'BUY' ? 'SELL' : 'BUY');
    return best !== undefined && (side === 'BUY' ? price >= best : price <= best);
  }

  private checkReduces(account: FuturesAccount, symbol: string, order: CheckedOrder): void {
    const { amount } = account.position(symbol, order.positionSide);
    const reduces = order.side === 'SELL' ? amount > 0 : amount < 0;
    if (!reduces) throw refusals.reduceOnlyRejected();
  }

  private checkMarketBand(symbol: FuturesSymbol, side: Side): void {
    const best = symbol.market.best(side === 'BUY' ? 'SELL' : 'BUY');
    const bound = this.marketBound(symbol, side);
    if (best === undefined || (bound !== undefined && (side === 'BUY' ? best > bound : best < bound)))
      throw refusals.beyondMarketBand();
  }

  private checkMargin(account: FuturesAccount, symbol: FuturesSymbol, order: CheckedOrder): void {
    const { instrument } = symbol;
    const settings = account.settings(instrument.symbol);
    const price = order.type === 'MARKET' ? this.assumedPrice(symbol, order.side) : order.price;
    const notional = notionalOf(instrument, price, order.quantity);
    const bids = settings.bids + (order.side === 'BUY' ? notional : 0n);
    const asks = settings.asks + (order.side === 'SELL' ? notional : 0n);
    const before = exposureOf(account, symbol, settings.bids, settings.asks);
    const after = exposureOf(account, symbol, bids, asks);
    const cap = notionalCapAt(instrument.symbol, settings.leverage);
    if (after > before && (cap === undefined || after > cap)) throw refusals.beyondBracket();
    const added = larger(after - before, 0n);
    if (added === 0n) return;
    const atMark = absolute(markNotional(symbol, order.quantity));
    const openLoss = larger(order.side === 'BUY' ? notional - atMark : atMark - notional, 0n);
    if (added / BigInt(settings.leverage) + openLoss > accountMargin(account, this.symbols).available)
      throw refusals.noMargin();
  }

  /** A market order is reckoned at the opposite best price: what it would pay now. */
  private assumedPrice(symbol: FuturesSymbol, side: Side): number {
    return symbol.market.best(side === 'BUY' ? 'SELL' : 'BUY') ?? this.markUnits(symbol);
  }

  private markUnits({ markPrice, instrument, market }: FuturesSymbol): number {
    return markPrice === 0n
      ? (market.best('SELL') ?? 0)
      : Number(markPrice / 10n ** BigInt(8 - instrument.priceDecimals));
  }

  private marketBound(symbol: FuturesSymbol, side: Side): number | undefined {
    if (symbol.markPrice === 0n) return undefined;
    const mark = this.markUnits(symbol);
    const reach = Math.floor((mark * Number(symbol.instrument.marketBound)) / 1_000_000);
    return side === 'BUY' ? mark + reach : mark - reach;
  }

  private madeUpClientId(): string {
    this.clientIds += 1;
    return `paper${this.clientIds.toString(36).padStart(17, '0')}`;
  }
}

function typeOf(text: string | undefined): OrderType {
  if (text === undefined) throw refusals.missing('type');
  if (CONDITIONAL_TYPES.includes(text)) throw refusals.conditionalElsewhere();
  if (text !== 'LIMIT' && text !== 'MARKET') throw refusals.badOrderType();
  return text;
}
