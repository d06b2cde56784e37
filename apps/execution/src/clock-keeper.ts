/** Keeps the exchange's time: each replica its own, and one of them Redis' theta for the whole fleet. */
import { Health, LOG, Log, Redis, ServiceIdentity } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { ElectedRole } from './elected-role';
import { ExchangeClock } from './limiter/exchange-clock';

const MEASURE_EVERY_MS = 30_000;
const PUBLISH_EVERY_MS = 2_000;
const RETRY_MS = 500;

@Injectable()
export class ClockKeeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly role: ElectedRole;
  private measuring: NodeJS.Timeout | undefined;
  private publishing: NodeJS.Timeout | undefined;

  constructor(
    private readonly clock: ExchangeClock,
    redis: Redis,
    identity: ServiceIdentity,
    health: Health,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.role = new ElectedRole(
      redis,
      'clock-keeper',
      `${identity.name}:${randomUUID()}`,
      {
        take: () => {
          void this.publish();
          this.publishing = setInterval(() => void this.publish(), PUBLISH_EVERY_MS);
        },
        lose: () => clearInterval(this.publishing),
      },
      log,
    );
    health.require('exchange-clock', () => {
      try {
        clock.now();
        return undefined;
      } catch (error) {
        return (error as Error).message;
      }
    });
  }

  onApplicationBootstrap(): void {
    void this.measure();
    this.role.start();
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.measuring);
    await this.role.stop();
  }

  private async measure(): Promise<void> {
    let nextMs = MEASURE_EVERY_MS;
    try {
      await this.clock.measure();
      await this.publish();
    } catch (error) {
      nextMs = RETRY_MS;
      this.log.warn(
        { reason: (error as Error).message },
        "The exchange's clock could not be read; again soon",
      );
    }
    this.measuring = setTimeout(() => void this.measure(), nextMs);
  }

  private async publish(): Promise<void> {
    await this.clock
      .publishTheta()
      .catch((error: Error) => this.log.debug({ reason: error.message }, 'Theta not written'));
  }
}
