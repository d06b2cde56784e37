/** The venue port, spoken to Binance and, unchanged, to paper-exchange: only the base URL differs. */
import {
  BinanceRequest,
  CallCost,
  ExchangeInfo,
  FuturesAlgoOrder,
  FuturesBalance,
  FuturesBatchAnswer,
  FuturesDepth,
  FuturesOrder,
  FuturesPosition,
  FuturesSymbolConfig,
  FuturesTrade,
  costOf,
  futures,
  readInstruments,
} from '@elvis/binance';
import { DepthSnapshot } from '@elvis/contracts';
import { Fill, Instrument, Market, OrderContent, OrderView, isConditional } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { AccountReading } from '../../domain/known-account';
import { VenueReport } from '../../domain/order-evidence';
import { Priority } from '../../limiter/domain/ledger';
import { isAlgoNumber } from '../../domain/order-change';
import { ExchangeCalls } from '../../limiter/calls/exchange-calls';
import { PlacementGrant } from '../../limiter/budget/request-budget';
import { OrderRef, Placement, Venue, WorkingOrder } from '../venue';
import { sideOf, toKnownPosition } from './binance-account';
import { outcomesOf } from './binance-outcomes';
import {
  CANCEL_REJECTED,
  ORDER_DOES_NOT_EXIST,
  REFRESH,
  TRADES_PAGE,
  everyTrade,
  isBehind,
  readFrom,
  unlessCode,
} from './binance-reads';
import { batchPlacement, notPlaced, placingOf } from './binance-placement';
import {
  actualOrderIdOf,
  toAlgoReport,
  toFill,
  toFuturesOrder,
  toReport,
  toWorkingAlgo,
  toWorkingOrder,
  unreadable,
} from './binance-orders';

@Injectable()
export class BinanceVenue extends Venue {
  constructor(private readonly calls: ExchangeCalls) {
    super();
  }

  costOfPlacing(orders: readonly OrderContent[]): CallCost {
    const [first] = orders;
    return costOf(
      first && orders.length === 1 ? placingOf(first) : futures.newBatch(orders.map(toFuturesOrder)),
    );
  }

  costOfAmending(): CallCost {
    return costOf(futures.amendOrder({}));
  }

  async place(order: OrderContent, grant: PlacementGrant): Promise<Placement> {
    const isAlgo = isConditional(order.type);
    return this.sendOnce(placingOf(order), grant, (answer) =>
      isAlgo ? toAlgoReport(answer as FuturesAlgoOrder) : toReport(answer as FuturesOrder),
    );
  }

  async placeBatch(orders: readonly OrderContent[], grant: PlacementGrant): Promise<readonly Placement[]> {
    try {
      const answers = (await this.calls.place(
        futures.newBatch(orders.map(toFuturesOrder)),
        grant,
      )) as readonly FuturesBatchAnswer[];
      return orders.map((_, place) => batchPlacement(answers[place]));
    } catch (error) {
      return orders.map(() => notPlaced(error));
    }
  }

  async amend(
    { symbol, side, clientOrderId, exchangeOrderId: orderId }: OrderView,
    { quantity, price }: { readonly quantity: string; readonly price: string },
    grant: PlacementGrant,
  ): Promise<Placement> {
    const name = { ...(orderId !== undefined && { orderId }), origClientOrderId: clientOrderId };
    const request = futures.amendOrder({ symbol, side, ...name, quantity, price });
    return this.sendOnce(request, grant, (answer) => toReport(answer as FuturesOrder));
  }

  async find(order: OrderRef): Promise<VenueReport | undefined> {
    const { symbol, clientOrderId, exchangeOrderId } = order;
    if (!isConditional(order.type))
      return this.reportOf(
        exchangeOrderId === undefined
          ? futures.queryOrder(symbol, clientOrderId)
          : futures.queryOrderById(symbol, exchangeOrderId),
      );
    const algo = await this.algoOf(order);
    const actual = algo && actualOrderIdOf(algo);
    if (!algo || actual === undefined) return algo && toAlgoReport(algo);
    // The order that it became may be shown a little later; that it became one is certain all the same.
    return (
      (await this.reportOf(futures.queryOrderById(symbol, actual))) ??
      toAlgoReport({ ...algo, algoStatus: 'TRIGGERED' })
    );
  }

