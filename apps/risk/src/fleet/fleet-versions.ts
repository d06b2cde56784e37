/**
 * Says twice a second which build this replica is, and reads in the same step what all replicas of risk and execution
 * say of theirs. Different builds are a warning; builds whose contracts differ are refused to open anything, at once, and
 * stop everything when they last.
 */
import {
  CONTRACTS_VERSION,
  EXECUTION_REPLICAS_KEY,
  RISK_REPLICAS_KEY,
  UNNAMED_BUILD,
} from '@elvis/contracts';
import { LOG, Log, Metrics, Redis, RedisScript, ServiceIdentity } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../facts/clock';
import { FleetReplica, buildsOf, disagreementOf } from './domain/fleet-builds';
import { RiskConfig } from '../risk.config';

const PERIOD_MS = 500;
/** What was read longer ago says nothing of who is there now. */
const KNOWN_FOR_MS = 5_000;
/** Those who died without a word are forgotten. */
const FORGET_AFTER_MS = 60_000;

const BEAT = RedisScript.read<[nowMs: number, risk: string[], execution: string[]]>(__dirname, 'beat');

@Injectable()
export class FleetVersions implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly replica: string;
  private readonly note: string;
  private readonly builds;
  private timer: NodeJS.Timeout | undefined;
  private known: { readonly disagreement?: string; readonly atMs: number } | undefined;
  private told = '';

  constructor(
    private readonly redis: Redis,
    private readonly clock: Clock,
    identity: ServiceIdentity,
    { BUILD_ID = UNNAMED_BUILD }: RiskConfig,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.replica = identity.instance;
    this.note = JSON.stringify({ build: BUILD_ID, contracts: CONTRACTS_VERSION });
    this.builds = metrics.gauge(
      'elvis_fleet_builds',
      'Different builds that are alive in risk and execution',
    );
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.refresh(), PERIOD_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.redis.hdel(RISK_REPLICAS_KEY, this.replica).catch(() => undefined);
  }

  /** Who disagrees, as last read; undefined if nobody does. */
  get disagreement(): string | undefined {
    return this.known?.disagreement;
  }

  /** The same for an order that opens. @throws TradingFailure STORE_UNAVAILABLE nobody knows who is there */
  required(): string | undefined {
    if (!this.known || this.clock.monotonicMs() - this.known.atMs > KNOWN_FOR_MS) {
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        'Which builds are running could not be read from Redis, so nothing was sent. Retry',
        {
          retryAfterMs: 1_000,
        },
      );
    }
    return this.known.disagreement;
  }

  /** Tells the others of this replica and reads theirs. */
  async refresh(): Promise<void> {
    const atMs = this.clock.monotonicMs();
    try {
      const keys = [RISK_REPLICAS_KEY, EXECUTION_REPLICAS_KEY];
      const [nowMs, risk, execution] = await BEAT.run(this.redis, keys, [
        ...[this.replica, this.note],
        FORGET_AFTER_MS,
      ]);
      const replicas = [...readReplicas(risk, nowMs), ...readReplicas(execution, nowMs)];
      const disagreement = disagreementOf(replicas);
      this.known = { atMs, ...(disagreement !== undefined && { disagreement }) };
      this.reportChange(buildsOf(replicas), disagreement);
    } catch (error) {
      this.log.debug(
        { err: error },
        'It could not be read from Redis which builds are running; orders are refused if this lasts',
      );
    }
  }

  /** Once for each change. */
  private reportChange(builds: readonly string[], disagreement: string | undefined): void {
    this.builds.set(builds.length);
    const now = disagreement ?? builds.join(', ');
    if (now === this.told) return;
    const wasMixed = this.told !== '';
    this.told = now;
    if (disagreement !== undefined) {
      this.log.error(
        { alert: 'builds-disagree', disagreement },
        'Replicas run builds that do not fit together: orders that add risk are refused. Finish the rollout, or roll it back',
      );
    } else if (builds.length > 1)
      this.log.warn(
        { builds },
        'Replicas of different builds run side by side; they fit together, so trading continues',
      );
    else if (wasMixed) this.log.warn({ builds }, 'All replicas run the same build again');
  }
}

/** From a hash as Redis answers it: field, text, field, text. What cannot be read is there and not understood. */
function readReplicas(flat: readonly string[], nowMs: number): FleetReplica[] {
  return flat.flatMap((field, place) =>
    place % 2 === 0 ? [readReplica(field, flat[place + 1] ?? '', nowMs)] : [],
  );
}

function readReplica(field: string, text: string, nowMs: number): FleetReplica {
  const name = field.split(':')[0] ?? field;
  try {
    const { build, contracts, atMs } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return {
      name,
      ageMs: Number.isFinite(atMs) ? nowMs - Number(atMs) : 0,
      ...(typeof build === 'string' && { build }),
      ...(typeof contracts === 'number' && { contracts }),
    };
  } catch {
    return { name, ageMs: 0 };
  }
}
