/** A key's own past: orders and trades, paged as Binance pages them. */
import { OwnTrade, listOwnOrders } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Market, OrderView } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { SignedCall, SignedRoute } from '../../calls/call';
import { SymbolLists } from '../../market/symbol-list';
import { Parameters, illegal } from '../../requests/parameters';
import { FrontRefusal } from '../../words/front-refusal';
import { refused } from '../../words/domain/words';
import { reading } from '../order-calls';
import { Digits, OwnOrder, isAlgoOrder, shown } from '../order-rows';
import { OwnOrders, ownOrder } from '../own-orders';
import { OwnTrades } from './own-trades';
import { RecentOrders } from '../recent-orders';
import { ShownOrders } from '../shown-orders';

const DAY_MS = 86_400_000;
/** No call reaches further in one go. */
const LONGEST_MS: Readonly<Record<Market, number>> = { futures: 7 * DAY_MS, spot: DAY_MS };
const OTHERWISE = 500;
const MOST = 1_000;

@Injectable()
export class PastCalls {
  constructor(
    private readonly bus: Bus,
    private readonly orders: OwnOrders,
    private readonly recent: RecentOrders,
    private readonly trades: OwnTrades,
    private readonly symbols: SymbolLists,
    private readonly shown: ShownOrders,
  ) {}

  routes(): SignedRoute[] {
    return [
      reading('/fapi/v1/allOrders', 'futures', (call) => this.allOrders('futures', 'plain', call)),
      reading('/fapi/v1/allAlgoOrders', 'futures', (call) => this.allOrders('futures', 'conditional', call)),
      reading('/api/v3/allOrders', 'spot', (call) => this.allOrders('spot', 'plain', call)),
      reading('/fapi/v1/userTrades', 'futures', (call) => this.allTrades('futures', call)),
      reading('/api/v3/myTrades', 'spot', (call) => this.allTrades('spot', call)),
    ];
  }

  /** What is open and what was placed just now is as execution has it, and the rest as the database has it. */
  private async allOrders(
    market: Market,
    kind: 'plain' | 'conditional',
    { holder, parameters }: SignedCall,
  ): Promise<string> {
    const { symbol } = await this.symbols.require(market, parameters.required('symbol'));
    const fromId = parameters.integer(kind === 'plain' ? 'orderId' : 'algoId');
    const span = spanOf(parameters, market, fromId);
    const { limit } = span;
    const [live, { items }] = await Promise.all([
      this.live(holder, market, symbol),
      this.bus.request(listOwnOrders, { ...span, botConfigId: holder.botConfigId, market, symbol, kind }),
    ]);
    const isAlgo = kind === 'conditional';
    const orders = new Map(items.map((order) => [order.clientOrderId, order]));
    for (const { order } of live)
      if (isAlgoOrder(order) === isAlgo && isIn(order, span)) orders.set(order.clientOrderId, order);
    const sorted = [...orders.values()].sort((one, other) => (numberOf(one) < numberOf(other) ? -1 : 1));
    const isFromStart = fromId !== undefined || span.fromMs !== undefined;
    const page = (isFromStart ? sorted.slice(0, limit) : sorted.slice(-limit)).map(ownOrder);
    return isAlgo ? this.shown.algoRows(page) : this.shown.rows(page);
  }

  private async live(holder: SignedCall['holder'], market: Market, symbol: string): Promise<OwnOrder[]> {
    const open = await this.orders.open(holder, market, symbol);
    const ids = await this.recent.of(holder.keyId);
    const recent = await Promise.all(ids.map((id) => this.orders.journaled(id)));
    const closed = recent.flatMap((order) =>
      order?.market === market && order.symbol === symbol && order.exchangeOrderId !== undefined
        ? [ownOrder(order)]
        : [],
    );
    return [...closed, ...open];
  }

  private async allTrades(market: Market, { holder, parameters }: SignedCall): Promise<string> {
    const { symbol, quoteAsset } = await this.symbols.require(market, parameters.required('symbol'));
    const fromId = parameters.integer('fromId');
    const exchangeOrderId = parameters.integer('orderId');
    const trades = await this.trades.list(holder, {
      ...spanOf(parameters, market, fromId),
      market,
      symbol,
      ...(exchangeOrderId !== undefined && { exchangeOrderId }),
    });
    const digits = await this.shown.digitsOf({ order: { market, symbol } as OrderView });
    const row = market === 'futures' ? futuresTrade : spotTrade;
    return `[${trades.map((trade) => row(trade, symbol, quoteAsset, digits)).join(',')}]`;
  }
}

interface PastSpan {
  readonly limit: number;
  readonly fromId?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** @throws FrontRefusal -1127 the span is longer than one call may ask for, -1130 */
function spanOf(parameters: Parameters, market: Market, fromId: string | undefined): PastSpan {
  const limit = Math.min(parameters.count('limit') ?? OTHERWISE, MOST);
  if (limit < 1) throw FrontRefusal.of(illegal('limit'));
  const [fromMs, toMs] = [parameters.count('startTime'), parameters.count('endTime')];
  if (fromMs !== undefined && toMs !== undefined && toMs - fromMs > LONGEST_MS[market])
    throw FrontRefusal.of(refused(-1127, 'Lookup interval is too big.'));
  return {
    limit,
    ...(fromId !== undefined && { fromId }),
    ...(fromMs !== undefined && { fromMs }),
    ...(toMs !== undefined && { toMs }),
  };
}

const numberOf = ({ exchangeOrderId = '' }: OrderView): bigint =>
  BigInt(exchangeOrderId.replace(/\D/g, '') || '0');

const isIn = (order: OrderView, { fromId, fromMs = 0, toMs = Infinity }: PastSpan): boolean =>
  order.createdAtMs >= fromMs &&
  order.createdAtMs <= toMs &&
  (fromId === undefined || numberOf(order) >= BigInt(fromId));

/** Numbers are text until they are written: they may be larger than a double holds. */
const numbers = ({ tradeId, exchangeOrderId }: OwnTrade): string =>
  `"id":${tradeId},"orderId":${exchangeOrderId}`;

function futuresTrade(trade: OwnTrade, symbol: string, quoteAsset: string, digits: Digits): string {
  const { side, price, quantity, quoteQuantity, fee, feeAsset, realizedPnl, isMaker, tradedAtMs } = trade;
  const rest = {
    symbol,
    side,
    price: shown(price, digits.price),
    qty: shown(quantity, digits.quantity),
    realizedPnl,
    marginAsset: quoteAsset,
    quoteQty: quoteQuantity,
    commission: fee,
    commissionAsset: feeAsset,
    time: tradedAtMs,
    positionSide: 'BOTH',
    buyer: side === 'BUY',
    maker: isMaker,
  };
  return `{${numbers(trade)},${JSON.stringify(rest).slice(1)}`;
}

function spotTrade(trade: OwnTrade, symbol: string, _quoteAsset: string, digits: Digits): string {
  const { side, price, quantity, quoteQuantity, fee, feeAsset, isMaker, tradedAtMs } = trade;
  const rest = {
    symbol,
    orderListId: -1,
    price: shown(price, digits.price),
    qty: shown(quantity, digits.quantity),
    quoteQty: shown(quoteQuantity, digits.quantity),
    commission: shown(fee, digits.quantity),
    commissionAsset: feeAsset,
    time: tradedAtMs,
    isBuyer: side === 'BUY',
    isMaker,
    isBestMatch: true,
  };
  return `{${numbers(trade)},${JSON.stringify(rest).slice(1)}`;
}
