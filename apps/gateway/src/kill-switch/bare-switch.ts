/**
 * The kill switch without risk: the gateway sets the Redis key itself, which is enough for the send script to refuse
 * every order and, told in the same step, for execution's stop supervisor to begin canceling. The one exception to
 * risk's ownership.
 */
import {
  KILL_SWITCH_KEY,
  KILL_SWITCH_META_KEY,
  RequestStop,
  StopStatus,
  TRADING_EPOCH_KEY,
} from '@elvis/contracts';
import { Redis, setKillSwitch } from '@elvis/platform';
import { GLOBAL_SCOPE, TradingFailure, wellFormed } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { StopOutcome } from './stop-answer';

const NO_REASON = 'none given';

interface Meta {
  readonly stopId?: unknown;
  readonly actor?: unknown;
  readonly remoteIp?: unknown;
  readonly reason?: unknown;
  readonly activatedAtMs?: unknown;
  readonly epoch?: unknown;
}

@Injectable()
export class BareSwitch {
  constructor(private readonly redis: Redis) {}

  /** @throws TradingFailure STORE_UNAVAILABLE Redis is unavailable too: nothing could be recorded */
  async stop({ actor, remoteIp, reason = NO_REASON, ...asked }: RequestStop): Promise<StopOutcome> {
    const nowMs = Date.now();
    const own = { stopId: randomUUID(), actor, remoteIp: remoteIp ?? null, reason, activatedAtMs: nowMs };
    const note = { ...own, state: 'HALTED', scope: GLOBAL_SCOPE, source: 'gateway', ...asked };
    const { isNew, epoch, meta } = await setKillSwitch(this.redis, wellFormed(note));
    const { stopId, activatedAtMs, ...known } = readMeta(meta);
    const sinceMs = typeof activatedAtMs === 'number' ? activatedAtMs : nowMs;
    return {
      stopId: typeof stopId === 'string' ? stopId : own.stopId,
      scope: GLOBAL_SCOPE,
      phase: 'BLOCKED',
      phases: { requested: sinceMs, blocked: sinceMs, drained: null, cancelling: null, verified: null },
      drained: false,
      inFlight: null,
      canceledOrders: null,
      remainingOrders: null,
      unprotectedPositions: null,
      reason: textOr(known.reason, reason),
      activatedAtMs: sinceMs,
      activatedBy: textOr(known.actor, 'redis'),
      remoteIp: typeof known.remoteIp === 'string' ? known.remoteIp : null,
      epoch,
      redisPersisted: true,
      durable: false,
      added: isNew,
    };
  }

  async isSet(): Promise<boolean> {
    return (await this.redis.exists(KILL_SWITCH_KEY)) === 1;
  }

  /** What Redis alone can tell. @throws TradingFailure STORE_UNAVAILABLE */
  async status(): Promise<StopStatus> {
    const { active, text, epoch } = await this.read();
    const meta = readMeta(text ?? '{}');
    return {
      active,
      source: 'redis',
      phase: active ? 'BLOCKED' : null,
      sinceMs: active && typeof meta.activatedAtMs === 'number' ? meta.activatedAtMs : null,
      reason: active ? textOr(meta.reason, NO_REASON) : null,
      scopes: active ? [{ scope: GLOBAL_SCOPE, state: 'HALTED', stopId: textOr(meta.stopId, 'redis') }] : [],
      epoch: Number(epoch ?? 0),
      durable: false,
    };
  }

  /** Any value of the switch counts, of whatever kind; `MGET` would take a list for nothing. */
  private async read(): Promise<{ active: boolean; text?: string | null; epoch?: string | null }> {
    try {
      const [active, [text, epoch]] = await Promise.all([
        this.isSet(),
        this.redis.mget(KILL_SWITCH_META_KEY, TRADING_EPOCH_KEY),
      ]);
      return { active, text, epoch };
    } catch (cause) {
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        'The state of the kill switch is unknown, because neither risk nor Redis answers. Retry',
        { cause },
      );
    }
  }
}

function readMeta(text: string): Meta {
  try {
    return (JSON.parse(text) as Meta | null) ?? {};
  } catch {
    return {};
  }
}

const textOr = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);
