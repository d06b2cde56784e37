/**
 * Sees the kill switch in Redis within 250 ms and cancels what is open, with NATS and risk dead or alive. It goes on
 * until the exchange lists nothing more.
 */
import { KILL_SWITCH_KEY } from '@elvis/contracts';
import { LOG, Log, Redis, ServiceIdentity } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { ElectedRole } from './elected-role';
import { OrderDesk } from './order-desk';

const LOOK_EVERY_MS = 200;
const CANCEL_AGAIN_MS = 1_000;

@Injectable()
export class StopDriver implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly role: ElectedRole;
  private timer: NodeJS.Timeout | undefined;
  private isVerifiedEmpty = false;
  private isBusy = false;
  private nextTryAt = 0;

  constructor(
    private readonly redis: Redis,
    private readonly desk: OrderDesk,
    identity: ServiceIdentity,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.role = new ElectedRole(
      redis,
      'stop-driver',
      `${identity.name}:${randomUUID()}`,
      {
        take: () => {
          this.isVerifiedEmpty = false;
          this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
        },
        lose: () => clearInterval(this.timer),
      },
      log,
    );
  }

  onApplicationBootstrap(): void {
    this.role.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.role.stop();
  }

  private async look(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      if ((await this.redis.exists(KILL_SWITCH_KEY)) === 0) {
        this.isVerifiedEmpty = false;
        return;
      }
      if (this.isVerifiedEmpty || performance.now() < this.nextTryAt) return;
      this.nextTryAt = performance.now() + CANCEL_AGAIN_MS;
      const { canceled, remaining } = await this.desk.cancelAll({});
      this.isVerifiedEmpty = canceled.length === 0 && remaining.length === 0;
      this.log.warn({ canceled: canceled.length, remaining }, 'Kill switch: open orders are being canceled');
    } catch (error) {
      this.log.warn(
        { reason: (error as Error).message },
        'Kill switch: the open orders could not be canceled yet',
      );
    } finally {
      this.isBusy = false;
    }
  }
}
