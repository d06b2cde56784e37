/**
 * Keeps this replica's memory, Redis and the durable record of one mind, every 500 ms and whenever somebody asks,
 * and writes the trading permit when, and only when, all three agree that trading is allowed.
 *
 * The order matters: Redis is read first, its time and run id being the permit's birth; then the durable record from
 * the stream's leader; stops that one store has and the other lacks are carried over; only then the permit.
 */
import { EventEnvelope, KILL_SWITCH_EVENTS, KillSwitchChanged, killSwitchActivated } from '@elvis/contracts';
import { Health, LOG, Log, NATS } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { JSONCodec, NatsConnection, Subscription } from 'nats';
import { StandingClearances } from '../clearances/standing-clearances';
import { Clock } from '../facts/clock';
import { HaltMemory } from './domain/halt-memory';
import { EMPTY_HALT_RECORD, HaltRecord, OpenStop, adoptStops, globalHalt } from './domain/halt-record';
import { HaltKeys, SwitchReading } from './halt-keys';
import { HaltReading, HaltRecordStore } from './halt-record-store';

const PERIOD_MS = 500;
const WRITE_TRIES = 8;

/** Told of a stop that somebody took by setting the Redis key. */
export type UnexplainedSwitchListener = (stop: OpenStop) => void;

