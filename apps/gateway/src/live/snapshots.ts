/**
 * What no event tells whole: positions and what is left of the exchange's patience. Both are asked of execution, at a
 * fixed pace and only while somebody listens; each answer replaces the one before, and no answer is no message.
 */
import { getAccount, getRateLimits } from '@elvis/contracts';
import { Bus, Rounds } from '@elvis/platform';
import { Injectable, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { withIsoTimes } from '../rest/iso-time';
import { OverviewMoments } from '../overview/overview-moments';
import { toPositionsBody } from '../market/positions';
import { LiveMessages } from './live-messages';
import { Topic } from './topics';

const RATE_LIMITS_EVERY_MS = 2_000;
const OVERVIEW_EVERY_MS = 1_000;
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
  private readonly rounds: Rounds[] = [];
  private readonly snapshots: readonly Snapshot[];

  constructor(
    private readonly messages: LiveMessages,
    bus: Bus,
    moments: OverviewMoments,
  ) {
    this.snapshots = [
      {
        topic: 'overview',
        type: 'elvis.live.overview',
        everyMs: OVERVIEW_EVERY_MS,
        fetch: () => moments.newest(),
      },
      {
        topic: 'equity',
        type: 'elvis.live.equity',
        everyMs: OVERVIEW_EVERY_MS,
        fetch: async () => {
          const { at, equity, day } = await moments.newest();
          return { at, equity, day };
        },
      },
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
      const rounds = new Rounds(() => this.poll(snapshot));
      rounds.start(snapshot.everyMs);
      this.rounds.push(rounds);
    }
  }

  onApplicationShutdown(): void {
    this.rounds.forEach((rounds) => rounds.stop());
  }

  private async poll({ topic, type, everyMs, fetch }: Snapshot): Promise<number> {
    if (!this.messages.isHeard(topic)) return everyMs;
    try {
      const data = await fetch();
      this.messages.publish(topic, type, new Date().toISOString(), data, `snapshot:${topic}`);
    } catch {
      // Execution is unavailable or silent: REST says so to the one that asks, and the next look may find it.
    }
    return everyMs;
  }
}
