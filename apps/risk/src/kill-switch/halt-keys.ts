/**
 * The kill switch's keys in Redis, in the domain's words. Every method throws STORE_UNAVAILABLE while Redis is
 * unavailable.
 */
import {
  KILL_SWITCH_META_KEY,
  PERMIT_TTL_MS,
  RemainingPosition,
  STOP_PROGRESS_KEY,
  StopPhase,
  StopProgress,
} from '@elvis/contracts';
import { LOG, Log, Redis } from '@elvis/platform';
import { TradingFailure, wellFormed } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { ClearedStop, HaltRecord, OpenStop } from './domain/halt-record';
import { RedisIncarnation } from '../exposure/redis-incarnation';
import { isOpenStop } from './halt-record-store';
import { BLOCK, HALT_KEYS, PERMIT, READ_SWITCH, RESTORE } from './halt-scripts';

export interface SwitchReading {
  /** Redis' own time and run id at the moment of reading. */
  readonly timeMs: number;
  readonly runId: string;
  readonly epoch: number;
  readonly stops: readonly OpenStop[];
  readonly isSet: boolean;
  /** The switch stands and no stop says why: somebody set it by hand. */
  readonly isUnexplained: boolean;
  /** What the one that set it wrote beside it, if anything. */
  readonly note?: SwitchNote;
}

/** How far a flatten has come, for a version of its stop. */
export interface FlatProgress {
  readonly epoch: number;
  readonly phase: StopPhase;
  readonly positions: readonly RemainingPosition[];
}

interface SwitchNote {
  readonly stopId?: string;
  readonly cancelOpenOrders?: boolean;
  readonly actor?: string;
  readonly reason?: string;
  readonly remoteIp?: string;
}

const FLAT_PREFIX = 'flat:';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

@Injectable()
export class HaltKeys {
  constructor(
    private readonly redis: Redis,
    private readonly incarnation: RedisIncarnation,
    @Inject(LOG) private readonly log: Log,
  ) {
    // A stop must not be the first to find out that this Redis has never seen its script.
    const prepare = (): void => void BLOCK.load(redis).catch(() => undefined);
    redis.on('ready', prepare);
    if (redis.status === 'ready') prepare();
  }

  async read(): Promise<SwitchReading> {
    const [timeMs, runId, exists, meta, epoch, fields] = await READ_SWITCH.run(this.redis, HALT_KEYS, []);
    this.incarnation.runId = runId;
    const stops = fields.flatMap((text, index) => (index % 2 === 1 ? this.readStop(text) : []));
    const isExplained = stops.some(({ scope, state }) => scope.type === 'global' && state === 'HALTED');
    const isSet = exists === 1;
    return {
      timeMs,
      runId,
      epoch,
      stops,
      isSet,
      isUnexplained: isSet && !isExplained,
      note: readNote(meta),
    };
  }

  /** Takes the stop and answers it with the epoch it was given; with `first`, the one of its kind that stands already. */
  async block(stop: OpenStop, seenEpoch: number, mode: 'always' | 'first' = 'always'): Promise<OpenStop> {
    const stored = await BLOCK.run(this.redis, HALT_KEYS, [textOf(stop), seenEpoch, mode]);
    return JSON.parse(stored ?? '') as OpenStop;
  }

  /** Takes the stop only if the switch stands unexplained; undefined if it does not, or no more. */
  async adopt(stop: OpenStop, seenEpoch: number): Promise<OpenStop | undefined> {
    const stored = await BLOCK.run(this.redis, HALT_KEYS, [textOf(stop), seenEpoch, 'explain']);
    return stored === null ? undefined : (JSON.parse(stored) as OpenStop);
  }

  /** Makes Redis say what the durable record says; true if the switch stands afterwards. */
  async restore({ epoch, stops, cleared }: HaltRecord): Promise<boolean> {
    const clears = cleared.flatMap((clear: ClearedStop) => [clear.stopId, clear.epoch]);
    const texts = stops.map(textOf);
    const stands = await RESTORE.run(this.redis, HALT_KEYS, [epoch, texts.length, ...texts, ...clears]);
    return stands === 1;
  }

  /** Lets the fleet trade under `epoch` until 2 s after `reading` was taken; false if that may not be. */
  async permit({ timeMs, runId }: SwitchReading, epoch: number): Promise<boolean> {
    return (await PERMIT.run(this.redis, HALT_KEYS, [timeMs, runId, PERMIT_TTL_MS, epoch])) === 1;
  }

  /** How far every stop has come: execution's driver writes it, and risk for what it flattens. */
  async readProgress(): Promise<{
    readonly driven: ReadonlyMap<string, StopProgress>;
    readonly flat: ReadonlyMap<string, FlatProgress>;
  }> {
    const fields = Object.entries(await this.redis.hgetall(STOP_PROGRESS_KEY));
    const isFlat = (field: string): boolean => field.startsWith(FLAT_PREFIX);
    return {
      driven: new Map(
        fields
          .filter(([field]) => !isFlat(field))
          .map(([id, text]) => [id, JSON.parse(text) as StopProgress]),
      ),
      flat: new Map(
        fields
          .filter(([field]) => isFlat(field))
          .map(([field, text]) => [field.slice(FLAT_PREFIX.length), JSON.parse(text) as FlatProgress]),
      ),
    };
  }

  async writeFlat(stopId: string, progress: FlatProgress): Promise<void> {
    try {
      await this.redis.hset(STOP_PROGRESS_KEY, `${FLAT_PREFIX}${stopId}`, JSON.stringify(progress));
    } catch (cause) {
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        'Redis is unavailable or refuses writes, so no further positions are closed for the stop until it accepts them; retrying. Check Redis, or close the positions at the exchange',
        {
          cause,
        },
      );
    }
  }

  private readStop(text: string): OpenStop[] {
    try {
      const stop: unknown = JSON.parse(text);
      if (isOpenStop(stop)) return [stop];
    } catch {
      // Told below, with everything else that is no stop.
    }
    this.log.error(
      'A stop stored in Redis is malformed; it blocks trading until the durable record confirms or replaces it',
    );
    return [];
  }
}

/** The scripts read no text that is not well-formed: a stop must not fail over somebody's reason, wherever it came from. */
const textOf = (stop: OpenStop): string => JSON.stringify(wellFormed(stop));

function readNote(meta: string | null): SwitchNote | undefined {
  if (meta === null) return undefined;
  try {
    const { stopId, cancelOpenOrders, actor, reason, remoteIp } = JSON.parse(meta) as Record<string, unknown>;
    const text = (value: unknown): string | undefined =>
      typeof value === 'string' ? value.slice(0, 500) : undefined;
    return {
      ...(typeof stopId === 'string' && UUID.test(stopId) && { stopId }),
      ...(cancelOpenOrders === false && { cancelOpenOrders }),
      actor: text(actor),
      reason: text(reason),
      remoteIp: text(remoteIp),
    };
  } catch {
    return {
      reason: `the kill switch is set, but its description in Redis (${KILL_SWITCH_META_KEY}) is malformed`,
    };
  }
}