  async cancel(order: OrderRef): Promise<VenueReport | undefined> {
    const { clientOrderId, exchangeOrderId } = order;
    const isWaiting = exchangeOrderId === undefined || isAlgoNumber(exchangeOrderId);
    if (!isConditional(order.type) || !isWaiting) return this.cancelPlain(order);
    const isCanceled = await unlessCode(CANCEL_REJECTED, async () => {
      await this.calls.call(futures.cancelAlgoOrder(clientOrderId));
      return true;
    });
    const algo = await this.algoOf(order);
    if (!algo || isCanceled) return algo && toAlgoReport(algo);
    const actual = actualOrderIdOf(algo);
    return actual === undefined ? undefined : this.cancelPlain({ ...order, exchangeOrderId: actual });
  }

  async cancelAll(_market: Market, symbol: string, kind: 'plain' | 'conditional'): Promise<void> {
    await this.read(kind === 'plain' ? futures.cancelAllOrders(symbol) : futures.cancelAllAlgoOrders(symbol));
  }

  async outcomes(
    market: Market,
    symbol: string,
    orders: readonly WorkingOrder[],
  ): Promise<ReadonlyMap<string, VenueReport>> {
    return outcomesOf(orders, {
      plain: async (from) =>
        ((await this.read(futures.allOrders(symbol, from), 'P1')) as FuturesOrder[]).map(toWorkingOrder),
      conditional: async (from) =>
        ((await this.read(futures.allAlgoOrders(symbol, from), 'P1')) as FuturesAlgoOrder[])
          .filter((algo) => actualOrderIdOf(algo) === undefined)
          .map(toWorkingAlgo),
      single: (order) => this.find({ ...order, market }),
    });
  }

  async openOrders(_market: Market, symbol?: string): Promise<readonly WorkingOrder[]> {
    const [orders, algos] = (await Promise.all([
      this.read(futures.openOrders(symbol)),
      this.read(futures.openAlgoOrders(symbol)),
    ])) as [FuturesOrder[], FuturesAlgoOrder[]];
    return [...orders.map(toWorkingOrder), ...algos.map(toWorkingAlgo)];
  }

  async fillsOf(order: OrderView): Promise<readonly Fill[]> {
    const { exchangeOrderId: orderId, symbol } = order;
    if (orderId === undefined || isAlgoNumber(orderId)) return [];
    const trades = await this.tradesOf(symbol, { orderId }, undefined);
    return trades.map((trade) => toFill(trade, order));
  }

  async fillsSince(_market: Market, symbol: string, tradeId: string | undefined): Promise<readonly Fill[]> {
    return (await this.tradesOf(symbol, {}, tradeId)).map((trade) => toFill(trade, undefined));
  }

  async hasTraded({ symbol, clientOrderId, side, createdAtMs }: OrderView): Promise<boolean> {
    const trades = (await this.read(
      futures.userTrades(symbol, { startTime: createdAtMs - 60_000, limit: TRADES_PAGE }),
    )) as FuturesTrade[];
    const ours = trades.filter((trade) => trade.side === side);
    return isBehind(ours, clientOrderId, (orderId) => this.identify('futures', symbol, orderId));
  }

  async identify(_market: Market, symbol: string, orderId: string): Promise<WorkingOrder | undefined> {
    return unlessCode(ORDER_DOES_NOT_EXIST, async () =>
      toWorkingOrder((await this.calls.call(futures.queryOrderById(symbol, orderId))) as FuturesOrder),
    );
  }

  async position(symbol: string): Promise<string> {
    const positions = (await this.read(futures.positions(symbol), 'P1')) as FuturesPosition[];
    const held = positions.filter((position) => position.symbol === symbol);
    if (held.some(({ positionSide }) => sideOf(positionSide).positionSide))
      throw unreadable('positions of hedge mode');
    return held[0]?.positionAmt ?? '0';
  }

