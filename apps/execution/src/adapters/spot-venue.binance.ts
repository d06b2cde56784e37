/**
 * The spot half of the venue port. Stops wait in the order book's own service here, under the id they were placed with;
 * leverage, positions and the countdown are of futures alone. A symbol's holdings stand for its position.
 */
import {
  BinanceRequest,
  CallCost,
  ExchangeInfo,
  FuturesDepth,
  SpotAccountAnswer,
  SpotOrder,
  SpotTrade,
  costOf,
  readInstruments,
  spot,
} from '@elvis/binance';
import { AccountView, DepthSnapshot } from '@elvis/contracts';
import { Decimal, Fill, Instrument, OrderContent, OrderView } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { VenueReport } from '../domain/order-evidence';
import { ExecutionConfig } from '../execution.config';
import { ExchangeCalls } from '../limiter/exchange-calls';
import { ExchangeClock } from '../limiter/exchange-clock';
import { PlacementGrant } from '../limiter/request-budget';
import { OrderRef, Placement, WorkingOrder } from '../venue';
import { notPlaced } from './binance-placement';
import {
  CANCEL_REJECTED,
  ORDER_DOES_NOT_EXIST,
  TRADES_PAGE,
  everyTrade,
  isBehind,
  readFrom,
  unlessCode,
} from './binance-reads';
import { SPOT_TYPES, toSpotFill, toSpotOrder, toSpotReport, toWorkingSpot } from './binance-spot-orders';

const INSTRUMENTS_FRESH_MS = 3_600_000;

@Injectable()
export class BinanceSpotVenue {
  private listed: { readonly instruments: Promise<readonly Instrument[]>; readonly at: number } | undefined;

  constructor(
    private readonly calls: ExchangeCalls,
    private readonly clock: ExchangeClock,
    private readonly config: ExecutionConfig,
  ) {}

  costOfPlacing(): CallCost {
    return costOf(spot.newOrder({}));
  }

  async place(order: OrderContent, grant: PlacementGrant): Promise<Placement> {
    if (!SPOT_TYPES.has(order.type))
      return { kind: 'refused', code: 'ORDER_TYPE', reason: `${order.type} is no order of the spot market` };
    try {
      const answer = await this.calls.place(spot.newOrder(toSpotOrder(order)), grant);
      return { kind: 'accepted', report: toSpotReport(answer as SpotOrder) };
    } catch (error) {
      return notPlaced(error);
    }
  }

  find({ symbol, clientOrderId, exchangeOrderId }: OrderRef): Promise<VenueReport | undefined> {
    const query =
      exchangeOrderId === undefined
        ? spot.queryOrder(symbol, clientOrderId)
        : spot.queryOrderById(symbol, exchangeOrderId);
    return unlessCode(ORDER_DOES_NOT_EXIST, async () =>
      toSpotReport((await this.calls.call(query)) as SpotOrder),
    );
  }

  /** An amendment, which a person may have made, gives an order another client order id. */
  cancel({ symbol, clientOrderId, exchangeOrderId }: OrderRef): Promise<VenueReport | undefined> {
    const request =
      exchangeOrderId === undefined
        ? spot.cancelOrder(symbol, clientOrderId)
        : spot.cancelOrderById(symbol, exchangeOrderId);
    return unlessCode(CANCEL_REJECTED, async () =>
      toSpotReport((await this.calls.call(request)) as SpotOrder),
    );
  }

  /** One call cancels the stops too; that nothing was open is as good. */
  async cancelAll(symbol: string, kind: 'plain' | 'conditional'): Promise<void> {
    if (kind === 'conditional') return;
    await unlessCode(CANCEL_REJECTED, async () => this.calls.call(spot.cancelAllOrders(symbol)));
  }

  async outcomes(orders: readonly WorkingOrder[]): Promise<ReadonlyMap<string, VenueReport>> {
    const found = new Map<string, VenueReport>();
    await Promise.all(
      orders.map(async (order) => {
        const report = await this.find({ ...order, market: 'spot' });
        if (report) found.set(order.clientOrderId, report);
      }),
    );
    return found;
  }

