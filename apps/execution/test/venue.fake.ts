/** An exchange with behaviour, for the engine's specs: it keeps orders, and can lose answers before or after it acted. */
import { AccountView, DepthSnapshot } from '@elvis/contracts';
import { Fill, Instrument, Market, OrderContent, OrderView, TradingFailure } from '@elvis/trading';
import { VenueReport } from '../src/domain/order-lifecycle';
import { Placement, RequestTiming, Venue, WorkingOrder } from '../src/venue';

export type Trouble = 'none' | 'answer-lost' | 'request-lost' | 'unreachable' | 'refuses';

/** Trade ids are the exchange's identity of a fill, so no two exchanges of one spec may share them. */
let lastTradeId = 900;

export class FakeVenue extends Venue {
  readonly received: { readonly order: OrderContent; readonly timing: RequestTiming }[] = [];
  readonly leverages = new Map<string, number>();
  trouble: Trouble = 'none';
  private readonly orders = new Map<string, WorkingOrder>();
  private readonly fills = new Map<string, Fill[]>();
  private sequence = 0;

  place(order: OrderContent, timing: RequestTiming): Promise<Placement> {
    if (this.trouble === 'unreachable')
      return Promise.resolve({ kind: 'never-left', reason: 'ECONNREFUSED' });
    this.received.push({ order, timing });
    if (this.trouble === 'request-lost') return Promise.resolve({ kind: 'unknown', reason: 'timeout' });
    if (this.trouble === 'refuses') {
      return Promise.resolve({ kind: 'refused', code: '-2019', reason: 'Margin is insufficient.' });
    }
    const report = this.keep(order);
    return Promise.resolve(
      this.trouble === 'answer-lost' ? { kind: 'unknown', reason: 'timeout' } : { kind: 'accepted', report },
    );
  }

  find(_market: Market, _symbol: string, clientOrderId: string): Promise<VenueReport | undefined> {
    return Promise.resolve(this.orders.get(clientOrderId));
  }

  cancel(_market: Market, _symbol: string, clientOrderId: string): Promise<VenueReport | undefined> {
    const order = this.orders.get(clientOrderId);
    if (order?.status !== 'NEW') return Promise.resolve(undefined);
    const canceled: WorkingOrder = { ...order, status: 'CANCELED' };
    this.orders.set(clientOrderId, canceled);
    return Promise.resolve(canceled);
  }

  openOrders(): Promise<readonly WorkingOrder[]> {
    return Promise.resolve([...this.orders.values()].filter(({ status }) => status === 'NEW'));
  }

  fillsOf({ clientOrderId }: OrderView): Promise<readonly Fill[]> {
    return Promise.resolve(this.fills.get(clientOrderId) ?? []);
  }

  account(): Promise<AccountView> {
    return Promise.resolve({ balances: [], positions: [], asOfMs: Date.now() });
  }

  instruments(): Promise<readonly Instrument[]> {
    return Promise.resolve([]);
  }

  depth(): Promise<DepthSnapshot> {
    return Promise.reject(new TradingFailure('VENUE_UNREACHABLE', 'no book here'));
  }

  leverageOf(symbol: string): Promise<number> {
    return Promise.resolve(this.leverages.get(symbol) ?? 20);
  }

  setLeverage(symbol: string, leverage: number): Promise<void> {
    this.leverages.set(symbol, leverage);
    return Promise.resolve();
  }

  private keep(order: OrderContent): WorkingOrder {
    this.sequence += 1;
    const isMarket = order.type === 'MARKET';
    const kept: WorkingOrder = {
      clientOrderId: order.clientOrderId,
      symbol: order.symbol,
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