  async account(_market: Market): Promise<Omit<AccountReading, 'asOfMs'>> {
    const [positions, balances] = (await Promise.all([
      readFrom(this.calls, futures.positions(), REFRESH),
      readFrom(this.calls, futures.balance(), REFRESH),
    ])) as [FuturesPosition[], FuturesBalance[]];
    return {
      balances: balances.map(({ asset, balance, availableBalance }) => ({
        asset,
        wallet: balance,
        free: availableBalance,
      })),
      positions: positions.map(toKnownPosition),
    };
  }

  async instruments(market: Market): Promise<readonly Instrument[]> {
    if (market !== 'futures') return [];
    return readInstruments((await this.read(futures.exchangeInfo())) as ExchangeInfo, market);
  }

  async depth(_market: Market, symbol: string, limit: number): Promise<DepthSnapshot> {
    const { lastUpdateId, bids, asks } = (await this.read(futures.depth(symbol, limit))) as FuturesDepth;
    return { lastUpdateId: `${lastUpdateId}`, bids, asks };
  }

  async leverageOf(symbol: string): Promise<number> {
    const rows = (await this.read(futures.symbolConfig(symbol))) as FuturesSymbolConfig[];
    const leverage = rows.find((row) => row.symbol === symbol)?.leverage;
    if (!Number.isInteger(leverage)) throw unreadable(`no leverage for ${symbol}`);
    return leverage as number;
  }

  async leverages(): Promise<ReadonlyMap<string, number>> {
    const rows = (await readFrom(this.calls, futures.symbolConfig(), REFRESH)) as FuturesSymbolConfig[];
    return new Map(rows.map(({ symbol, leverage }) => [symbol, leverage]));
  }

  async setLeverage(symbol: string, leverage: number): Promise<void> {
    await this.read(futures.setLeverage(symbol, leverage));
  }

  async countdown(symbol: string, afterMs: number): Promise<void> {
    await this.read(futures.countdownCancelAll(symbol, afterMs));
  }

  private algoOf({ clientOrderId, exchangeOrderId = '' }: OrderRef): Promise<FuturesAlgoOrder | undefined> {
    const query = isAlgoNumber(exchangeOrderId)
      ? futures.queryAlgoOrderById(exchangeOrderId.slice(exchangeOrderId.indexOf(':') + 1))
      : futures.queryAlgoOrder(clientOrderId);
    return unlessCode(ORDER_DOES_NOT_EXIST, async () => (await this.calls.call(query)) as FuturesAlgoOrder);
  }

  private reportOf(query: BinanceRequest): Promise<VenueReport | undefined> {
    return unlessCode(ORDER_DOES_NOT_EXIST, async () =>
      toReport((await this.calls.call(query)) as FuturesOrder),
    );
  }

  private async sendOnce(
    request: BinanceRequest,
    grant: PlacementGrant,
    read: (answer: unknown) => VenueReport,
  ): Promise<Placement> {
    try {
      return { kind: 'accepted', report: read(await this.calls.place(request, grant)) };
    } catch (error) {
      return notPlaced(error);
    }
  }

  private async cancelPlain({
    symbol,
    clientOrderId,
    exchangeOrderId,
    type,
  }: OrderRef): Promise<VenueReport | undefined> {
    return unlessCode(CANCEL_REJECTED, async () => {
      const request =
        isConditional(type) && exchangeOrderId !== undefined
          ? futures.cancelOrderById(symbol, exchangeOrderId)
          : futures.cancelOrder(symbol, clientOrderId, exchangeOrderId);
      return toReport((await this.calls.call(request)) as FuturesOrder);
    });
  }

  private async tradesOf(
    symbol: string,
    filter: { readonly orderId?: string },
    after: string | undefined,
  ): Promise<readonly FuturesTrade[]> {
    return everyTrade(
      after,
      async (terms) =>
        (await this.read(futures.userTrades(symbol, { ...filter, ...terms }))) as FuturesTrade[],
    );
  }

  private read(request: BinanceRequest, priority?: Priority): Promise<unknown> {
    return readFrom(this.calls, request, { priority });
  }
}
