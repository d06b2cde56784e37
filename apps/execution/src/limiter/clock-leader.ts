/**
 * The one replica that asks the exchange for its time, every 30 s and whenever a replica doubts it, and writes Redis'
 * theta down for the fleet. Between two measurements it follows Redis' clock with its own monotonic one.
 */
import { Health, Leader, LOG, Log, Redis } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Limiter } from './limiter';

const MEASURE_EVERY_MS = 30_000;
const PUBLISH_EVERY_MS = 2_000;
const RETRY_MS = 500;

/** Measures and publishes while it holds the role; the benchmark uses it without the framework. */
export class ClockDuty {
  private measuring: NodeJS.Timeout | undefined;
  private publishing: NodeJS.Timeout | undefined;
  private isHeld = false;
  private isBusy = false;

  constructor(
    private readonly limiter: Limiter,
    private readonly log: Log,
  ) {}

  startMeasuring(): void {
    this.isHeld = true;
    this.limiter.onClockSuspect = () => void this.measure();
    void this.measure();
    this.publishing = setInterval(() => void this.publishReading(), PUBLISH_EVERY_MS);
  }

  stopMeasuring(): void {
    this.isHeld = false;
    this.limiter.onClockSuspect = () => undefined;
    clearTimeout(this.measuring);
    clearInterval(this.publishing);
  }

  private async measure(): Promise<void> {
    if (this.isBusy || !this.isHeld) return;
    this.isBusy = true;
    clearTimeout(this.measuring);
    let nextMs = MEASURE_EVERY_MS;
    try {
      const jumpedMs = await this.limiter.clock.measure();
      await this.limiter.clock.publishTheta();
      if (Math.abs(jumpedMs) > 100)
        this.log.warn(
          { jumpedMs: Math.round(jumpedMs) },
          'The clock of the exchange jumped against the clock of this machine; the new reading is used',
        );
      this.limiter.budget.wakeAll();
    } catch (error) {
      nextMs = RETRY_MS;
      const { message } = error as Error;
      this.log.warn(
        { reason: message },
        'The clock of the exchange could not be read, or not be shared through Redis; retrying. Orders are refused if this lasts',
      );
    } finally {
      this.isBusy = false;
    }
    if (this.isHeld) this.measuring = setTimeout(() => void this.measure(), nextMs);
  }

  private async publishReading(): Promise<void> {
    if (this.limiter.clock.ageMs() > 2 * MEASURE_EVERY_MS) return;
    await this.limiter.clock
      .publishTheta()
      .catch((error: Error) =>
        this.log.debug(
          { reason: error.message },
          'The measured clock of the exchange could not be written to Redis; retrying',
        ),
      );
  }
}

@Injectable()
export class ClockLeader implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly role: Leader;

  constructor(limiter: Limiter, redis: Redis, health: Health, @Inject(LOG) log: Log) {
    const duty = new ClockDuty(limiter, log);
    this.role = new Leader(
      redis,
      'clock-keeper',
      limiter.owner,
      { onElected: () => duty.startMeasuring(), onLost: () => duty.stopMeasuring() },
      log,
    );
    health.require('exchange-clock', () => {
      try {
        limiter.clock.now();
        return undefined;
      } catch (error) {
        return (error as Error).message;
      }
    });
  }

  onApplicationBootstrap(): void {
    this.role.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.role.stop();
  }
}
