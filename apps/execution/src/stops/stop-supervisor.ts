/**
 * Sees every stop in Redis, at once when it is told and within 200 ms when it is not, and drives it: drain, cancel,
 * verify. It needs neither NATS nor risk nor the gateway. One replica drives; all of them watch, so that anyone who
 * takes over knows since when a stop has stood.
 */
import { STOPS_CHANNEL } from '@elvis/contracts';
import { Leader, LOG, Log, Redis, untilBeat } from '@elvis/platform';
import { MAX_CLOCK_ERROR_MS, isDrained, membershipMs, stopBounds, waitOutMs } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { ExecutionConfig } from '../execution.config';
import { askedBy } from '../limiter/calls/asker';
import { ExchangeClock } from '../limiter/clock/exchange-clock';
import { StopStateSnapshot, StoredStop, StopStateStore } from './stop-state-store';
import { StopRun } from './stop-run';
import { StopHeartbeat } from './stop-heartbeat';
import { DrivenProgress } from './stop-outcomes';
import { OpenOrderCanceller } from './open-order-canceller';

/** A driver that sleeps is replaced within the half second in which others may still wait for its grants. */
const LEASE_TIMING = { leaseMs: 600, renewMs: 150 } as const;
const LOOK_EVERY_MS = 200;
const LOOK_WHILE_DRAINING_MS = 10;
/** Beyond its end and any error of a clock, a grant whose replica died is only left over. */
const LITTER_AFTER_MS = 60_000;

/** How a version of a stop looked when this replica first saw it. */
interface Sighting {
  readonly beat: number;
  readonly at: number;
  readonly incarnation: string;
  /** The books in Redis were not known for long enough to trust them. */
  readonly isIncarnationNew: boolean;
  /** Grants that stood then; later ones are of another epoch and not this stop's to wait for. */
  readonly grants: ReadonlyMap<string, number>;
}

