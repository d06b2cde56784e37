/**
 * Says which market data the account needs beside those of `SYMBOLS`: a position that a person opened elsewhere, or an
 * order that rests since `SYMBOLS` named its symbol, must have a price as long as it is there.
 */
import { INTEREST_EVERY_MS, InterestTopic, interestFeed } from '@elvis/contracts';
import { Bus, LOG, Log, Rounds } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { ExecutionConfig } from '../execution.config';
import { AccountStore } from '../facts/account-store';
import { LiveOrders } from '../orders/live-orders';

const TOPICS: Readonly<Record<Market, readonly InterestTopic[]>> = {
  futures: ['marks', 'books'],
  spot: ['spot-books'],
};
const FLAT = /^-?0*\.?0*$/;

@Injectable()
export class AccountInterest implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds = new Rounds(() => this.publishWants());

  constructor(
    private readonly bus: Bus,
    private readonly accounts: AccountStore,
    private readonly orders: LiveOrders,
    private readonly config: ExecutionConfig,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(INTEREST_EVERY_MS);
  }

  onModuleDestroy(): void {
    this.rounds.stop();
  }

  private async publishWants(): Promise<number> {
    try {
      for (const [symbol, market] of await this.needed())
        for (const topic of TOPICS[market])
          this.bus.publish(interestFeed, `${symbol}.${topic}`, { symbol, topic, by: 'account' });
    } catch (error) {
      this.log.debug(
        { reason: (error as Error).message },
        'What market data the account needs could not be read; it is read again in a moment',
      );
    }
    return INTEREST_EVERY_MS;
  }

  /** Symbols beside `SYMBOLS`, each with its market: of positions and of orders that may be alive. */
  private async needed(): Promise<readonly (readonly [string, Market])[]> {
    const known = await this.accounts.readKnown('futures');
    const live = await this.orders.listLive(INTEREST_EVERY_MS);
    const all: (readonly [string, Market])[] = [
      ...(known?.positions ?? [])
        .filter(({ quantity }) => !FLAT.test(quantity))
        .map(({ symbol }) => [symbol, 'futures'] as const),
      ...live.map(({ record }) => [record.order.symbol, record.order.market] as const),
    ];
    return all.filter(([symbol, market]) => market === 'spot' || !this.config.SYMBOLS.includes(symbol));
  }
}
