/**
 * What a fill does: position, profit, fee, wallet, margin set aside, and the events that tell of it.
 *
 * Cash is conserved: what leaves the accounts as fees arrives in `feesEarned`, and what the recorded market wins or
 * loses against them is the exact counterpart of the profit realized.
 */
import { applyFill, FuturesAccount, Position } from './futures-account';
import { FuturesFees, FuturesSymbol } from './futures-symbol';
import { FuturesListener } from './futures-events';
import { MILLION, notionalOf } from '../shared/instrument';
import { Fill, isOpen, Order, remainingOf, Side, PositionSide } from '../shared/order';
import { Settlement } from '../matching/symbol-market';

const EXPIRED_SELF_TRADE = 4;
const EXPIRED_NO_POSITION = 8;

/** Orders the exchange made itself, by their names: liquidation and deleveraging. */
export const isForced = ({ clientOrderId }: Order): boolean =>
  clientOrderId.startsWith('autoclose-') || clientOrderId.startsWith('adl_autoclose');

/** An order that the exchange itself sends: to close what an account can no longer hold. */
export interface ForcedOrder {
  readonly symbol: string;
  readonly side: Side;
  readonly positionSide: PositionSide;
  readonly quantity: number;
  readonly clientOrderId: string;
}

export class FuturesSettlement implements Settlement {
  feesEarned = 0n;
  private incomeIds = 0;
  /** Accounts and symbols whose position shrank during this operation. */
  private readonly shrunk = new Set<string>();

  constructor(
    private readonly accounts: ReadonlyMap<string, FuturesAccount>,
    private readonly symbols: ReadonlyMap<string, FuturesSymbol>,
    private readonly listener: FuturesListener,
    readonly fees: FuturesFees,
  ) {}

  allowance(order: Order, already = 0): number {
    const remaining = remainingOf(order);
    if (!order.reduceOnly) return remaining;
    const { amount } = this.accounts.get(order.account)!.position(order.symbol, order.positionSide);
    return Math.min(remaining, Math.max((order.side === 'SELL' ? amount : -amount) - already, 0));
  }

  filled(order: Order, fill: Fill): void {
    const account = this.accounts.get(order.account)!;
    const { instrument } = this.symbols.get(order.symbol)!;
    const position = account.position(order.symbol, order.positionSide);
    const notional = notionalOf(instrument, fill.price, fill.quantity);
    const fee = (notional * (fill.maker ? this.fees.makerPpm : this.fees.takerPpm)) / MILLION;
    const before = Math.abs(position.amount);
    if (order.reserved > 0n) this.expose(account, order, -notionalOf(instrument, order.price, fill.quantity));
    const realized = applyFill(position, instrument, order.side, fill.price, fill.quantity);
    position.fees += fee;
    if (position.amount === 0) position.fees = 0n;
    position.updateTime = fill.time;
    this.moveIsolated(account, position, before, fill, notional);
    account.wallet += realized - fee;
    account.updateTime = fill.time;
    this.feesEarned += fee;
    order.executed += fill.quantity;
    order.filledNotional += notional;
    order.status = remainingOf(order) === 0 ? 'FILLED' : 'PARTIALLY_FILLED';
    order.updateTime = fill.time;
    account.refile(order);
    this.recordTrade(account, order, fill, notional, fee, realized);
    if (Math.abs(position.amount) < before) this.shrunk.add(`${account.id}|${order.symbol}`);
    this.listener.accountChanged(account, 'ORDER', [position], 0n, fill.time);
    const execution = isForced(order) ? 'CALCULATED' : 'TRADE';
    this.listener.orderChanged(account, order, execution, fill.time, { ...fill, fee, realized });
  }

  removed(order: Order, cause: 'SELF_TRADE' | 'REDUCE_ONLY', time: number): void {
    const account = this.accounts.get(order.account)!;
    this.release(account, order);
    order.status = cause === 'SELF_TRADE' ? 'EXPIRED_IN_MATCH' : 'EXPIRED';
    order.expiryReason = cause === 'SELF_TRADE' ? EXPIRED_SELF_TRADE : EXPIRED_NO_POSITION;
    order.updateTime = time;
    account.refile(order);
    this.listener.orderChanged(account, order, 'EXPIRED', time);
  }

  /** Counts a resting order's remainder as possible exposure. */
  reserve(account: FuturesAccount, order: Order): void {
    if (order.reduceOnly) return;
    const { instrument } = this.symbols.get(order.symbol)!;
    this.expose(account, order, notionalOf(instrument, order.price, remainingOf(order)));
  }

  /** The counterpart of `reserve`, for an order that leaves the book. */
  release(account: FuturesAccount, order: Order): void {
    this.expose(account, order, -order.reserved);
  }

  /** Reduce-only orders whose position is gone expire: they could do nothing but open. */
  expireReduceOnly(time: number): void {
    if (this.shrunk.size === 0) return;
    const touched = [...this.shrunk];
    this.shrunk.clear();
    for (const key of touched) {
      const [id, symbol] = key.split('|') as [string, string];
      const account = this.accounts.get(id)!;
      for (const order of account.openOrders(symbol)) {
        if (!order.reduceOnly || !isOpen(order) || this.allowance(order) > 0) continue;
        this.removed(order, 'REDUCE_ONLY', time);
        this.symbols.get(symbol)!.market.withdraw(order, time);
      }
    }
  }

  addIncome(
    account: FuturesAccount,
    symbol: string,
    type: string,
    amount: bigint,
    time: number,
    tradeId = '',
  ): void {
    this.incomeIds += 1;
    account.addIncome({ symbol, type, amount, info: tradeId || type, time, id: this.incomeIds, tradeId });
  }

  /** Bookings go on after an account's restored ones. */
  continueIncomes(account: FuturesAccount): void {
    for (const { id } of account.incomes) this.incomeIds = Math.max(this.incomeIds, id);
  }

  private expose(account: FuturesAccount, order: Order, notional: bigint): void {
    order.reserved += notional;
    const settings = account.settings(order.symbol);
    if (order.side === 'BUY') settings.bids += notional;
    else settings.asks += notional;
  }

  /** An isolated position takes its margin from the wallet when it grows and gives it back as it shrinks. */
  private moveIsolated(
    account: FuturesAccount,
    position: Position,
    before: number,
    fill: Fill,
    notional: bigint,
  ): void {
    const { leverage, marginType } = account.settings(position.symbol);
    if (marginType !== 'ISOLATED') return;
    const now = Math.abs(position.amount);
    if (now > before) position.isolatedWallet += notional / BigInt(leverage);
    else if (before > 0) {
      const closed = Math.min(fill.quantity, before);
      position.isolatedWallet -= (position.isolatedWallet * BigInt(closed)) / BigInt(before);
    }
    if (now === 0) position.isolatedWallet = 0n;
  }

  private recordTrade(
    account: FuturesAccount,
    order: Order,
    fill: Fill,
    notional: bigint,
    fee: bigint,
    realized: bigint,
  ): void {
    const { price, quantity, maker, time, tradeId: id } = fill;
    const feeAsset = this.symbols.get(order.symbol)!.instrument.quote;
    account.addTrade({ id, order, price, quantity, notional, fee, feeAsset, realized, maker, time });
    this.addIncome(account, order.symbol, 'COMMISSION', -fee, time, String(id));
    if (realized !== 0n) this.addIncome(account, order.symbol, 'REALIZED_PNL', realized, time, String(id));
  }
}
