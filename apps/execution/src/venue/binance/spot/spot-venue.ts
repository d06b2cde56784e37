/**
 * The spot half of the ports. Stops wait in the order book's own service here, under the id they were placed with;
 * leverage, positions and the countdown are of futures alone. A symbol's holdings stand for its position.
 */
import {
  BinanceRequest,
  CallCost,
  ExchangeInfo,
  FuturesDepth,
  SpotAccountAnswer,
  SpotOrder,
  SpotOrderList,
  SpotTrade,
  costOf,
  readInstruments,
  spot,
} from '@elvis/binance';
import { DepthSnapshot, ExchangeCandle } from '@elvis/contracts';
import { Decimal, Fill, Instrument, OrderContent, OrderView } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { AccountReading, holdingsOf } from '../../../domain/known-account';
import { VenueReport } from '../../../domain/order-evidence';
import { ExecutionConfig } from '../../../execution.config';
import { ExchangeCalls } from '../../../limiter/calls/exchange-calls';
import { PlacementGrant } from '../../../limiter/budget/request-budget';
import { ListLegs, Placement, SpotOrderEntry } from '../../order-entry';
import { PlacementRefusals } from '../../placement-refusals';
import { MarketAccount } from '../../venue-accounts';
import { MarketData } from '../../venue-markets';
import { OrderRef, SpotOrders, WorkingOrder } from '../../venue-orders';
import { notPlaced } from '../binance-placement';
import {
  CANCEL_REJECTED,
  ORDER_DOES_NOT_EXIST,
  REFRESH,
  TRADES_PAGE,
  everyTrade,
  isBehind,
  readFrom,
  unlessCode,
} from '../binance-reads';
import { klineTerms, readKlines } from '../klines';
import {
  SPOT_TYPES,
  toListReports,
  toSpotFill,
  toSpotList,
  toSpotOrder,
  toSpotReport,
  toWorkingSpot,
} from './spot-orders';

@Injectable()
export class BinanceSpotVenue implements SpotOrderEntry, SpotOrders, MarketAccount, MarketData {
  private listed: readonly Instrument[] | undefined;

  constructor(
    private readonly calls: ExchangeCalls,
    private readonly config: ExecutionConfig,
    private readonly refusals: PlacementRefusals,
  ) {}

  costOfPlacing(): CallCost {
    return costOf(spot.newOrder({}));
  }

  async place(order: OrderContent, grant: PlacementGrant): Promise<Placement> {
    return this.refusals.seen('spot', await this.sendOnce(order, grant));
  }

  costOfPlacingList(): CallCost {
    return costOf(spot.newOcoList({}));
  }

  async placeList(legs: ListLegs, grant: PlacementGrant): Promise<readonly [Placement, Placement]> {
    const [stop, target] = await this.sendListOnce(legs, grant);
    // It was one request: what it says of the account or of a rule is heard once.
    return [this.refusals.seen('spot', stop), target];
  }

  async cancelList(
    symbol: string,
    orderListId: string,
  ): Promise<ReadonlyMap<string, VenueReport> | undefined> {
    return unlessCode(CANCEL_REJECTED, async () =>
      toListReports((await this.calls.call(spot.cancelList(symbol, orderListId))) as SpotOrderList),
    );
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

  async outcomes(
    _symbol: string,
    orders: readonly WorkingOrder[],
  ): Promise<ReadonlyMap<string, VenueReport>> {
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
    if (symbol !== undefined && !(await this.isListed(symbol))) return [];
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

  async account(): Promise<Omit<AccountReading, 'asOfMs'>> {
    const { balances: rows } = (await readFrom(this.calls, spot.account(), REFRESH)) as SpotAccountAnswer;
    const balances = rows.map(({ asset, free, locked }) => ({
      asset,
      wallet: new Decimal(free).plus(locked).toFixed(),
      free,
    }));
    const traded = (await this.known()).filter(({ symbol }) => this.config.SYMBOLS.includes(symbol));
    return { balances, positions: holdingsOf(balances, traded) };
  }

  /** As the exchange lists them now. */
  async instruments(): Promise<readonly Instrument[]> {
    this.listed = readInstruments((await this.read(spot.exchangeInfo())) as ExchangeInfo, 'spot');
    return this.listed;
  }

  async depth(symbol: string, limit: number): Promise<DepthSnapshot> {
    const { lastUpdateId, bids, asks } = (await this.read(spot.depth(symbol, limit))) as FuturesDepth;
    return { lastUpdateId: `${lastUpdateId}`, bids, asks };
  }

  async candles(symbol: string, fromMs: number, toMs: number): Promise<readonly ExchangeCandle[]> {
    return readKlines(await this.read(spot.klines(klineTerms(symbol, fromMs, toMs))));
  }

  private async sendOnce(order: OrderContent, grant: PlacementGrant): Promise<Placement> {
    if (!SPOT_TYPES.has(order.type))
      return {
        kind: 'refused',
        code: 'ORDER_TYPE',
        reason: `Spot has no ${order.type} orders; nothing was sent`,
      };
    try {
      const answer = await this.calls.place(spot.newOrder(toSpotOrder(order)), grant);
      return { kind: 'accepted', report: toSpotReport(answer as SpotOrder) };
    } catch (error) {
      return notPlaced(error);
    }
  }

  private async sendListOnce(
    legs: ListLegs,
    grant: PlacementGrant,
  ): Promise<readonly [Placement, Placement]> {
    try {
      const answer = await this.calls.place(spot.newOcoList(toSpotList(legs)), grant);
      const reports = toListReports(answer as SpotOrderList);
      return [reported(legs[0], reports), reported(legs[1], reports)];
    } catch (error) {
      return [notPlaced(error), notPlaced(error)];
    }
  }

  /** A symbol of futures need not be one of spot. */
  private async isListed(symbol: string): Promise<boolean> {
    return (await this.known()).some((instrument) => instrument.symbol === symbol);
  }

  /** What is listed and which assets it trades hardly ever changes. */
  private async known(): Promise<readonly Instrument[]> {
    return this.listed ?? this.instruments();
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

function reported({ clientOrderId }: OrderContent, reports: ReadonlyMap<string, VenueReport>): Placement {
  const report = reports.get(clientOrderId);
  return report
    ? { kind: 'accepted', report }
    : { kind: 'unknown', reason: 'the exchange answered the order list without a report of this order' };
}
