/**
 * The kill switch in Redis as execution sees it. Every look and every heartbeat takes the next number of one counter,
 * so that "after the block" is an order of events in Redis and not a comparison of clocks.
 */
import {
  BuildNote,
  EXECUTION_REPLICAS_KEY,
  GRANTS_KEY,
  KILL_SWITCH_KEY,
  KILL_SWITCH_META_KEY,
  STOPS_CHANNEL,
  STOPS_KEY,
  STOP_BEATS_KEY,
  STOP_RECORDS_SINCE_KEY,
  STOP_PROGRESS_KEY,
  TRADING_EPOCH_KEY,
} from '@elvis/contracts';
import { Redis, RedisScript } from '@elvis/platform';
import { GLOBAL_SCOPE, STOP_SCOPES, StopScope } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { DrivenProgress } from './stop-outcomes';

/** A stop as the driver needs it. */
export interface StoredStop {
  readonly stopId: string;
  readonly epoch: number;
  readonly scope: StopScope;
  readonly cancelOpenOrders: boolean;
  readonly activatedAtMs: number;
}

interface ReplicaBeat {
  readonly replica: string;
  /** How long ago it was heard, on Redis' clock. */
  readonly ageMs: number;
  /** All it had begun before the beat of this number has ended. */
  readonly clear: number;
  readonly inFlight: number;
}

export interface StopStateSnapshot {
  readonly beat: number;
  /** Names what stands in Redis: another name after a restart, and after it was emptied. Numbers of other books say nothing. */
  readonly incarnation: string;
  readonly stops: readonly StoredStop[];
  readonly replicas: readonly ReplicaBeat[];
  /** Approval id and the end of its grant, exchange time. */
  readonly grants: ReadonlyMap<string, number>;
  readonly progress: ReadonlyMap<string, DrivenProgress>;
}

/** Answers [number of this beat, incarnation]. */
const BEAT = RedisScript.read<[number, string]>(__dirname, 'beat');
const LOOK = RedisScript.read<
  [
    number,
    string,
    number,
    string | null,
    string | null,
    string[],
    string[],
    string[],
    string[],
    string | null,
  ]
>(__dirname, 'look');
/** Writes the progress unless a later driver has. Answers 1 if it stands. */
const REPORT = RedisScript.read<number>(__dirname, 'report');

/** A switch that stands and that no stop explains yet. */
const UNEXPLAINED = 'switch';

@Injectable()
export class StopStateStore {
  constructor(private readonly redis: Redis) {}

  /** @throws TradingFailure STORE_UNAVAILABLE */
  async writeHeartbeat(
    replica: string,
    clear: number,
    inFlight: number,
    { build, contracts }: BuildNote,
    known = '',
  ): Promise<Pick<StopStateSnapshot, 'beat' | 'incarnation'>> {
    const keys = [STOP_BEATS_KEY, EXECUTION_REPLICAS_KEY, TRADING_EPOCH_KEY, STOP_RECORDS_SINCE_KEY];
    const [beat, incarnation] = await BEAT.run(this.redis, keys, [
      ...[replica, clear, inFlight],
      ...[build, contracts, known],
    ]);
    return { beat, incarnation };
  }

  /** @throws TradingFailure STORE_UNAVAILABLE */
  async readState(): Promise<StopStateSnapshot> {
    const keys = [
      ...[STOP_BEATS_KEY, KILL_SWITCH_KEY, KILL_SWITCH_META_KEY, STOPS_KEY, EXECUTION_REPLICAS_KEY],
      ...[GRANTS_KEY, STOP_PROGRESS_KEY, TRADING_EPOCH_KEY, STOP_RECORDS_SINCE_KEY],
    ];
    const [beat, incarnation, nowMs, value, meta, stops, replicas, grants, progress, epoch] = await LOOK.run(
      this.redis,
      keys,
      [],
    );
    const halts = [...pairs(stops)].flatMap(([, text]) => readStop(text));
    const isExplained = halts.some(({ scope }) => scope.type === 'global');
    const unexplained = value !== null && !isExplained ? [switchStop(meta, Number(epoch ?? 0))] : [];
    return {
      beat,
      incarnation,
      stops: [...halts, ...unexplained],
      replicas: [...pairs(replicas)].map(([replica, text]) => readBeat(replica, text, nowMs)),
      grants: new Map([...pairs(grants)].map(([approvalId, end]) => [approvalId, Number(end)])),
      progress: new Map([...pairs(progress)].map(([id, text]) => [id, JSON.parse(text) as DrivenProgress])),
    };
  }

  /** Makes every replica look and beat now: what they said before this is older than what has been seen. */
  async notifyReplicas(): Promise<void> {
    await this.redis.publish(STOPS_CHANNEL, '1');
  }

  /** False if a later driver has reported already: then this one is none any more. @throws TradingFailure */
  async writeProgress(progress: DrivenProgress, term: number): Promise<boolean> {
    const text = JSON.stringify({ ...progress, term });
    return (await REPORT.run(this.redis, [STOP_PROGRESS_KEY], [progress.stopId, text, term])) === 1;
  }

  async forgetProgress(stopIds: readonly string[]): Promise<void> {
    if (stopIds.length > 0) await this.redis.hdel(STOP_PROGRESS_KEY, ...stopIds);
  }

  async forgetGrants(approvalIds: readonly string[]): Promise<void> {
    if (approvalIds.length > 0) await this.redis.hdel(GRANTS_KEY, ...approvalIds);
  }

  async forgetReplicas(replicas: readonly string[]): Promise<void> {
    if (replicas.length > 0) await this.redis.hdel(EXECUTION_REPLICAS_KEY, ...replicas);
  }
}

function* pairs(flat: readonly string[]): Generator<readonly [string, string]> {
  for (let index = 0; index + 1 < flat.length; index += 2)
    yield [flat[index] as string, flat[index + 1] as string];
}

/** Anything that stands there and cannot be read is a stop of everything: it was meant as one. */
function readStop(text: string): StoredStop[] {
  const stop = parse(text);
  const scope = stop.scope as StopScope | undefined;
  if (stop.state === 'REDUCING') return [];
  return [
    {
      stopId: typeof stop.stopId === 'string' ? stop.stopId : UNEXPLAINED,
      epoch: typeof stop.epoch === 'number' ? stop.epoch : 0,
      scope: scope && STOP_SCOPES.includes(scope.type) ? scope : GLOBAL_SCOPE,
      cancelOpenOrders: stop.cancelOpenOrders !== false,
      activatedAtMs: typeof stop.activatedAtMs === 'number' ? stop.activatedAtMs : Date.now(),
    },
  ];
}

/** Set by hand, by the gateway or by `npm run halt`: risk has not taken it up yet, or cannot. */
function switchStop(meta: string | null, epoch: number): StoredStop {
  const note = parse(meta ?? '{}');
  return {
    stopId: typeof note.stopId === 'string' ? note.stopId : UNEXPLAINED,
    epoch,
    scope: GLOBAL_SCOPE,
    cancelOpenOrders: note.cancelOpenOrders !== false,
    activatedAtMs: typeof note.activatedAtMs === 'number' ? note.activatedAtMs : Date.now(),
  };
}

function readBeat(replica: string, text: string, nowMs: number): ReplicaBeat {
  const { atMs, clear, inFlight } = parse(text);
  return {
    replica,
    ageMs: nowMs - Number(atMs ?? nowMs),
    clear: Number(clear ?? 0),
    inFlight: Number(inFlight ?? 0),
  };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(text) as Record<string, unknown> | null) ?? {};
  } catch {
    return {};
  }
}
