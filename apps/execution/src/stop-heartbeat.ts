/**
 * Says to the fleet, through Redis, that this replica is alive and which of its requests have ended; at once when
 * somebody blocks, and every 500 ms anyway. Also remembers since when this run of Redis is known: what an earlier run
 * had granted is not in this one's books.
 */
import { BuildNote, CONTRACTS_VERSION, STOPS_CHANNEL, UNNAMED_BUILD } from '@elvis/contracts';
import { LOG, Log, Redis, ServiceIdentity } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { ExecutionConfig } from './execution.config';
import { StopBoard } from './stop-board';
import { StopFlights } from './stop-flights';

const PERIOD_MS = 500;

@Injectable()
export class StopHeartbeat implements OnApplicationBootstrap, OnModuleDestroy {
  readonly replica: string;
  private readonly note: BuildNote;
  private readonly ear: Redis;
  private readonly listeners: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;
  private clear = 0;
  private run = { id: '', since: 0 };

  constructor(
    redis: Redis,
    private readonly board: StopBoard,
    private readonly flights: StopFlights,
    identity: ServiceIdentity,
    { BUILD_ID = UNNAMED_BUILD }: ExecutionConfig,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.replica = `${identity.name}:${randomUUID()}`;
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
    void this.beat();
    this.timer = setInterval(() => void this.beat(), PERIOD_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.ear.disconnect();
    if (this.flights.count === 0) await this.board.forgetReplicas([this.replica]).catch(() => undefined);
  }

  /** Called when somebody blocked or cleared, as soon as Redis tells it. */
  onStopsChanged(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** For how long this replica has known this run of Redis, milliseconds; 0 for another. */
  knownForMs(runId: string): number {
    return this.run.id === runId ? performance.now() - this.run.since : 0;
  }

  /** The second beat carries the news that what stood at the first has ended. */
  async beatTwice(): Promise<void> {
    const number = await this.beat();
    if (number === undefined) return;
    this.flights.whenLanded(() => void this.beat());
  }

  private async beat(): Promise<number | undefined> {
    try {
      const { beat, runId } = await this.board.beat(this.replica, this.clear, this.flights.count, this.note);
      if (runId !== this.run.id) this.noteRun(runId);
      this.flights.whenLanded(() => {
        if (this.run.id === runId) this.clear = Math.max(this.clear, beat);
      });
      return beat;
    } catch {
      // Redis is away: nothing can be granted by it either. The limiter says so in the log.
      return undefined;
    }
  }

  private noteRun(runId: string): void {
    if (this.run.id !== '')
      this.log.warn('Redis has another run id: what it had granted is not known any more');
    this.run = { id: runId, since: performance.now() };
    this.clear = 0;
  }
}
