/**
 * A key's own trades, from the database. It may be a moment behind the orders: what their answers have already told as
 * filled is waited for, and where it does not come the answer is "try again" and no short list.
 */
import { ListOwnTrades, OwnTrade, findOrder, listOwnTrades } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Decimal, Market, OrderView, TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { KeyHolder } from '../../keys/front-keys';
import { RecentOrders } from '../recent-orders';

const ON_ITS_WAY_MS = 5_000;
const LOOK_EVERY_MS = 25;
const MOST = 1_000;

export type TradeWish = Omit<ListOwnTrades, 'botConfigId'>;

@Injectable()
export class OwnTrades {
  constructor(
    private readonly bus: Bus,
    private readonly recent: RecentOrders,
  ) {}

  /** @throws TradingFailure STORE_REBUILDING the database is behind what the key was already told */
  async list(holder: KeyHolder, wish: TradeWish): Promise<readonly OwnTrade[]> {
    const { market, symbol } = wish;
    for (const order of await this.recentlyFilled(holder, market, symbol))
      if (!(await this.ofOrder(holder, order)))
        throw new TradingFailure(
          'STORE_REBUILDING',
          'The newest trades are not in the database yet; ask again in a moment',
          { retryAfterMs: 1_000 },
        );
    const { items } = await this.bus.request(listOwnTrades, { ...wish, botConfigId: holder.botConfigId });
    return items;
  }

  /** All fills of the order as it stands; undefined where the database does not have them in time. */
  async ofOrder(
    { botConfigId }: KeyHolder,
    { market, symbol, exchangeOrderId, filledQuantity }: OrderView,
  ): Promise<readonly OwnTrade[] | undefined> {
    if (exchangeOrderId === undefined || new Decimal(filledQuantity).isZero()) return [];
    const wish = { botConfigId, market, symbol, exchangeOrderId, limit: MOST };
    const giveUpAt = performance.now() + ON_ITS_WAY_MS;
    for (;;) {
      const { items } = await this.bus.request(listOwnTrades, wish);
      const sum = items.reduce((total, { quantity }) => total.plus(new Decimal(quantity)), new Decimal(0));
      if (sum.gte(new Decimal(filledQuantity))) return items;
      if (performance.now() > giveUpAt) return undefined;
      await pause(LOOK_EVERY_MS);
    }
  }

  private async recentlyFilled({ keyId }: KeyHolder, market: Market, symbol: string): Promise<OrderView[]> {
    const ids = await this.recent.of(keyId);
    const views = await Promise.all(
      ids.map((clientOrderId) => this.bus.request(findOrder, { clientOrderId }).catch(() => undefined)),
    );
    return views.flatMap((view) =>
      view?.market === market && view.symbol === symbol && /^\d+$/.test(view.exchangeOrderId ?? '')
        ? [view]
        : [],
    );
  }
}
