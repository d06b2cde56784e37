/**
 * Says to the fleet, through Redis, that this replica is alive and which of its requests have ended; at once when
 * somebody blocks, and every 500 ms anyway. Also remembers since when the books in Redis are known: what was granted
 * before Redis was restarted or emptied is not in them.
 */
import { BuildNote, CONTRACTS_VERSION, STOPS_CHANNEL, UNNAMED_BUILD } from '@elvis/contracts';
import { LOG, Log, Redis, ServiceIdentity, everyBeat } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { ExecutionConfig } from '../execution.config';
import { StopStateStore } from './stop-state-store';
import { InFlightRequests } from '../orders/in-flight-requests';

const PERIOD_MS = 500;

@Injectable()
export class StopHeartbeat implements OnApplicationBootstrap, OnModuleDestroy {
  readonly replica: string;
  private readonly note: BuildNote;
  private readonly ear: Redis;
  private readonly listeners: (() => void)[] = [];
  private stopBeating: () => void = () => undefined;
  private clear = 0;
  private incarnation = { name: '', since: 0 };

  constructor(
    redis: Redis,
    private readonly store: StopStateStore,
    private readonly inFlight: InFlightRequests,
    identity: ServiceIdentity,
    { BUILD_ID = UNNAMED_BUILD }: ExecutionConfig,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.replica = identity.instance;
    this.note = { build: BUILD_ID, contracts: CONTRACTS_VERSION };
    this.ear = redis.duplicate({ enableOfflineQueue: true, maxRetriesPerRequest: null, lazyConnect: true });
  }

  onApplicationBootstrap(): void {
    this.ear.on('error', () => undefined);
    this.ear.on('message', () => {
      void this.beatTwice();
      for (const listener of this.listeners) listener();
    });
    void this.ear.subscribe(STOPS_CHANNEL).catch(() => undefined);
    void this.beatOnce();
    this.stopBeating = everyBeat(PERIOD_MS, () => void this.beatOnce());
  }

  async onModuleDestroy(): Promise<void> {
    this.stopBeating();
    this.ear.disconnect();
    if (this.inFlight.count === 0) await this.store.forgetReplicas([this.replica]).catch(() => undefined);
  }

  /** Called when somebody blocked or cleared, as soon as Redis tells it. */
  onStopsChanged(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** For how long this replica has known these books in Redis, milliseconds; 0 for others. */
  knownForMs(incarnation: string): number {
    return this.incarnation.name === incarnation ? performance.now() - this.incarnation.since : 0;
  }

  /** The second beat carries the news that what stood at the first has ended. */
  async beatTwice(): Promise<void> {
    const number = await this.beatOnce();
    if (number === undefined) return;
    this.inFlight.whenAllEnded(() => void this.beatOnce());
  }

  private async beatOnce(): Promise<number | undefined> {
    try {
      const { name } = this.incarnation;
      const said = [this.replica, this.clear, this.inFlight.count, this.note, name] as const;
      const { beat, incarnation } = await this.store.writeHeartbeat(...said);
      if (incarnation !== this.incarnation.name) this.setIncarnation(incarnation);
      this.inFlight.whenAllEnded(() => {
        if (this.incarnation.name === incarnation) this.clear = Math.max(this.clear, beat);
      });
      return beat;
    } catch {
      // Redis is unavailable: nothing can be granted by it either. The limiter says so in the log.
      return undefined;
    }
  }

  private setIncarnation(name: string): void {
    if (this.incarnation.name !== '')
      this.log.warn(
        'Redis was restarted or emptied and no longer knows the permissions to send that were given before; a stop waits longer, until the exchange can accept none of them',
      );
    this.incarnation = { name, since: performance.now() };
    this.clear = 0;
  }
}
