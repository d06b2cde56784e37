/** The venue port, spoken to Binance and, unchanged, to paper-exchange: only the base URL differs. */
import {
  ExchangeInfo,
  FuturesBalance,
  FuturesDepth,
  FuturesOrder,
  FuturesPosition,
  FuturesSymbolConfig,
  FuturesTrade,
  NOTHING_HAPPENED,
  futures,
  readInstruments,
} from '@elvis/binance';
import { AccountView, DepthSnapshot } from '@elvis/contracts';
import { Decimal, Fill, Instrument, Market, OrderContent, OrderView, TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { VenueReport } from '../domain/order-lifecycle';
import { ExchangeCalls, NotDone, asFailure } from '../limiter/exchange-calls';
import { ExchangeClock } from '../limiter/exchange-clock';
import { Placement, RequestTiming, Venue, WorkingOrder } from '../venue';
import { toFill, toFuturesOrder, toReport, unreadable } from './binance-orders';

const ORDER_DOES_NOT_EXIST = -2013;
const CANCEL_REJECTED = -2011;
const TRADES_PAGE = 1000;

@Injectable()
export class BinanceVenue extends Venue {
  constructor(
    private readonly calls: ExchangeCalls,
    private readonly clock: ExchangeClock,
  ) {
    super();
  }

  async place(order: OrderContent, timing: RequestTiming): Promise<Placement> {
    try {
      const answer = await this.calls.call(futures.newOrder(toFuturesOrder(order)), timing);
      return { kind: 'accepted', report: toReport(answer as FuturesOrder) };
    } catch (error) {
      if (!(error instanceof NotDone)) return { kind: 'unknown', reason: (error as Error).message };
      const { kind, code, message } = error.answer;
      if (kind === 'UNREACHABLE') return { kind: 'never-left', reason: message };
      if (NOTHING_HAPPENED.has(kind)) return { kind: 'refused', code: `${code ?? kind}`, reason: message };
      return { kind: 'unknown', reason: message };
    }
  }

  async find(_market: Market, symbol: string, clientOrderId: string): Promise<VenueReport | undefined> {
    return this.unlessCode(ORDER_DOES_NOT_EXIST, async () =>
      toReport((await this.calls.call(futures.queryOrder(symbol, clientOrderId))) as FuturesOrder),
    );
  }

  async cancel(_market: Market, symbol: string, clientOrderId: string): Promise<VenueReport | undefined> {
    return this.unlessCode(CANCEL_REJECTED, async () =>
      toReport((await this.calls.call(futures.cancelOrder(symbol, clientOrderId))) as FuturesOrder),
    );
  }

  async openOrders(_market: Market): Promise<readonly WorkingOrder[]> {
    const orders = (await this.read(futures.openOrders())) as FuturesOrder[];
    return orders.map((order) => ({
      ...toReport(order),
      clientOrderId: order.clientOrderId,
      symbol: order.symbol,
    }));
  }

  async fillsOf(order: OrderView): Promise<readonly Fill[]> {
    if (order.exchangeOrderId === undefined) return [];
    const fills: Fill[] = [];
    for (;;) {
      const last = fills.at(-1);
      const page = (await this.read(
        futures.userTrades(order.symbol, {
          orderId: order.exchangeOrderId,
          limit: TRADES_PAGE,
          ...(last && { fromId: (BigInt(last.tradeId) + 1n).toString() }),
        }),
      )) as FuturesTrade[];
      fills.push(...page.map((trade) => toFill(trade, order)));
      if (page.length < TRADES_PAGE) return fills;
    }
  }

  async account(_market: Market): Promise<AccountView> {
    const [positions, balances, configs] = (await Promise.all([
      this.read(futures.positions()),
      this.read(futures.balance()),
      this.read(futures.symbolConfig()),
    ])) as [FuturesPosition[], FuturesBalance[], FuturesSymbolConfig[]];
    const leverages = new Map(configs.map(({ symbol, leverage }) => [symbol, leverage]));
    return {
      balances: balances.map(({ asset, balance, availableBalance }) => ({
        asset,
        wallet: balance,
        free: availableBalance,
      })),
      positions: positions
        .filter(({ positionAmt }) => !new Decimal(positionAmt).isZero())
        .map((position) => ({
          symbol: position.symbol,
          quantity: position.positionAmt,
          entryPrice: position.entryPrice,
          markPrice: position.markPrice,
          unrealizedPnl: position.unRealizedProfit,
          leverage: leverages.get(position.symbol),
        })),
      asOfMs: this.clock.now(),
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

  async setLeverage(symbol: string, leverage: number): Promise<void> {
    await this.read(futures.setLeverage(symbol, leverage));
  }

  private async read(request: Parameters<ExchangeCalls['call']>[0]): Promise<unknown> {
    try {
      return await this.calls.call(request);
    } catch (error) {
      throw asFailure(error);
    }
  }

  /** Undefined where the exchange answers with this code; every other failure in the taxonomy's words. */
  private async unlessCode<Result>(code: number, work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof NotDone && error.answer.code === code) return undefined;
      if (error instanceof NotDone && error.answer.kind === 'UNKNOWN') {
        throw new TradingFailure(
          'VENUE_SILENT',
          'The exchange gave no clear answer; look the order up again',
          {
            cause: error,
          },
        );
      }
      throw asFailure(error);
    }
  }
}
