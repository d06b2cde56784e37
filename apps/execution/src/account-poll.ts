/**
 * Follows the account where the exchange has no user stream: each second one cheap look per symbol with live orders,
 * and more only where something changed.
 */
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { AccountSync } from './account-sync';
import { OrderRegister } from './order-register';

@Injectable()
export class AccountPoll {
  private isLooking = false;

  constructor(
    private readonly register: OrderRegister,
    private readonly sync: AccountSync,
  ) {}

  /** One look; while one is under way another does nothing. @throws TradingFailure */
  async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      const live = new Map<string, { market: Market; symbol: string }>();
      for (const { record } of await this.register.alive(500)) {
        const { market, symbol } = record.order;
        live.set(`${market}:${symbol}`, { market, symbol });
      }
      for (const { market, symbol } of live.values()) {
        if ((await this.sync.orders(market, symbol)) > 0) await this.sync.fills(market, [symbol]);
      }
    } finally {
      this.isLooking = false;
    }
  }
}
