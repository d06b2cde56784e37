/**
 * What spot orders do to balances: what an order may cost is locked when it is taken in and goes back when it ends; a
 * fill pays out of what was locked, and its fee is taken out of what is received.
 */
import { MILLION, notionalOf } from '../shared/instrument';
import { Execution, Fill, Order, remainingOf } from '../shared/order';
import { OrderList, SpotAccount, SpotOrder } from './spot-account';
import { baseAmount, costOf, shareOf } from './spot-funds';
import { MarketListener, Settlement, SymbolMarket } from '../matching/symbol-market';

export interface SpotFill extends Fill {
  readonly fee: bigint;
  readonly feeAsset: string;
}

export interface SpotListener extends MarketListener {
  spotOrderChanged(
    account: SpotAccount,
    order: SpotOrder,
    execution: Execution,
    time: number,
    fill?: SpotFill,
  ): void;
  balancesChanged(account: SpotAccount, assets: readonly string[], time: number): void;
  listChanged(account: SpotAccount, list: OrderList, time: number): void;
  /** An order's first fill gives the account room for new ones. */
  firstFilled(account: SpotAccount, maker: boolean, time: number): void;
}

const FEE_PPM = 1_000n;

export class SpotSettlement implements Settlement {
  readonly feesEarned = new Map<string, bigint>();

  constructor(
    private readonly accounts: ReadonlyMap<string, SpotAccount>,
    private readonly markets: ReadonlyMap<string, SymbolMarket>,
    private readonly listener: SpotListener,
    /** Told of every fill, and of the end, of an order that is part of a list. */
    private readonly moved: (account: SpotAccount, order: SpotOrder, time: number) => void,
  ) {}

  allowance(order: Order): number {
    return remainingOf(order);
  }

  filled(order: Order, fill: Fill): void {
    const account = this.accounts.get(order.account)!;
    const spot = order as SpotOrder;
    const { instrument } = this.markets.get(order.symbol)!;
    const notional = notionalOf(instrument, fill.price, fill.quantity);
    const base = baseAmount(instrument, fill.quantity);
    const buying = order.side === 'BUY';
    const paid = account.balance(buying ? instrument.quote : instrument.base);
    const got = account.balance(buying ? instrument.base : instrument.quote);
    const cost = buying ? notional : base;
    const reserved = order.reserved > 0n ? shareOf(instrument, spot, fill.quantity) : 0n;
    order.reserved -= reserved;
    paid.locked -= reserved;
    paid.free += reserved - cost;
    const received = buying ? base : notional;
    const fee = (received * FEE_PPM) / MILLION;
    const feeAsset = buying ? instrument.base : instrument.quote;
    got.free += received - fee;
    this.feesEarned.set(feeAsset, (this.feesEarned.get(feeAsset) ?? 0n) + fee);
    if (order.executed === 0) this.listener.firstFilled(account, fill.maker, fill.time);
    order.executed += fill.quantity;
    order.filledNotional += notional;
    order.status = remainingOf(order) === 0 ? 'FILLED' : 'PARTIALLY_FILLED';
    order.updateTime = account.updateTime = fill.time;
    account.refile(spot);
    account.addTrade({
      id: fill.tradeId,
      order,
      price: fill.price,
      quantity: fill.quantity,
      notional,
      fee,
      feeAsset,
      realized: 0n,
      maker: fill.maker,
      time: fill.time,
    });
    this.listener.spotOrderChanged(account, spot, 'TRADE', fill.time, { ...fill, fee, feeAsset });
    if (fill.maker) this.listener.balancesChanged(account, [instrument.base, instrument.quote], fill.time);
    if (order.status === 'FILLED') this.unlock(account, spot);
    if (spot.listId >= 0) this.moved(account, spot, fill.time);
  }

  removed(order: Order, _cause: 'SELF_TRADE' | 'REDUCE_ONLY', time: number): void {
    const account = this.accounts.get(order.account)!;
    order.status = 'EXPIRED_IN_MATCH';
    order.updateTime = time;
    account.refile(order as SpotOrder);
    this.unlock(account, order as SpotOrder);
    this.listener.spotOrderChanged(account, order as SpotOrder, 'EXPIRED', time);
    if ((order as SpotOrder).listId >= 0) this.moved(account, order as SpotOrder, time);
  }

  lock(account: SpotAccount, market: SymbolMarket, order: SpotOrder): void {
    if (order.type === 'MARKET') return;
    const { asset, amount } = costOf(market, order, account.id);
    const balance = account.balance(asset);
    balance.free -= amount;
    balance.locked += amount;
    order.reserved = amount;
  }

  unlock(account: SpotAccount, order: SpotOrder): void {
    const { instrument } = this.markets.get(order.symbol)!;
    const balance = account.balance(order.side === 'BUY' ? instrument.quote : instrument.base);
    balance.locked -= order.reserved;
    balance.free += order.reserved;
    order.reserved = 0n;
  }

  /** Gives back what was locked for so much of the order. */
  unlockPart(account: SpotAccount, order: SpotOrder, quantity: number): void {
    const { instrument } = this.markets.get(order.symbol)!;
    const share = shareOf(instrument, order, quantity);
    const balance = account.balance(order.side === 'BUY' ? instrument.quote : instrument.base);
    balance.locked -= share;
    balance.free += share;
    order.reserved -= share;
  }
}
