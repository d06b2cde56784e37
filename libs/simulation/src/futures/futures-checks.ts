/**
 * What an order must pass before anything changes, in the order the exchange looks: words, mode, precision, range,
 * grid, band, worth, identity, what may be reduced, post-only and fill-or-kill, brackets, margin.
 */
import { FuturesAccount } from './futures-account';
import { FuturesSymbol, marketBound, markUnits } from './futures-symbol';
import { notionalOf } from '../shared/instrument';
import { accountMargin, exposureOf, markNotional, Symbols } from './margin';
import { notionalCapAt } from './brackets';
import { OrderType, PositionSide, remainingOf, Side, TimeInForce } from '../shared/order';
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
} from '../shared/order-request';
import { matchedPrice } from '../matching/price-match';
import { refusals } from '../shared/refusal';
import { absolute, larger } from '../shared/scaled';
import { SymbolMarket } from '../matching/symbol-market';

/** An order's facts after the checks, in units. */
export interface CheckedOrder {
  readonly side: Side;
  readonly type: OrderType;
  readonly positionSide: PositionSide;
  readonly timeInForce: TimeInForce;
  readonly quantity: number;
  readonly price: number;
  readonly reduceOnly: boolean;
}

export class FuturesChecks {
  constructor(private readonly symbols: Symbols) {}

  check(account: FuturesAccount, symbol: FuturesSymbol, request: OrderRequest, time: number): CheckedOrder {
    const { instrument, market } = symbol;
    const side = sideOf(request.side);
    const type = typeOf(request.type);
    const positionSide = positionSideOf(request.positionSide, account.dualSide);
    // Spelled as the exchange spells it.
    if (account.dualSide && request.reduceOnly !== undefined) throw refusals.notRequired('reduceonly');
    const extra = request.notRequired ?? (type === 'MARKET' ? limitOnly(request) : undefined);
    if (extra !== undefined) throw refusals.notRequired(extra);
    const timeInForce = type === 'MARKET' ? 'GTC' : timeInForceOf(request.timeInForce);
    if (timeInForce === 'GTD') goodTillOf(request.goodTillDate, time);
    else if (request.goodTillDate !== undefined) throw refusals.notRequired('goodTillDate');
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
    const worth = type === 'MARKET' ? markUnits(symbol) : price;
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
    const selfTradePrevention = selfTradePreventionOf(request.selfTradePrevention, 'EXPIRE_MAKER');
    const taker = { side, account: account.id, selfTradePrevention, limit: price };
    if (timeInForce === 'FOK' && !market.fillable(taker, quantity)) throw refusals.fokUnfillable();
    if (type === 'MARKET') this.checkMarketBand(symbol, side);
    if (!reduceOnly) this.checkMargin(account, symbol, checked);
    return checked;
  }

  crosses(market: SymbolMarket, side: Side, price: number): boolean {
    const best = market.best(side === 'BUY' ? 'SELL' : 'BUY');
    return best !== undefined && (side === 'BUY' ? price >= best : price <= best);
  }

  /**
   * It must lower the position, and may not turn it together with what is open on its side already. A market order over
   * the whole position goes before all others.
   */
  private checkReduces(account: FuturesAccount, symbol: string, order: CheckedOrder): void {
    const { side, positionSide, type, quantity } = order;
    const { amount } = account.position(symbol, positionSide);
    const reduces = side === 'SELL' ? amount > 0 : amount < 0;
    if (!reduces) throw refusals.reduceOnlyRejected();
    const held = Math.abs(amount);
    // In hedge mode nothing can turn a position.
    if (positionSide !== 'BOTH' || (type === 'MARKET' && quantity >= held)) return;
    const open = account
      .openOrders(symbol)
      .filter((other) => other.side === side)
      .reduce((sum, other) => sum + remainingOf(other), 0);
    if (open > 0 && open + quantity > held) throw refusals.reduceOnlyConflict();
  }

  private checkMarketBand(symbol: FuturesSymbol, side: Side): void {
    const best = symbol.market.best(side === 'BUY' ? 'SELL' : 'BUY');
    const bound = marketBound(symbol, side);
    if (best === undefined || (bound !== undefined && (side === 'BUY' ? best > bound : best < bound)))
      throw refusals.beyondMarketBand();
  }

  checkMargin(account: FuturesAccount, symbol: FuturesSymbol, order: CheckedOrder): void {
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
    return symbol.market.best(side === 'BUY' ? 'SELL' : 'BUY') ?? markUnits(symbol);
  }
}

/** What a market order may not carry, where it does. */
const limitOnly = (request: OrderRequest): string | undefined =>
  (['timeInForce', 'price', 'priceMatch'] as const).find((name) => request[name] !== undefined);

function typeOf(text: string | undefined): OrderType {
  if (text === undefined) throw refusals.missing('type');
  if (CONDITIONAL_TYPES.includes(text)) throw refusals.conditionalElsewhere();
  if (text !== 'LIMIT' && text !== 'MARKET') throw refusals.badOrderType();
  return text;
}
