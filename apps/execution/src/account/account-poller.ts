/**
 * Follows the account where the exchange has no user stream: each second one cheap look per symbol with live orders,
 * and more only where something changed.
 */
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { AccountSync } from './account-sync';
import { askedBy } from '../limiter/calls/asker';
import { LiveOrders } from '../orders/live-orders';

@Injectable()
export class AccountPoller {
  private readonly looking = new Set<Market>();

  constructor(
    private readonly liveOrders: LiveOrders,
    private readonly sync: AccountSync,
  ) {}

  /** One look; while one is under way another does nothing. @throws TradingFailure */
  async poll(market: Market): Promise<void> {
    if (this.looking.has(market)) return;
    this.looking.add(market);
    try {
      const alive = (await this.liveOrders.listLive(500)).filter(
        ({ record }) => record.order.market === market,
      );
      for (const symbol of new Set(alive.map(({ record }) => record.order.symbol))) {
        await askedBy('account', () => this.lookAt(market, symbol));
      }
    } finally {
      this.looking.delete(market);
    }
  }

  private async lookAt(market: Market, symbol: string): Promise<void> {
    if ((await this.sync.syncOrders(market, [symbol])) > 0) await this.sync.syncFills(market, [symbol]);
  }
}
