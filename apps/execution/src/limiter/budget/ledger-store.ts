/** The ledger as it stands in Redis: every question and every correction is one script, whole or not at all. */
import { MeterReading } from '@elvis/binance';
import {
  EXCHANGE_CLOCK_KEY,
  EXPOSURE_KEY,
  GRANTS_KEY,
  KILL_SWITCH_KEY,
  TRADING_PERMIT_KEY,
  reservationField,
} from '@elvis/contracts';
import { Redis, RedisScript } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { Priority } from '../domain/ledger';
import { Freeze, FreezeKind, FreezeScope } from './freeze-memory';
import { LIMITER_CHANNEL, SLOTS_KEY, freezeKey, queueKey, meterKey, sharesKey } from './limiter-keys';
import { limiterScript } from './limiter-scripts';
import { Meter, MeterLimits } from './meter-limits';
import { SpentWithoutRedis } from './outage-budget';
import { RedisRun } from '../clock/redis-run';
import { BudgetGrant, GrantOutcome, GrantedShare, SendRefusal, SendTerms } from './request-budget';

const DECIDE = new RedisScript<string>(limiterScript('decide'));
const SETTLE = new RedisScript<number>(limiterScript('settle'));
const ADD_BACK = new RedisScript<string>(limiterScript('add-back'));
const FREEZE = new RedisScript<number>(limiterScript('freeze'));
const THAW = new RedisScript<number>(limiterScript('thaw'));
const HEARTBEAT = new RedisScript<string>(limiterScript('heartbeat'));
const SILENT_MS = 5_000;

export type Charge = Meter & {
  readonly cost: number;
  readonly heldBack?: number;
  /** Those who ask have parts of this meter. */
  readonly shared?: boolean;
};

export interface Question {
  readonly market: Market;
  readonly priority: Priority;
  readonly charges: readonly Charge[];
  readonly isPlacement: boolean;
  /** Whose part of the meters it comes out of. */
  readonly sharer: string;
  /** Which of the fleet's queues, when its caller came (exchange time), and how often he has asked before. */
  readonly queue: string;
  readonly arrivedAt: number;
  readonly asked: number;
  readonly withinMs: number;
  readonly reserveAheadMs: number;
  readonly memory: Readonly<Record<FreezeScope, Freeze>>;
  /** Of a placement: every order in it must be allowed. */
  readonly sends?: readonly (SendTerms & { readonly timestampMs: number; readonly recvWindowMs: number })[];
}

interface ToldMeter {
  readonly index: number;
  readonly header: number;
  readonly used: number;
}

export interface Granted {
  readonly granted: true;
  readonly now: number;
  readonly error: number;
  readonly waitMs: number;
  /** In the order of the charges. */
  readonly meters: readonly ToldMeter[];
}

export interface Refused {
  readonly granted: false;
  readonly code: SendRefusal | 'QUEUED' | 'PROBE';
  readonly now: number;
  readonly waitMs?: number;
  readonly endsAt?: number;
  readonly kind?: FreezeKind;
  readonly probe?: number;
  /** Which order of a batch was not let out. */
  readonly place?: number;
}

export interface Heartbeat {
  /** -1: more replicas run than were announced. */
  readonly slot: number;
  readonly vanished: number;
  readonly now: number;
  readonly errorMs: number;
  readonly clockValid: boolean;
  readonly thetaMs: number;
  /** In the order of the memories that were brought. */
  readonly freezes: readonly Freeze[];
  readonly meters: readonly {
    readonly index: number;
    readonly used: number;
    readonly reserved: number;
    readonly foreign: number;
  }[];
}

export interface StoreSettings {
  /** Unique to this process. */
  readonly owner: string;
  /** How long after its grant a call may still land: the larger of recvWindow and time-out. */
  readonly lifetimeMs: number;
  readonly warnFraction: number;
  readonly pauseMs: number;
  readonly maxReplicas: number;
}

export class LedgerStore {
  constructor(
    private readonly redis: Redis,
    private readonly incarnation: RedisRun,
    private readonly limits: MeterLimits,
    private readonly settings: StoreSettings,
  ) {}

  /** @throws TradingFailure STORE_UNAVAILABLE */
  async decide({
    market,
    charges,
    isPlacement,
    queue,
    sends,
    ...question
  }: Question): Promise<Granted | Refused> {
    const { owner, lifetimeMs, warnFraction, pauseMs } = this.settings;
    const request = {
      ...question,
      meters: charges,
      placement: isPlacement,
      runId: this.incarnation.id,
      owner,
      lifetimeMs,
      warnFraction,
      pauseMs,
      ...(sends && {
        sends: sends.map((send) => ({ ...send, reservation: reservationField(send.clientOrderId) })),
      }),
    };
    const keys = [
      ...[EXCHANGE_CLOCK_KEY, freezeKey(market, 'ip'), freezeKey(market, 'orders'), queueKey(market, queue)],
      ...[SLOTS_KEY, KILL_SWITCH_KEY, TRADING_PERMIT_KEY, EXPOSURE_KEY, GRANTS_KEY],
      ...charges.map((charge) => meterKey(market, charge)),
      ...charges.map((charge) => sharesKey(market, charge)),
    ];
    const reply = JSON.parse(await DECIDE.run(this.redis, keys, [JSON.stringify(request)])) as
      Granted | Refused;
    // An empty Lua table has no kind of its own and arrives as an object.
    return reply.granted && !Array.isArray(reply.meters) ? { ...reply, meters: [] } : reply;
  }

