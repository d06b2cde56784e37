/** An exchange with behaviour, for the engine's specs: it keeps orders, and can lose answers before or after it acted. */
import { CallCost } from '@elvis/binance';
import { DepthSnapshot, ExchangeCandle, LeverageBracketRow } from '@elvis/contracts';
import {
  Decimal,
  Fill,
  Instrument,
  OrderContent,
  OrderView,
  TradingFailure,
  isClosedStatus,
} from '@elvis/trading';
import { AccountReading } from '../src/domain/known-account';
import { VenueReport } from '../src/domain/order-evidence';
import { PlacementGrant } from '../src/limiter/budget/request-budget';
import { FuturesLeverage } from '../src/venue/futures-leverage';
import { FuturesOrderEntry, ListLegs, Placement, SpotOrderEntry } from '../src/venue/order-entry';
import { FuturesAccount } from '../src/venue/venue-accounts';
import { MarketData } from '../src/venue/venue-markets';
import { FuturesOrders, OrderRef, SpotOrders, WorkingOrder } from '../src/venue/venue-orders';

export type VenueFault = 'none' | 'answer-lost' | 'request-lost' | 'unreachable' | 'refuses' | 'silent';

/** Trade ids are the exchange's identity of a fill, so no two exchanges of one spec may share them. */
let lastTradeId = 900;

