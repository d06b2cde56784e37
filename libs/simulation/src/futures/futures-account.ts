/** One account of USD-M futures: its wallet, its positions, its settings per symbol, its orders and what they earned. */
import { averagePrice, Instrument, notionalOf } from '../shared/instrument';
import { Order, PositionSide, Side } from '../shared/order';
import { CLOSED_ORDERS_KEPT, pushBounded, TradingAccount } from '../shared/trading-account';

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

/** One change of a resting order. */
export interface Amendment {
  readonly id: number;
  readonly order: Order;
  readonly time: number;
  readonly price: readonly [before: number, after: number];
  readonly quantity: readonly [before: number, after: number];
  /** The how many-th of the order it is. */
  readonly count: number;
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
/** A trade books a commission and often a profit. */
const INCOMES_PER_TRADE = 2;
/** Closed without a fill, an order is no longer found after three days. */
const UNFILLED_KEPT_MS = 3 * 86_400_000;

export class FuturesAccount extends TradingAccount<Order> {
  /** Everything, isolated margin included, in 1e-8 USDT. */
  wallet = 0n;
  dualSide = false;
  multiAssets = false;
  readonly incomes: Income[] = [];
  readonly amendments: Amendment[] = [];
  readonly positions = new Map<string, Position>();
  /** When all open orders of a symbol are canceled, unless a call postpones it. */
  readonly countdowns = new Map<string, number>();
  private readonly bySymbol = new Map<string, SymbolSettings>();

  constructor(id: string, closedKept = CLOSED_ORDERS_KEPT) {
    super(id, closedKept, UNFILLED_KEPT_MS);
  }

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

  addAmendment(amendment: Amendment): void {
    pushBounded(this.amendments, amendment, this.closedKept);
  }

  addIncome(income: Income): void {
    pushBounded(this.incomes, income, this.closedKept * INCOMES_PER_TRADE);
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
