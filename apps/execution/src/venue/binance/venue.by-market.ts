/** The venue port over both of Binance's markets: each order, question and fact goes to the market it is about. */
import { CallCost } from '@elvis/binance';
import { DepthSnapshot } from '@elvis/contracts';
import { Fill, Instrument, Market, OrderContent, OrderView } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { AccountReading } from '../../domain/known-account';
import { VenueReport } from '../../domain/order-evidence';
import { PlacementGrant } from '../../limiter/budget/request-budget';
import { PlacementRefusals } from '../placement-refusals';
import { OrderRef, Placement, Venue, WorkingOrder } from '../venue';
import { BinanceSpotVenue } from './spot-venue.binance';
import { StreamsDepth } from './streams-depth.binance';
import { BinanceVenue } from './venue.binance';

@Injectable()
export class VenueByMarket extends Venue {
  constructor(
    private readonly futures: BinanceVenue,
    private readonly spot: BinanceSpotVenue,
    private readonly streams: StreamsDepth,
    private readonly refusals: PlacementRefusals,
  ) {
    super();
  }

  costOfPlacing(orders: readonly OrderContent[]): CallCost {
    return orders[0]?.market === 'spot' ? this.spot.costOfPlacing() : this.futures.costOfPlacing(orders);
  }

  costOfAmending(): CallCost {
    return this.futures.costOfAmending();
  }

  async place(order: OrderContent, grant: PlacementGrant): Promise<Placement> {
    return this.refusals.seen(order.market, await this.of(order.market).place(order, grant));
  }

  async placeBatch(orders: readonly OrderContent[], grant: PlacementGrant): Promise<readonly Placement[]> {
    const placements = await this.futures.placeBatch(orders, grant);
    return placements.map((placement) => this.refusals.seen('futures', placement));
  }

  async amend(
    order: OrderView,
    terms: { readonly quantity: string; readonly price: string },
    grant: PlacementGrant,
  ): Promise<Placement> {
    return this.refusals.seen('futures', await this.futures.amend(order, terms, grant));
  }

  find(order: OrderRef): Promise<VenueReport | undefined> {
    return this.of(order.market).find(order);
  }

  cancel(order: OrderRef): Promise<VenueReport | undefined> {
    return this.of(order.market).cancel(order);
  }

  cancelAll(market: Market, symbol: string, kind: 'plain' | 'conditional'): Promise<void> {
    return market === 'spot'
      ? this.spot.cancelAll(symbol, kind)
      : this.futures.cancelAll(market, symbol, kind);
  }

  outcomes(
    market: Market,
    symbol: string,
    orders: readonly WorkingOrder[],
  ): Promise<ReadonlyMap<string, VenueReport>> {
    return market === 'spot' ? this.spot.outcomes(orders) : this.futures.outcomes(market, symbol, orders);
  }

  openOrders(market: Market, symbol?: string): Promise<readonly WorkingOrder[]> {
    return market === 'spot' ? this.spot.openOrders(symbol) : this.futures.openOrders(market, symbol);
  }

  fillsOf(order: OrderView): Promise<readonly Fill[]> {
    return this.of(order.market).fillsOf(order);
  }

  fillsSince(market: Market, symbol: string, tradeId: string | undefined): Promise<readonly Fill[]> {
    return market === 'spot'
      ? this.spot.fillsSince(symbol, tradeId)
      : this.futures.fillsSince(market, symbol, tradeId);
  }

  hasTraded(order: OrderView): Promise<boolean> {
    return this.of(order.market).hasTraded(order);
  }

  identify(market: Market, symbol: string, exchangeOrderId: string): Promise<WorkingOrder | undefined> {
    return market === 'spot'
      ? this.spot.identify(symbol, exchangeOrderId)
      : this.futures.identify(market, symbol, exchangeOrderId);
  }

  position(symbol: string): Promise<string> {
    return this.futures.position(symbol);
  }

  account(market: Market): Promise<Omit<AccountReading, 'asOfMs'>> {
    return this.of(market).account(market);
  }

  instruments(market: Market): Promise<readonly Instrument[]> {
    return this.of(market).instruments(market);
  }

  depth(market: Market, symbol: string, limit: number): Promise<DepthSnapshot> {
    if (market === 'spot') return this.spot.depth(symbol, limit);
    return this.streams.isElsewhere
      ? this.streams.depth(symbol, limit)
      : this.futures.depth(market, symbol, limit);
  }

  leverageOf(symbol: string): Promise<number> {
    return this.futures.leverageOf(symbol);
  }

  leverages(): Promise<ReadonlyMap<string, number>> {
    return this.futures.leverages();
  }

  setLeverage(symbol: string, leverage: number): Promise<void> {
    return this.futures.setLeverage(symbol, leverage);
  }

  countdown(symbol: string, afterMs: number): Promise<void> {
    return this.futures.countdown(symbol, afterMs);
  }

  private of(
    market: Market,
  ): Pick<Venue, 'place' | 'find' | 'cancel' | 'fillsOf' | 'hasTraded' | 'account' | 'instruments'> {
    return market === 'spot' ? this.spot : this.futures;
  }
}