export class FakeVenue
  implements
    FuturesOrderEntry,
    SpotOrderEntry,
    FuturesOrders,
    SpotOrders,
    FuturesAccount,
    MarketData,
    FuturesLeverage
{
  readonly futures = this;
  readonly spot = this;
  readonly received: { readonly order: OrderContent; readonly timing: PlacementGrant }[] = [];
  readonly leverage = new Map<string, number>();
  readonly amended: { readonly clientOrderId: string; readonly quantity: string; readonly price: string }[] =
    [];
  positions: readonly { readonly symbol: string; readonly quantity: string; readonly markPrice: string }[] =
    [];
  balances: { readonly asset: string; readonly wallet: string; readonly free: string }[] = [];
  listed: readonly Instrument[] = [];
  /** The symbols whose fills were asked for one by one. */
  readonly askedFills: string[] = [];
  /** The middle of each symbol's book; a symbol that is not named has none. */
  prices: Readonly<Record<string, number>> = {};
  fault: VenueFault = 'none';
  private readonly orders = new Map<string, WorkingOrder>();
  /** By number: those whose id the exchange has given to a later order. */
  private readonly replaced = new Map<string, WorkingOrder>();
  private readonly fills = new Map<string, Fill[]>();
  private readonly lists = new Map<string, readonly string[]>();
  private sequence = 0;

  costOfPlacing(orders: readonly OrderContent[]): CallCost {
    return { weight: 0, orders: orders.length, ordersLong: 1 };
  }

  costOfPlacingList(): CallCost {
    return { weight: 0, orders: 2, ordersLong: 2 };
  }

  /** Both are taken or neither; which fault there is decides of both. */
  async placeList(legs: ListLegs, timing: PlacementGrant): Promise<readonly [Placement, Placement]> {
    this.lists.set(
      legs[0].orderListId ?? '',
      legs.map(({ clientOrderId }) => clientOrderId),
    );
    return [await this.place(legs[0], timing), await this.place(legs[1], timing)];
  }

  async cancelList(
    _symbol: string,
    orderListId: string,
  ): Promise<ReadonlyMap<string, VenueReport> | undefined> {
    const reports = new Map<string, VenueReport>();
    for (const id of this.lists.get(orderListId) ?? []) {
      const report = await this.cancel({ clientOrderId: id } as OrderRef);
      if (report) reports.set(id, report);
    }
    return reports.size === 0 ? undefined : reports;
  }

  costOfAmending(): CallCost {
    return { weight: 0, orders: 1, ordersLong: 1 };
  }

  async placeBatch(orders: readonly OrderContent[], timing: PlacementGrant): Promise<readonly Placement[]> {
    return Promise.all(orders.map((order) => this.place(order, timing)));
  }

  amend(
    { clientOrderId }: OrderView,
    terms: { readonly quantity: string; readonly price: string },
  ): Promise<Placement> {
    if (this.fault === 'unreachable') return Promise.resolve({ kind: 'never-left', reason: 'ECONNREFUSED' });
    if (this.fault === 'refuses')
      return Promise.resolve({ kind: 'refused', code: '-5027', reason: 'No need to modify the order.' });
    this.amended.push({ clientOrderId, ...terms });
    if (this.fault === 'request-lost') return Promise.resolve({ kind: 'unknown', reason: 'timeout' });
    const before = this.orders.get(clientOrderId) as WorkingOrder;
    const filled = new Decimal(before.filledQuantity);
    const order: WorkingOrder = {
      ...before,
      ...terms,
      // As Binance does: to no more than what is filled, the amendment cancels.
      ...(filled.gt(0) && filled.gte(terms.quantity) && { status: 'CANCELED' }),
      atMs: (this.sequence += 1),
    };
    this.orders.set(clientOrderId, order);
    return Promise.resolve(
      this.fault === 'answer-lost'
        ? { kind: 'unknown', reason: 'timeout' }
        : { kind: 'accepted', report: order },
    );
  }

  place(order: OrderContent, timing: PlacementGrant): Promise<Placement> {
    if (this.fault === 'unreachable') return Promise.resolve({ kind: 'never-left', reason: 'ECONNREFUSED' });
    this.received.push({ order, timing });
    if (this.fault === 'request-lost') return Promise.resolve({ kind: 'unknown', reason: 'timeout' });
    if (this.fault === 'refuses') {
      return Promise.resolve({ kind: 'refused', code: '-2019', reason: 'Margin is insufficient.' });
    }
    const report = this.keep(order);
    return Promise.resolve(
      this.fault === 'answer-lost' ? { kind: 'unknown', reason: 'timeout' } : { kind: 'accepted', report },
    );
  }

  find({ clientOrderId, exchangeOrderId }: OrderRef): Promise<VenueReport | undefined> {
    if (this.fault === 'silent') return Promise.reject(new TradingFailure('VENUE_SILENT', 'no answer'));
    const latest = this.orders.get(clientOrderId);
    const isMeant = exchangeOrderId === undefined || latest?.exchangeOrderId === exchangeOrderId;
    return Promise.resolve(isMeant ? latest : this.replaced.get(exchangeOrderId));
  }

  cancel({ clientOrderId }: OrderRef): Promise<VenueReport | undefined> {
    if (this.fault === 'silent') return Promise.reject(new TradingFailure('VENUE_SILENT', 'no answer'));
    const order = this.orders.get(clientOrderId);
    if (!order || isClosedStatus(order.status)) return Promise.resolve(undefined);
    const canceled: WorkingOrder = { ...order, status: 'CANCELED' };
    this.orders.set(clientOrderId, canceled);
    return Promise.resolve(canceled);
  }

  async cancelAll(symbol: string): Promise<void> {
    const working = (await this.openOrders()).filter((order) => order.symbol === symbol);
    for (const order of working) await this.cancel({ ...order, market: 'futures' });
  }

  outcomes(_symbol: string, orders: readonly WorkingOrder[]): Promise<ReadonlyMap<string, VenueReport>> {
    const known = orders.flatMap(({ clientOrderId }) => this.orders.get(clientOrderId) ?? []);
    return Promise.resolve(new Map(known.map((order) => [order.clientOrderId, order])));
  }

  openOrders(): Promise<readonly WorkingOrder[]> {
    return Promise.resolve([...this.orders.values()].filter(({ status }) => !isClosedStatus(status)));
  }

  fillsOf({ clientOrderId }: OrderView): Promise<readonly Fill[]> {
    return Promise.resolve(this.fills.get(clientOrderId) ?? []);
  }

  fillsSince(symbol: string, after: string | undefined): Promise<readonly Fill[]> {
    this.askedFills.push(symbol);
    const all = [...this.fills.values()].flat().filter((fill) => fill.symbol === symbol);
    return Promise.resolve(all.filter(({ tradeId }) => Number(tradeId) > Number(after ?? 0)));
  }

  tradedSince(atMs: number): Promise<ReadonlySet<string>> {
    const all = [...this.fills.values()].flat().filter(({ tradedAtMs }) => tradedAtMs >= atMs);
    return Promise.resolve(new Set(all.map(({ symbol }) => symbol)));
  }

  hasTraded({ clientOrderId }: OrderView): Promise<boolean> {
    return Promise.resolve((this.fills.get(clientOrderId)?.length ?? 0) > 0);
  }

  identify(_symbol: string, exchangeOrderId: string): Promise<WorkingOrder | undefined> {
    return Promise.resolve(
      [...this.orders.values()].find((order) => order.exchangeOrderId === exchangeOrderId),
    );
  }

  position(symbol: string): Promise<string> {
    return Promise.resolve(this.positions.find((position) => position.symbol === symbol)?.quantity ?? '0');
  }

  brackets(): Promise<ReadonlyMap<string, readonly LeverageBracketRow[]>> {
    return Promise.resolve(new Map());
  }

  leverages(): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(this.leverage);
  }

  countdown(): Promise<void> {
    return Promise.resolve();
  }

  /** What a person in the exchange's own app does. */
  byHand(order: WorkingOrder, fills: readonly Fill[] = []): void {
    const before = this.orders.get(order.clientOrderId);
    if (before && before.exchangeOrderId !== order.exchangeOrderId)
      this.replaced.set(before.exchangeOrderId, before);
    this.orders.set(order.clientOrderId, order);
    this.fills.set(order.clientOrderId, [...fills]);
  }

  /** The exchange does not know the order any more. */
  forget(clientOrderId: string): void {
    this.orders.delete(clientOrderId);
  }

  /** Part of an order, filled without a word about it; answers the fill. */
  fillPart(clientOrderId: string, quantity: string, price: string): Fill {
    const order = this.orders.get(clientOrderId) as WorkingOrder;
    const filledQuantity = new Decimal(order.filledQuantity).plus(quantity).toFixed();
    const atMs = (this.sequence += 1);
    this.orders.set(clientOrderId, { ...order, status: 'PARTIALLY_FILLED', filledQuantity, atMs });
    const content = { ...order, market: 'futures' as const, quantity };
    const fill = { ...this.fillOf(content), exchangeOrderId: order.exchangeOrderId, price };
    this.fills.set(clientOrderId, [...(this.fills.get(clientOrderId) ?? []), fill]);
    return fill;
  }

  /** The whole of an order, filled at this price without a word about it. */
  fillByHand(clientOrderId: string, price: string): void {
    const order = this.orders.get(clientOrderId) as WorkingOrder;
    const quantity = order.quantity ?? '0';
    this.orders.set(clientOrderId, {
      ...order,
      status: 'FILLED',
      filledQuantity: quantity,
      averagePrice: price,
    });
    const fill = this.fillOf({ ...order, market: 'futures', quantity });
    this.fills.set(clientOrderId, [{ ...fill, exchangeOrderId: order.exchangeOrderId, price }]);
    this.positions = [{ symbol: order.symbol, quantity, markPrice: price }];
  }

  account(): Promise<Omit<AccountReading, 'asOfMs'>> {
    const positions = this.positions.map((held) => ({ ...held, entryPrice: '0', unrealizedPnl: '0' }));
    return Promise.resolve({ balances: this.balances, positions });
  }

  instruments(): Promise<readonly Instrument[]> {
    return Promise.resolve(this.listed);
  }

  candles(): Promise<readonly ExchangeCandle[]> {
    return Promise.resolve([]);
  }

  depth(symbol: string): Promise<DepthSnapshot> {
    const price = this.prices[symbol];
    if (price === undefined) return Promise.reject(new TradingFailure('VENUE_UNREACHABLE', 'no book here'));
    const [bids, asks] = [[[`${price - 1}`, '1'] as const], [[`${price + 1}`, '1'] as const]];
    return Promise.resolve({ lastUpdateId: '1', bids, asks });
  }

  leverageOf(symbol: string): Promise<number> {
    return Promise.resolve(this.leverage.get(symbol) ?? 20);
  }

  setLeverage(symbol: string, leverage: number): Promise<void> {
    this.leverage.set(symbol, leverage);
    return Promise.resolve();
  }

  private keep(order: OrderContent): WorkingOrder {
    this.sequence += 1;
    const isMarket = order.type === 'MARKET';
    const kept: WorkingOrder = {
      clientOrderId: order.clientOrderId,
      symbol: order.symbol,
      side: order.side,
      type: order.type,
      quantity: order.quantity,
      ...(order.price !== undefined && { price: order.price }),
      atMs: this.sequence,
      exchangeOrderId: `${this.sequence}`,
      status: isMarket ? 'FILLED' : 'NEW',
      filledQuantity: isMarket ? order.quantity : '0',
      ...(isMarket && { averagePrice: '61700' }),
    };
    this.orders.set(order.clientOrderId, kept);
    if (isMarket) this.fills.set(order.clientOrderId, [this.fillOf(order)]);
    return kept;
  }

  private fillOf(order: OrderContent): Fill {
    return {
      tradeId: `${(lastTradeId += 1)}`,
      market: order.market,
      symbol: order.symbol,
      clientOrderId: order.clientOrderId,
      exchangeOrderId: `${this.sequence}`,
      side: order.side,
      price: '61700',
      quantity: order.quantity,
      quoteQuantity: '123.4',
      fee: '0.05',
      feeAsset: 'USDT',
      realizedPnl: '0',
      isMaker: false,
      tradedAtMs: 1_723_161_256_000,
    };
  }
}