  /** Answers whether the exchange's counter shows that the clocks have parted. @throws TradingFailure STORE_UNAVAILABLE */
  async settleUsage(
    grant: BudgetGrant,
    { landed, meters }: GrantOutcome,
    receivedAt: number,
  ): Promise<boolean> {
    const shares = this.sharesOf(grant, meters);
    if (shares.length === 0) return false;
    const { sentAt, errorMs } = grant;
    const { lifetimeMs } = this.settings;
    const settlements = shares.map(({ windowMs, cost, index, header, used }) => ({
      windowMs,
      cost,
      index,
      used,
      headerAtGrant: header,
      sentAt,
      receivedAt,
      errorMs,
      lifetimeMs,
      landed,
    }));
    const keys = [EXCHANGE_CLOCK_KEY, ...shares.map((share) => meterKey(grant.market, share))];
    const body = JSON.stringify({ runId: this.incarnation.id, meters: settlements });
    return (await SETTLE.run(this.redis, keys, [body])) === 1;
  }

  /** What was spent while Redis was away. @throws TradingFailure STORE_UNAVAILABLE */
  async addBack(spent: readonly SpentWithoutRedis[]): Promise<void> {
    if (spent.length === 0) return;
    const { lifetimeMs } = this.settings;
    const meters = spent.map(({ meter: { windowMs }, index, spent: cost }) => ({
      windowMs,
      index,
      cost,
      late: cost,
      lifetimeMs,
    }));
    const keys = [EXCHANGE_CLOCK_KEY, ...spent.map(({ market, meter }) => meterKey(market, meter))];
    await ADD_BACK.run(this.redis, keys, [JSON.stringify({ runId: this.incarnation.id, meters })]);
  }

  /** @throws TradingFailure STORE_UNAVAILABLE */
  async freeze(market: Market, scope: FreezeScope, freeze: Freeze): Promise<void> {
    const message = JSON.stringify({ type: 'freeze', market, scope, ...freeze });
    await FREEZE.run(this.redis, [freezeKey(market, scope)], [message, LIMITER_CHANNEL]);
  }

  /** @throws TradingFailure STORE_UNAVAILABLE */
  async thaw(market: Market, scope: FreezeScope, endsAt: number): Promise<void> {
    const message = JSON.stringify({ type: 'thaw', market, scope, endsAt });
    await THAW.run(this.redis, [freezeKey(market, scope)], [message, LIMITER_CHANNEL]);
  }

  /** @throws TradingFailure STORE_UNAVAILABLE */
  async heartbeat(
    meters: readonly (Meter & { readonly market: Market })[],
    memories: readonly { readonly market: Market; readonly scope: FreezeScope; readonly freeze: Freeze }[],
  ): Promise<Heartbeat> {
    const { owner, maxReplicas: slots, lifetimeMs } = this.settings;
    const windowMs = Math.max(
      1_000,
      ...meters.filter(({ kind }) => kind === 'weight').map((meter) => meter.windowMs),
    );
    const beat = {
      runId: this.incarnation.id,
      owner,
      slots,
      silentMs: SILENT_MS,
      windowMs,
      lifetimeMs,
      memories: memories.map(({ freeze }) => freeze),
      meters: meters.map((meter) => ({ windowMs: meter.windowMs })),
    };
    const keys = [
      ...[EXCHANGE_CLOCK_KEY, SLOTS_KEY],
      ...memories.map(({ market, scope }) => freezeKey(market, scope)),
      ...meters.map((meter) => meterKey(meter.market, meter)),
    ];
    const reply = JSON.parse(await HEARTBEAT.run(this.redis, keys, [JSON.stringify(beat)])) as Heartbeat;
    const { meters: told, freezes } = reply;
    return {
      ...reply,
      meters: Array.isArray(told) ? told : [],
      freezes: Array.isArray(freezes) ? freezes : [],
    };
  }

  /** This replica leaves in good order: nothing needs to be kept back for it. */
  async signOff(slot: number): Promise<void> {
    if (slot >= 0) await this.redis.hdel(SLOTS_KEY, `slot:${slot}`);
  }

  /** Its head no longer waits in the fleet's queue. */
  removeFromQueue(market: Market, queue: string): void {
    void this.redis.hdel(queueKey(market, queue), this.settings.owner).catch(() => undefined);
  }

  endGrant(approvalId: string): void {
    void this.redis.hdel(GRANTS_KEY, approvalId).catch(() => undefined);
  }

  /** An answer also tells of meters that the call did not touch: strangers are noticed there too. */
  private sharesOf(
    grant: BudgetGrant,
    readings: readonly MeterReading[],
  ): (GrantedShare & { readonly used: number })[] {
    const isSame = (
      left: Pick<Meter, 'kind' | 'windowMs'>,
      right: Pick<Meter, 'kind' | 'windowMs'>,
    ): boolean => left.kind === right.kind && left.windowMs === right.windowMs;
    const untouched = this.limits
      .metersOf(grant.market)
      .filter((meter) => !grant.shares.some((share) => isSame(share, meter)))
      .map(({ kind, windowMs }): GrantedShare => ({ kind, windowMs, cost: 0, index: -1, header: 0 }));
    return [...grant.shares, ...untouched]
      .map((share) => ({ ...share, used: readings.find((reading) => isSame(reading, share))?.used ?? -1 }))
      .filter(({ cost, used }) => cost > 0 || used >= 0);
  }
}