  async openOrders(symbol?: string): Promise<readonly WorkingOrder[]> {
    return ((await this.read(spot.openOrders(symbol))) as SpotOrder[]).map(toWorkingSpot);
  }

  async fillsOf(order: OrderView): Promise<readonly Fill[]> {
    const { exchangeOrderId: orderId, symbol } = order;
    if (orderId === undefined) return [];
    return (await this.tradesOf(symbol, { orderId }, undefined)).map((trade) => toSpotFill(trade, order));
  }

  async fillsSince(symbol: string, tradeId: string | undefined): Promise<readonly Fill[]> {
    if (!(await this.isListed(symbol))) return [];
    return (await this.tradesOf(symbol, {}, tradeId)).map((trade) => toSpotFill(trade, undefined));
  }

  async hasTraded({ symbol, clientOrderId, side, createdAtMs }: OrderView): Promise<boolean> {
    const trades = (await this.read(
      spot.myTrades(symbol, { startTime: createdAtMs - 60_000, limit: TRADES_PAGE }),
    )) as SpotTrade[];
    const ours = trades.filter(({ isBuyer }) => isBuyer === (side === 'BUY'));
    return isBehind(ours, clientOrderId, (orderId) => this.identify(symbol, orderId));
  }

  identify(symbol: string, orderId: string): Promise<WorkingOrder | undefined> {
    return unlessCode(ORDER_DOES_NOT_EXIST, async () =>
      toWorkingSpot((await this.calls.call(spot.queryOrderById(symbol, orderId))) as SpotOrder),
    );
  }

  async account(): Promise<AccountView> {
    const { balances } = (await this.read(spot.account())) as SpotAccountAnswer;
    const asOfMs = this.clock.now();
    const holdings = new Map(
      balances.map(({ asset, free, locked }) => [asset, new Decimal(free).plus(locked)]),
    );
    const traded = (await this.instruments()).filter(({ symbol }) => this.config.SYMBOLS.includes(symbol));
    return {
      balances: balances.map(({ asset, free }) => ({
        asset,
        wallet: (holdings.get(asset) as Decimal).toFixed(),
        free,
      })),
      positions: traded.flatMap(({ symbol, baseAsset }) => {
        const quantity = holdings.get(baseAsset);
        if (!quantity?.gt(0)) return [];
        return [
          { symbol, quantity: quantity.toFixed(), entryPrice: '0', markPrice: '0', unrealizedPnl: '0' },
        ];
      }),
      asOfMs,
    };
  }

  instruments(): Promise<readonly Instrument[]> {
    if (this.listed && performance.now() - this.listed.at < INSTRUMENTS_FRESH_MS)
      return this.listed.instruments;
    const instruments = this.read(spot.exchangeInfo()).then((info) =>
      readInstruments(info as ExchangeInfo, 'spot'),
    );
    this.listed = { instruments, at: performance.now() };
    instruments.catch(() => (this.listed = undefined));
    return instruments;
  }

  async depth(symbol: string, limit: number): Promise<DepthSnapshot> {
    const { lastUpdateId, bids, asks } = (await this.read(spot.depth(symbol, limit))) as FuturesDepth;
    return { lastUpdateId: `${lastUpdateId}`, bids, asks };
  }

  /** A symbol of futures need not be one of spot. */
  private async isListed(symbol: string): Promise<boolean> {
    return (await this.instruments()).some((instrument) => instrument.symbol === symbol);
  }

  private tradesOf(
    symbol: string,
    filter: { readonly orderId?: string },
    after: string | undefined,
  ): Promise<readonly SpotTrade[]> {
    return everyTrade(
      after,
      async (terms) => (await this.read(spot.myTrades(symbol, { ...filter, ...terms }))) as SpotTrade[],
    );
  }

  private read(request: BinanceRequest): Promise<unknown> {
    return readFrom(this.calls, request);
  }
}
