/**
 * What no event tells whole: positions and what is left of the exchange's patience. Both are asked of execution, at a
 * fixed pace and only while somebody listens; each answer replaces the one before, and no answer is no message.
 */
import { getAccount, getRateLimits } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Injectable, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { withIsoTimes } from '../rest/iso-time';
import { toPositionsBody } from '../market/positions';
import { LiveMessages } from './live-messages';
import { Topic } from './topics';

const RATE_LIMITS_EVERY_MS = 2_000;
/** A look at the account costs request weight. */
const POSITIONS_EVERY_MS = 5_000;

interface Snapshot {
  readonly topic: Topic;
  readonly type: string;
  readonly everyMs: number;
  readonly fetch: () => Promise<unknown>;
}

@Injectable()
export class Snapshots implements OnModuleInit, OnApplicationShutdown {
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly underWay = new Set<Topic>();
  private readonly snapshots: readonly Snapshot[];

  constructor(
    private readonly messages: LiveMessages,
    bus: Bus,
  ) {
    this.snapshots = [
      {
        topic: 'positions',
        type: 'elvis.live.positions',
        everyMs: POSITIONS_EVERY_MS,
        fetch: async () => toPositionsBody(await bus.request(getAccount, { market: 'futures' }), 'futures'),
      },
      {
        topic: 'rate-limits',
        type: 'elvis.live.rate-limits',
        everyMs: RATE_LIMITS_EVERY_MS,
        fetch: async () => withIsoTimes(await bus.request(getRateLimits, {})),
      },
    ];
  }

  onModuleInit(): void {
    for (const snapshot of this.snapshots) {
      this.timers.push(setInterval(() => void this.poll(snapshot), snapshot.everyMs).unref());
    }
  }

  onApplicationShutdown(): void {
    this.timers.forEach((timer) => clearInterval(timer));
  }

  private async poll({ topic, type, fetch }: Snapshot): Promise<void> {
    if (this.underWay.has(topic) || !this.messages.isHeard(topic)) return;
    this.underWay.add(topic);
    try {
      const data = await fetch();
      this.messages.publish(topic, type, new Date().toISOString(), data, `snapshot:${topic}`);
    } catch {
      // Execution is away or silent: REST says so to whoever asks, and the next look may find it.
    } finally {
      this.underWay.delete(topic);
    }
  }
}
