/** What an account may set: leverage, margin type, position mode, margin of an isolated position, the dead-man switch. */
import { maximumLeverage, notionalCapAt } from './brackets';
import { FuturesAccount, MarginType } from './futures-account';
import { FuturesExchange } from './futures-exchange';
import { isForced } from './futures-settlement';
import { accountMargin, markNotional } from './margin';
import { Order } from '../shared/order';
import { positionSideOf } from '../shared/order-request';
import { refusals } from '../shared/refusal';
import { absolute } from '../shared/scaled';

export class FuturesControls {
  constructor(private readonly exchange: FuturesExchange) {}

  setLeverage(account: FuturesAccount, name: string, leverage: number, time: number): void {
    const symbol = this.exchange.symbol(name);
    if (leverage < 1 || leverage > maximumLeverage(name)) throw refusals.badLeverage(String(leverage));
    const settings = account.settings(name);
    const positions = account.positionsOf(name);
    const held = positions.reduce((sum, { amount }) => sum + absolute(markNotional(symbol, amount)), 0n);
    if (held > (notionalCapAt(name, leverage) ?? 0n)) throw refusals.beyondBracket();
    if (settings.marginType === 'ISOLATED' && leverage < settings.leverage && held > 0n)
      throw refusals.isolatedLeverageReduction();
    const before = settings.leverage;
    const needed =
      (held + settings.bids + settings.asks) / BigInt(leverage) -
      (held + settings.bids + settings.asks) / BigInt(before);
    if (needed > 0n && needed > accountMargin(account, this.exchange.symbols).available)
      throw refusals.leverageTooSmall();
    settings.leverage = leverage;
    this.exchange.listener.leverageChanged(account, name, leverage, time);
  }

  setMarginType(account: FuturesAccount, name: string, type: MarginType): void {
    this.exchange.symbol(name);
    const settings = account.settings(name);
    if (settings.marginType === type) throw refusals.sameMarginType();
    if (account.openOrders(name).length > 0) throw refusals.marginTypeBlockedByOrders();
    if (account.positionsOf(name).some(({ amount }) => amount !== 0))
      throw refusals.marginTypeBlockedByPosition();
    if (type === 'ISOLATED' && account.multiAssets) throw refusals.isolatedInMultiAssets();
    settings.marginType = type;
  }

  setDualSide(account: FuturesAccount, dual: boolean): void {
    if (account.dualSide === dual) throw refusals.samePositionMode();
    if (account.openOrders().length > 0) throw refusals.positionModeBlockedByOrders();
    if (account.openPositions().length > 0) throw refusals.positionModeBlockedByPosition();
    account.dualSide = dual;
  }

  setMultiAssets(account: FuturesAccount, multi: boolean, time: number): void {
    if (account.multiAssets === multi) throw refusals.sameAssetsMode();
    for (const symbol of this.exchange.symbols.keys())
      if (multi && account.settings(symbol).marginType === 'ISOLATED') throw refusals.isolatedInMultiAssets();
    account.multiAssets = multi;
    this.exchange.listener.assetsModeChanged(account, time);
  }

  /** Adds to (or with a negative amount takes from) the margin of an isolated position. */
  moveMargin(
    account: FuturesAccount,
    name: string,
    side: string | undefined,
    amount: bigint,
    time: number,
  ): void {
    this.exchange.symbol(name);
    const position = account.position(name, positionSideOf(side, account.dualSide));
    if (account.settings(name).marginType !== 'ISOLATED' || position.amount === 0)
      throw refusals.isolatedPositionMissing();
    const available = accountMargin(account, this.exchange.symbols).available;
    if (amount > available || position.isolatedWallet + amount <= 0n) throw refusals.noMargin();
    position.isolatedWallet += amount;
    position.updateTime = time;
    this.exchange.listener.accountChanged(account, 'MARGIN_TRANSFER', [position], 0n, time);
  }

  /** Starts, postpones or (with 0) stops the countdown after which the symbol's open orders are canceled, once. */
  setCountdown(account: FuturesAccount, name: string, countdownMs: number, time: number): void {
    this.exchange.symbol(name);
    if (countdownMs === 0) account.countdowns.delete(name);
    else account.countdowns.set(name, time + countdownMs);
  }

  /** Fires the countdowns that ran out; answers the next moment at which one will. */
  fireCountdowns(time: number): number | undefined {
    let next: number | undefined;
    for (const account of this.exchange.accounts.values())
      for (const [symbol, due] of account.countdowns) {
        if (due <= time) {
          account.countdowns.delete(symbol);
          this.exchange.cancelAll(account, symbol, time);
        } else next = Math.min(next ?? due, due);
      }
    return next;
  }

  /** Orders the exchange forced: liquidations and deleveraging. */
  forcedOrders(account: FuturesAccount, symbol: string | undefined): Order[] {
    return [...account.orders.values()].filter(
      (order) => isForced(order) && (symbol === undefined || order.symbol === symbol),
    );
  }
}