@Injectable()
export class StopSupervisor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly role: Leader;
  private readonly sightings = new Map<string, Sighting>();
  private readonly runs = new Map<string, StopRun>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private isStopping = false;
  private term = 0;

  constructor(
    redis: Redis,
    private readonly store: StopStateStore,
    private readonly heartbeat: StopHeartbeat,
    private readonly canceller: OpenOrderCanceller,
    private readonly clock: ExchangeClock,
    private readonly config: ExecutionConfig,
    @Inject(LOG) private readonly log: Log,
  ) {
    const work = {
      onElected: (term: number) => {
        this.term = term;
        this.lookNow();
      },
      onLost: () => this.finishAll(),
    };
    this.role = new Leader(redis, 'stop-driver', heartbeat.replica, work, log, LEASE_TIMING);
  }

  onApplicationBootstrap(): void {
    this.log.debug({ channel: STOPS_CHANNEL }, 'The service listens for stops of trading');
    this.heartbeat.onStopsChanged(() => this.lookNow());
    this.role.start();
    this.lookNow();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    this.finishAll();
    await this.role.stop();
  }

  private lookNow(): void {
    clearTimeout(this.timer);
    this.looking ??= this.followStops().finally(() => {
      this.looking = undefined;
      if (this.isStopping) return;
      const isDraining = [...this.runs.values()].some((run) => run.isDraining);
      this.timer = setTimeout(
        () => this.lookNow(),
        untilBeat(isDraining ? LOOK_WHILE_DRAINING_MS : LOOK_EVERY_MS),
      );
    });
  }

  private async followStops(): Promise<void> {
    try {
      const look = await this.store.readState();
      this.trackStops(look);
      if (!this.role.isHeldNow) return;
      for (const stop of look.stops) askedBy('stop', () => this.driveStop(stop, look));
      for (const run of this.runs.values()) this.observe(run, look);
      if (look.stops.length === 0) await this.removeStale(look);
    } catch (error) {
      this.log.debug(
        { reason: (error as Error).message },
        'Redis could not be read, so active stops are unknown; retrying',
      );
    }
  }

  /** Remembers what is new and forgets what has ended. */
  private trackStops(look: StopStateSnapshot): void {
    const standing = new Set(look.stops.map(versionOf));
    for (const stop of look.stops) {
      const version = versionOf(stop);
      const seen = this.sightings.get(version);
      if (seen?.incarnation === look.incarnation) continue;
      const { beat, incarnation, grants } = look;
      const isIncarnationNew = this.heartbeat.knownForMs(incarnation) < waitOutMs(this.drainBounds());
      this.sightings.set(version, {
        beat,
        at: performance.now(),
        incarnation,
        isIncarnationNew: isIncarnationNew || !!seen,
        grants,
      });
      void this.heartbeat.beatTwice();
      // Others may have beaten between the block and this look: only a beat after it confirms anything.
      if (this.role.isHeldNow) this.store.notifyReplicas().catch(() => undefined);
      this.log.fatal(
        { ...stop, isIncarnationNew },
        'KILL SWITCH seen: in the scope in this line no new orders but flatten orders are sent until the stop is cleared',
      );
    }
    for (const version of this.sightings.keys()) if (!standing.has(version)) this.sightings.delete(version);
    for (const [stopId, run] of this.runs) {
      if (standing.has(versionOf(run.stop))) continue;
      run.finish();
      this.runs.delete(stopId);
    }
  }

  private driveStop(stop: StoredStop, look: StopStateSnapshot): void {
    if (this.runs.has(stop.stopId)) return;
    const run: StopRun = new StopRun(stop, look.progress.get(stop.stopId), {
      canceller: this.canceller,
      mayDrive: () => this.role.isHeldNow && this.runs.get(stop.stopId) === run,
      writeProgress: (progress) => this.writeProgress(progress),
    });
    this.runs.set(stop.stopId, run);
    run.start();
  }

  private observe(run: StopRun, look: StopStateSnapshot): void {
    const seen = this.sightings.get(versionOf(run.stop));
    if (!run.isDraining || !seen) return;
    const bounds = this.drainBounds();
    const openGrants = [...look.grants].filter(
      ([approvalId, end]) => seen.grants.has(approvalId) && !this.isPast(end),
    ).length;
    const unconfirmed = look.replicas.filter(
      ({ ageMs, clear }) => ageMs <= membershipMs(bounds) && clear < seen.beat,
    );
    const view = {
      sinceBlockMs: performance.now() - seen.at,
      hasLostData: seen.isIncarnationNew,
      openGrants,
      unconfirmed: unconfirmed.length,
    };
    const inFlight = unconfirmed.reduce((sum, replica) => sum + replica.inFlight, 0);
    run.updateInFlight(Math.max(openGrants, inFlight), isDrained(view, bounds));
  }

  /** Progress of stops that have ended, grants and heartbeats of replicas that died. */
  private async removeStale({ grants, replicas, progress }: StopStateSnapshot): Promise<void> {
    const isLitter = (end: number): boolean => this.isPast(end + LITTER_AFTER_MS);
    await this.store.forgetProgress([...progress.keys()]);
    await this.store.forgetGrants([...grants].filter(([, end]) => isLitter(end)).map(([id]) => id));
    await this.store.forgetReplicas(
      replicas.filter(({ ageMs }) => ageMs > LITTER_AFTER_MS).map(({ replica }) => replica),
    );
  }

  private async writeProgress(progress: DrivenProgress): Promise<void> {
    try {
      if (await this.store.writeProgress(progress, this.term)) return;
      this.log.warn(
        { stopId: progress.stopId },
        'Another replica has taken over this stop and carries it on; this one left it',
      );
      this.finishAll();
    } catch {
      // Redis is unavailable: the next look, over a Redis that answers, begins the stop again.
      this.finishAll();
    }
  }

  private finishAll(): void {
    for (const run of this.runs.values()) run.finish();
    this.runs.clear();
  }

  /** On the exchange's clock; while that is not known nothing is past, and the bound decides. */
  private isPast(endMs: number): boolean {
    try {
      return this.clock.now() - Math.max(MAX_CLOCK_ERROR_MS, this.clock.errorMs()) > endMs;
    } catch {
      return false;
    }
  }

  private drainBounds(): ReturnType<typeof stopBounds> {
    return stopBounds(this.config.BINANCE_RECV_WINDOW_MS);
  }
}

const versionOf = ({ stopId, epoch }: StoredStop): string => `${stopId}:${epoch}`;