@Injectable()
export class HaltSync implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private broadcasts: Subscription | undefined;
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;
  private readonly away = new Set<string>();
  private adopted: UnexplainedSwitchListener = () => undefined;
  private lastRunId = '';

  constructor(
    private readonly memory: HaltMemory,
    private readonly keys: HaltKeys,
    private readonly record: HaltRecordStore,
    private readonly clearances: StandingClearances,
    private readonly clock: Clock,
    @Inject(NATS) private readonly connection: NatsConnection,
    @Inject(LOG) private readonly log: Log,
    health: Health,
  ) {
    health.require('kill-switch', () =>
      memory.isKnown ? undefined : 'Redis and the durable record of stops have not both been read yet',
    );
  }

  onUnexplainedSwitch(listener: UnexplainedSwitchListener): void {
    this.adopted = listener;
  }

  onApplicationBootstrap(): void {
    this.broadcasts = this.connection.subscribe(KILL_SWITCH_EVENTS, {
      callback: (error, message) => {
        if (!error) this.hear(message.data);
      },
    });
    this.timer = setInterval(() => void (this.running ?? this.refresh()), PERIOD_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.broadcasts?.unsubscribe();
  }

  /** One whole pass that begins after this call; callers that come while one runs share the next. */
  refresh(): Promise<void> {
    if (!this.running) {
      this.running = this.pass().finally(() => (this.running = undefined));
      return this.running;
    }
    this.next ??= this.running.then(() => {
      this.next = undefined;
      return this.refresh();
    });
    return this.next;
  }

  /**
   * Writes what `change` makes of the durable record, with every stop this replica knows carried into it. Over
   * something that is no record only a stop is written, never a clear: a person has to end what stands then.
   *
   * @throws TradingFailure STORE_UNAVAILABLE no confirmation came, or others kept writing first
   */
  async changeRecord(
    change: (record: HaltRecord) => HaltRecord = (same) => same,
    { isStop = false }: { readonly isStop?: boolean } = {},
  ): Promise<HaltRecord> {
    for (let attempt = 1; attempt <= WRITE_TRIES; attempt += 1) {
      const { record, revision } = await this.record.read();
      if (!record && !isStop) {
        throw new TradingFailure(
          'STORE_UNAVAILABLE',
          'The durable record of stops is malformed; nothing was changed and nothing may trade. Stop trading to replace it, then clear the stop',
        );
      }
      const base = record ?? EMPTY_HALT_RECORD;
      this.memory.learnRecord(base);
      const wanted = change(this.carryOver(base));
      if (wanted === record || (await this.record.write(wanted, revision)) !== undefined) {
        this.memory.learnRecord(wanted);
        return wanted;
      }
    }
    throw new TradingFailure(
      'STORE_UNAVAILABLE',
      'The durable record of stops was being changed by other replicas at the same time; nothing was changed. Retry',
    );
  }

  private async pass(): Promise<void> {
    const reading = await this.attempt('Redis', () => this.readRedis());
    const durable = await this.attempt('the durable record of stops', () => this.readDurable());
    if (reading && durable) this.memory.bothRead();
    if (!reading || !durable) return;
    await this.attempt('Redis', async () => {
      if (this.differs(reading, durable)) await this.keys.restore(durable);
      const isCurrent = this.memory.epoch === durable.epoch;
      const mayTrade = isCurrent && !globalHalt(this.memory.stops) && this.clearances.isInstallationCleared;
      if (mayTrade) await this.keys.permit(reading, durable.epoch);
    });
  }

  private async readRedis(): Promise<SwitchReading> {
    const reading = await this.keys.read();
    if (this.lastRunId !== '' && this.lastRunId !== reading.runId) {
      this.log.warn(
        'Redis was restarted or replaced and may have lost data; stops are restored from the durable record',
      );
    }
    this.lastRunId = reading.runId;
    this.memory.learnStops(reading.stops, reading.epoch);
    if (reading.isUnexplained) await this.adopt(reading);
    return reading;
  }

  /** Somebody set the key by hand: that is a stop as good as any other. */
  private async adopt({ note }: SwitchReading): Promise<void> {
    const stop: OpenStop = {
      stopId: note?.stopId ?? randomUUID(),
      scope: { type: 'global' },
      state: 'HALTED',
      actor: note?.actor ?? 'redis',
      remoteIp: note?.remoteIp ?? null,
      reason: note?.reason ?? 'the key was set in Redis',
      epoch: this.memory.epoch + 1,
      activatedAtMs: this.clock.nowMs(),
      cancelOpenOrders: note?.cancelOpenOrders ?? true,
      flatten: false,
    };
    const taken = await this.keys.adopt(stop, this.memory.epoch);
    if (!taken) return;
    this.memory.learnStops([taken], taken.epoch);
    this.adopted(taken);
  }

  private async readDurable(): Promise<HaltRecord | undefined> {
    const reading: HaltReading = await this.record.read();
    const { record } = reading;
    if (!record) {
      this.log.error(
        'The durable record of stops is malformed; nothing may trade. Stop trading (npm run halt) to replace it, then clear the stop',
      );
      return undefined;
    }
    this.memory.learnRecord(record);
    return this.carryOver(record) === record ? record : this.changeRecord();
  }

  /** The record with every stop and the highest epoch this replica knows; the same object if it lacks nothing. */
  private carryOver(record: HaltRecord): HaltRecord {
    const { record: merged } = adoptStops(record, this.memory.taken, this.memory.epoch);
    return merged.epoch < this.memory.epoch ? { ...merged, epoch: this.memory.epoch } : merged;
  }

  private differs(reading: SwitchReading, { epoch, stops }: HaltRecord): boolean {
    if (reading.epoch < epoch || reading.stops.some((stop) => this.memory.isEnded(stop))) return true;
    if (globalHalt(stops) && !reading.isSet) return true;
    return stops.some(
      (stop) => !reading.stops.some((known) => known.stopId === stop.stopId && known.epoch >= stop.epoch),
    );
  }

  private hear(data: Uint8Array): void {
    try {
      const envelope = JSONCodec<EventEnvelope<KillSwitchChanged>>().decode(data);
      if (envelope.type === killSwitchActivated.type) {
        const { stopId, scope, state = 'HALTED', actor, remoteIp, reason, epoch } = envelope.data;
        const activatedAtMs = Date.parse(envelope.time);
        const stop = { stopId, scope, state, actor, remoteIp, reason, epoch, activatedAtMs };
        this.memory.learnStops([{ ...stop, cancelOpenOrders: false, flatten: false }], epoch);
      }
    } catch (error) {
      this.log.error(
        { err: error },
        'A broadcast of the kill switch is malformed; stops are read from Redis and the durable record instead',
      );
    }
    void this.refresh();
  }

  private async attempt<T>(part: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await work();
      if (this.away.delete(part))
        this.log.warn(`${part} can be used again; trading is no longer blocked by it`);
      return result;
    } catch (error) {
      if (!this.away.has(part)) {
        this.away.add(part);
        this.log.warn(
          { reason: String(error) },
          `${part} cannot be used: trading is blocked until it can, the kill switch still works`,
        );
      }
      return undefined;
    }
  }
}
