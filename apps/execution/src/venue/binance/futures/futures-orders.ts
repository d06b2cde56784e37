/** The orders of futures, as Binance and, unchanged, the paper exchange tell of them: only the base URL differs. */
import {
  BinanceRequest,
  FuturesAlgoOrder,
  FuturesIncome,
  FuturesOrder,
  FuturesTrade,
  futures,
} from '@elvis/binance';
import { Fill, OrderView, isConditional } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { isAlgoNumber } from '../../../domain/order-change';
import { VenueReport } from '../../../domain/order-evidence';
import { ExchangeCalls } from '../../../limiter/calls/exchange-calls';
import { Priority } from '../../../limiter/domain/ledger';
import { FuturesOrders, OrderRef, WorkingOrder } from '../../venue-orders';
import {
  actualOrderIdOf,
  toAlgoReport,
  toFill,
  toReport,
  toWorkingAlgo,
  toWorkingOrder,
} from '../binance-orders';
import { outcomesOf } from './futures-outcomes';
import {
  CANCEL_REJECTED,
  ORDER_DOES_NOT_EXIST,
  TRADES_PAGE,
  everyTrade,
  isBehind,
  readFrom,
  unlessCode,
} from '../binance-reads';

@Injectable()
export class BinanceFuturesOrders implements FuturesOrders {
  constructor(private readonly calls: ExchangeCalls) {}

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

  async cancelAll(symbol: string, kind: 'plain' | 'conditional'): Promise<void> {
    await this.read(kind === 'plain' ? futures.cancelAllOrders(symbol) : futures.cancelAllAlgoOrders(symbol));
  }

  async outcomes(symbol: string, orders: readonly WorkingOrder[]): Promise<ReadonlyMap<string, VenueReport>> {
    return outcomesOf(orders, {
      plain: async (from) =>
        ((await this.read(futures.allOrders(symbol, from), 'P1')) as FuturesOrder[]).map(toWorkingOrder),
      conditional: async (from) =>
        ((await this.read(futures.allAlgoOrders(symbol, from), 'P1')) as FuturesAlgoOrder[])
          .filter((algo) => actualOrderIdOf(algo) === undefined)
          .map(toWorkingAlgo),
      single: (order) => this.find({ ...order, market: 'futures' }),
    });
  }

  async openOrders(symbol?: string): Promise<readonly WorkingOrder[]> {
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

  async fillsSince(symbol: string, tradeId: string | undefined): Promise<readonly Fill[]> {
    return (await this.tradesOf(symbol, {}, tradeId)).map((trade) => toFill(trade, undefined));
  }

  async tradedSince(atMs: number): Promise<ReadonlySet<string>> {
    const symbols = new Set<string>();
    for (let page = 1; ; page += 1) {
      const terms = { startTime: atMs, limit: TRADES_PAGE, page };
      const rows = (await this.read(futures.income(terms), 'P1')) as FuturesIncome[];
      for (const { symbol, tradeId } of rows) if (symbol && tradeId) symbols.add(symbol);
      if (rows.length < TRADES_PAGE) return symbols;
    }
  }

  async hasTraded({ symbol, clientOrderId, side, createdAtMs }: OrderView): Promise<boolean> {
    const trades = (await this.read(
      futures.userTrades(symbol, { startTime: createdAtMs - 60_000, limit: TRADES_PAGE }),
    )) as FuturesTrade[];
    const ours = trades.filter((trade) => trade.side === side);
    return isBehind(ours, clientOrderId, (orderId) => this.identify(symbol, orderId));
  }

  async identify(symbol: string, orderId: string): Promise<WorkingOrder | undefined> {
    return unlessCode(ORDER_DOES_NOT_EXIST, async () =>
      toWorkingOrder((await this.calls.call(futures.queryOrderById(symbol, orderId))) as FuturesOrder),
    );
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
