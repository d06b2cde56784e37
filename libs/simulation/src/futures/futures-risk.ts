/**
 * What the exchange does to accounts by itself: funding every eight hours, margin calls, liquidation.
 *
 * A liquidation cancels the open orders first. If that is not enough it closes positions on the book; what the book
 * cannot take goes to the other side at the mark price (deleveraging), and a wallet below zero is made good by the
 * insurance fund.
 */
import { FuturesAccount, Position } from './futures-account';
import { FuturesExchange } from './futures-exchange';
import { FuturesSymbol, markUnits } from './futures-symbol';
import { accountMargin, markNotional, positionMargin } from './margin';
import { isOpen } from '../shared/order';

const FUNDING_MS = 28_800_000;
const BILLION = 1_000_000_000n;
const MARGIN_CALL_EVERY_MS = 60_000;

export class FuturesRisk {
  /** What the insurance fund paid for accounts that lost more than they had. */
  insurancePaid = 0n;
  private readonly lastCall = new Map<string, number>();
  private forcedIds = 0;

  constructor(private readonly exchange: FuturesExchange) {}

  /** To be called each second, after the mark prices were taken. */
  look(time: number): void {
    for (const symbol of this.exchange.symbols.values())
      if (time >= symbol.nextFundingTime) {
        this.fund(symbol, time);
        symbol.nextFundingTime += FUNDING_MS;
      }
    for (const account of this.exchange.accounts.values()) {
      if (account.openOrders().some(({ goodTillDate }) => goodTillDate > 0))
        this.expireGoodTill(account, time);
      if (account.openPositions().length > 0) this.liquidateOrCall(account, time);
    }
  }

  /** Longs pay shorts the rate on their notional at the mark price; shorts pay longs when it is below zero. */
  fund(symbol: FuturesSymbol, time: number): void {
    for (const account of this.exchange.accounts.values())
      for (const position of account.positionsOf(symbol.instrument.symbol)) {
        if (position.amount === 0) continue;
        const payment = -(markNotional(symbol, position.amount) * symbol.fundingRatePpb) / BILLION;
        account.wallet += payment;
        account.updateTime = time;
        this.exchange.settlement.addIncome(account, position.symbol, 'FUNDING_FEE', payment, time);
        const isolated = account.settings(position.symbol).marginType === 'ISOLATED';
        if (isolated) position.isolatedWallet += payment;
        this.exchange.listener.accountChanged(
          account,
          'FUNDING_FEE',
          isolated ? [position] : [],
          payment,
          time,
        );
      }
  }

  private liquidateOrCall(account: FuturesAccount, time: number): void {
    for (const position of account.openPositions()) {
      if (account.settings(position.symbol).marginType !== 'ISOLATED') continue;
      const { unrealized, maintenance } = positionMargin(
        account,
        position,
        this.exchange.symbols.get(position.symbol)!,
      );
      if (position.isolatedWallet + unrealized < maintenance) this.liquidateIsolated(account, position, time);
    }
    const margin = accountMargin(account, this.exchange.symbols);
    const balance = margin.crossWallet + margin.crossUnrealized;
    if (margin.crossMaintenance === 0n) return;
    if (balance < margin.crossMaintenance) this.liquidateCross(account, time);
    else if (margin.crossMaintenance * 10n > balance * 8n) this.call(account, time);
  }

  private liquidateCross(account: FuturesAccount, time: number): void {
    for (const order of account.openOrders()) this.exchange.close(account, order, 'CANCELED', time);
    const cross = account
      .openPositions()
      .filter(({ symbol }) => account.settings(symbol).marginType === 'CROSSED');
    for (const position of cross) this.closePosition(account, position, time);
    if (account.wallet < 0n) this.makeGood(account, -account.wallet, time);
  }

  private liquidateIsolated(account: FuturesAccount, position: Position, time: number): void {
    const before = account.wallet;
    const atRisk = position.isolatedWallet;
    for (const order of account.openOrders(position.symbol))
      this.exchange.close(account, order, 'CANCELED', time);
    this.closePosition(account, position, time);
    const lost = before - account.wallet;
    if (lost > atRisk) this.makeGood(account, lost - atRisk, time);
  }

  private closePosition(account: FuturesAccount, position: Position, time: number): void {
    const symbol = this.exchange.symbols.get(position.symbol)!;
    const forced = (name: string) => ({
      symbol: position.symbol,
      side: position.amount > 0 ? ('SELL' as const) : ('BUY' as const),
      positionSide: position.side,
      quantity: Math.abs(position.amount),
      clientOrderId: name,
    });
    this.forcedIds += 1;
    const order = this.exchange.force(account, forced(`autoclose-${time}${this.forcedIds}`), time);
    this.exchange.listener.liquidated(symbol.market, order, time);
    if (position.amount === 0) return;
    const rest = forced('adl_autoclose');
    this.exchange.force(account, rest, time, markUnits(symbol));
  }

  private makeGood(account: FuturesAccount, amount: bigint, time: number): void {
    account.wallet += amount;
    this.insurancePaid += amount;
    this.exchange.settlement.addIncome(account, '', 'INSURANCE_CLEAR', amount, time);
    this.exchange.listener.accountChanged(account, 'INSURANCE_CLEAR', [], amount, time);
  }

  private call(account: FuturesAccount, time: number): void {
    if (time - (this.lastCall.get(account.id) ?? 0) < MARGIN_CALL_EVERY_MS) return;
    this.lastCall.set(account.id, time);
    this.exchange.listener.marginCalled(account, account.openPositions(), time);
  }

  private expireGoodTill(account: FuturesAccount, time: number): void {
    for (const order of account.openOrders())
      if (isOpen(order) && order.goodTillDate > 0 && order.goodTillDate <= time)
        this.exchange.close(account, order, 'EXPIRED', time);
  }
}
