/** The exchange's clock as execution measures it: candles close by it, and by it a step is late. */
import { EXCHANGE_CLOCK_KEY } from '@elvis/contracts';
import { Redis, everyBeat } from '@elvis/platform';
import { Injectable, OnModuleDestroy, OnModuleInit } from '@nestjs/common';

const READ_EVERY_MS = 5_000;

@Injectable()
export class ExchangeTime implements OnModuleInit, OnModuleDestroy {
  private thetaMs = 0;
  private stop: () => void = () => undefined;

  constructor(private readonly redis: Redis) {}

  async onModuleInit(): Promise<void> {
    this.stop = everyBeat(READ_EVERY_MS, () => void this.read());
    await this.read();
  }

  onModuleDestroy(): void {
    this.stop();
  }

  /** UTC milliseconds. What was measured last counts on while Redis is unavailable. */
  nowMs(): number {
    return Date.now() + this.thetaMs;
  }

  private async read(): Promise<void> {
    const theta = await this.redis.hget(EXCHANGE_CLOCK_KEY, 'thetaMs').catch(() => null);
    if (theta !== null && Number.isFinite(Number(theta))) this.thetaMs = Math.round(Number(theta));
  }
}
