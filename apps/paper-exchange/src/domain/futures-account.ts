/** One account of USD-M futures: its wallet, its positions, its settings per symbol, its orders and what they earned. */
import { averagePrice, Instrument, notionalOf } from './instrument';
import { isOpen, Order, PositionSide, Side } from './order';

export type MarginType = 'CROSSED' | 'ISOLATED';

export interface Position {
  readonly symbol: string;
  readonly side: PositionSide;
  /** Signed: below zero is short. */
  amount: number;
  /** What the open amount was entered for, in 1e-8 quote. */
  cost: bigint;
  /** Fees paid for what is open: they move the break-even price. */
  fees: bigint;
  /** Accumulated realized profit, as ACCOUNT_UPDATE tells it. */
  realized: bigint;
  /** Margin set aside for an isolated position. */
  isolatedWallet: bigint;
  updateTime: number;
}

export interface SymbolSettings {
  leverage: number;
  marginType: MarginType;
  /** Notional of open orders that would open or add: what they may need margin for. */
  bids: bigint;
  asks: bigint;
}

export interface AccountTrade {
  readonly id: number;
  readonly order: Order;
  readonly price: number;
  readonly quantity: number;
  readonly notional: bigint;
  readonly fee: bigint;
  readonly feeAsset: string;
  readonly realized: bigint;
  readonly maker: boolean;
  readonly time: number;
}

export interface Income {
  readonly symbol: string;
  readonly type: string;
  readonly amount: bigint;
  readonly info: string;
  readonly time: number;
  readonly id: number;
  readonly tradeId: string;
}

const FRESH_LEVERAGE = 20;
/** Beyond these, the oldest closed orders, trades and incomes are forgotten: a soak must not eat the memory. */
const ORDERS_KEPT = 250_000;
const ROWS_KEPT = 300_000;

export class FuturesAccount {
  /** Everything, isolated margin included, in 1e-8 USDT. */
  wallet = 0n;
  dualSide = false;
  multiAssets = false;
  updateTime = 0;
  readonly orders = new Map<bigint, Order>();
  /** Open orders by symbol and client order id. */
  readonly open = new Map<string, Map<string, Order>>();
  readonly trades: AccountTrade[] = [];
  readonly incomes: Income[] = [];
  readonly positions = new Map<string, Position>();
  /** When all open orders of a symbol are cancelled, unless a call postpones it. */
  readonly countdowns = new Map<string, number>();
  private readonly latest = new Map<string, Order>();
  private readonly bySymbol = new Map<string, SymbolSettings>();

  constructor(readonly id: string) {}

  settings(symbol: string): SymbolSettings {
    let settings = this.bySymbol.get(symbol);
    if (!settings) {
      settings = { leverage: FRESH_LEVERAGE, marginType: 'CROSSED', bids: 0n, asks: 0n };
      this.bySymbol.set(symbol, settings);
    }
    return settings;
  }

  position(symbol: string, side: PositionSide = 'BOTH'): Position {
    const key = `${symbol}|${side}`;
    let position = this.positions.get(key);
    if (!position) {
      position = {
        symbol,
        side,
        amount: 0,
        cost: 0n,
        fees: 0n,
        realized: 0n,
        isolatedWallet: 0n,
        updateTime: 0,
      };
      this.positions.set(key, position);
    }
    return position;
  }

  /** The positions of a symbol under the present mode: one, or a long and a short one. */
  positionsOf(symbol: string): Position[] {
    return this.dualSide
      ? [this.position(symbol, 'LONG'), this.position(symbol, 'SHORT')]
      : [this.position(symbol)];
  }

  openPositions(): Position[] {
    return [...this.positions.values()].filter(({ amount }) => amount !== 0);
  }

  add(order: Order): void {
    this.orders.set(order.id, order);
    this.latest.set(`${order.symbol}|${order.clientOrderId}`, order);
    if (this.orders.size > ORDERS_KEPT) this.forgetOldest();
  }

  /** Puts the order among the open ones, or takes it out, as its status says. */
  refile(order: Order): void {
    let open = this.open.get(order.symbol);
    if (!open) {
      open = new Map();
      this.open.set(order.symbol, open);
    }
    if (isOpen(order)) open.set(order.clientOrderId, order);
    else if (open.get(order.clientOrderId) === order) open.delete(order.clientOrderId);
  }

  openOrders(symbol?: string): Order[] {
    if (symbol !== undefined) return [...(this.open.get(symbol)?.values() ?? [])];
    return [...this.open.values()].flatMap((orders) => [...orders.values()]);
  }

  find(symbol: string, id: bigint | undefined, clientOrderId: string | undefined): Order | undefined {
    if (id !== undefined) {
      const order = this.orders.get(id);
      return order?.symbol === symbol ? order : undefined;
    }
    return this.open.get(symbol)?.get(clientOrderId!) ?? this.latest.get(`${symbol}|${clientOrderId}`);
  }

  addTrade(trade: AccountTrade): void {
    this.trades.push(trade);
    if (this.trades.length > ROWS_KEPT * 1.1) this.trades.splice(0, this.trades.length - ROWS_KEPT);
  }

  addIncome(income: Income): void {
    this.incomes.push(income);
    if (this.incomes.length > ROWS_KEPT * 1.1) this.incomes.splice(0, this.incomes.length - ROWS_KEPT);
  }

  private forgetOldest(): void {
    for (const [id, order] of this.orders) {
      if (isOpen(order)) continue;
      this.orders.delete(id);
      const key = `${order.symbol}|${order.clientOrderId}`;
      if (this.latest.get(key) === order) this.latest.delete(key);
      return;
    }
  }
}

/** Books a fill into a position; answers the profit it realized. Costs move exactly: nothing is lost to rounding. */
export function applyFill(
  position: Position,
  instrument: Instrument,
  side: Side,
  price: number,
  quantity: number,
): bigint {
  const sign = side === 'BUY' ? 1 : -1;
  const closing = position.amount * sign < 0 ? Math.min(quantity, Math.abs(position.amount)) : 0;
  let realized = 0n;
  if (closing > 0) {
    const held = BigInt(Math.abs(position.amount));
    const released = (position.cost * BigInt(closing)) / held;
    position.fees -= (position.fees * BigInt(closing)) / held;
    const proceeds = notionalOf(instrument, price, closing);
    realized = position.amount > 0 ? proceeds - released : released - proceeds;
    position.cost -= released;
    position.amount += sign * closing;
  }
  const opening = quantity - closing;
  if (opening > 0) {
    position.cost += notionalOf(instrument, price, opening);
    position.amount += sign * opening;
  }
  position.realized += realized;
  return realized;
}

export const entryPrice = (position: Position, instrument: Instrument): bigint =>
  averagePrice(instrument, position.cost, position.amount);

/** Where closing would earn the fees back. */
export const breakEvenPrice = (position: Position, instrument: Instrument): bigint =>
  averagePrice(
    instrument,
    position.amount > 0 ? position.cost + position.fees : position.cost - position.fees,
    position.amount,
  );
