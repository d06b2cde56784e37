/** The one replica that follows the account: the user stream, and after every gap a look at everything. */
import { Health, LOG, Log, Metrics, Redis, ServiceIdentity } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { ElectedRole } from './elected-role';
import { LeverageKeeper } from './leverage-keeper';
import { OrderTruth } from './order-truth';
import { Reconciler } from './reconciler';
import { OrderNews, UserStream } from './user-stream';

const LOOK_EVERY_MS = 1_000;

@Injectable()
export class AccountKeeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly role: ElectedRole;
  private readonly unknownNews;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    redis: Redis,
    identity: ServiceIdentity,
    private readonly stream: UserStream,
    private readonly truth: OrderTruth,
    private readonly reconciler: Reconciler,
    private readonly leverage: LeverageKeeper,
    private readonly health: Health,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.role = new ElectedRole(
      redis,
      'account-keeper',
      `${identity.name}:${randomUUID()}`,
      { take: () => this.take(), lose: () => this.lose() },
      log,
    );
    this.unknownNews = metrics.counter(
      'elvis_external_order_updates_total',
      'Updates of orders that Elvis did not make',
    );
  }

  onApplicationBootstrap(): void {
    this.role.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.role.stop();
  }

  private take(): void {
    let isOpen = false;
    this.health.require('user-stream', () => (isOpen ? undefined : 'the user stream is not connected'));
    this.stream.start({
      onOpen: () => {
        isOpen = true;
        this.look(true);
      },
      onLost: (reason) => {
        isOpen = false;
        this.log.warn({ reason }, 'User stream lost; what happens meanwhile is fetched when it is back');
      },
      onOrder: (news) => void this.apply(news),
      onLeverage: (symbol, leverage) => this.leverage.noticed(symbol, leverage),
    });
    this.timer = setInterval(() => this.look(false), LOOK_EVERY_MS);
  }

  private lose(): void {
    clearInterval(this.timer);
    this.stream.stop();
    this.health.require('user-stream', () => undefined);
  }

  private look(afterGap: boolean): void {
    this.reconciler.look(afterGap).catch((error: Error) => {
      this.log.warn(
        { reason: error.message },
        'The orders could not be compared with the exchange; again soon',
      );
    });
  }

  private async apply({ clientOrderId, report, fill }: OrderNews): Promise<void> {
    try {
      const entry = await this.truth.apply(
        clientOrderId,
        fill ? { kind: 'filled', report, fill } : { kind: 'reported', report },
      );
      if (!entry) this.unknownNews.inc();
    } catch (error) {
      this.log.warn(
        { clientOrderId, reason: (error as Error).message },
        'News of an order could not be recorded; fetching it again',
      );
      this.look(true);
    }
  }
}
