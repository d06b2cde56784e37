/**
 * The exchange's clock, as execution has measured it against Redis's: the one by which a client's timestamp is judged
 * and which it is told. No clock of this machine decides anything.
 */
import { CLOCK_DRIFT, EXCHANGE_CLOCK_KEY, MAX_CLOCK_AGE_MS } from '@elvis/contracts';
import { LOG, Log, Redis } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';

const READ_EVERY_MS = 1_000;
/** Further off than this a timestamp cannot be judged. */
const LARGEST_ERROR_MS = 500;

@Injectable()
export class FrontClock implements OnApplicationBootstrap, OnApplicationShutdown {
  private reading:
    { readonly offsetMs: number; readonly errorMs: number; readonly takenAt: number } | undefined;
  private readonly ending = new AbortController();

  constructor(
    private readonly redis: Redis,
    @Inject(LOG) private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.read();
    void this.follow();
  }

  onApplicationShutdown(): void {
    this.ending.abort();
  }

  /** Milliseconds, with fractions. @throws TradingFailure CLOCK_UNCERTAIN it is not known to half a second */
  now(): number {
    const at = performance.now();
    const { reading } = this;
    if (
      !reading ||
      reading.errorMs + (at - reading.takenAt) * CLOCK_DRIFT > LARGEST_ERROR_MS ||
      this.isOld(at)
    )
      throw new TradingFailure(
        'CLOCK_UNCERTAIN',
        'The clock of the exchange is not known precisely enough; nothing was done. Try again in a few seconds',
      );
    return at + reading.offsetMs;
  }

  private isOld(at: number): boolean {
    return at - (this.reading?.takenAt ?? 0) > MAX_CLOCK_AGE_MS;
  }

  private async follow(): Promise<void> {
    for (;;) {
      try {
        await pause(READ_EVERY_MS, undefined, { signal: this.ending.signal, ref: false });
      } catch {
        return;
      }
      await this.read();
    }
  }

  /** What cannot be read stays as it was, and grows old. */
  private async read(): Promise<void> {
    try {
      const sentAt = performance.now();
      const replies = await this.redis.multi().time().hgetall(EXCHANGE_CLOCK_KEY).exec();
      const receivedAt = performance.now();
      const [seconds, micros] = (replies?.[0]?.[1] ?? []) as readonly (string | number)[];
      const { thetaMs, errorMs, measuredAtMs } = (replies?.[1]?.[1] ?? {}) as Record<string, string>;
      if (seconds === undefined || thetaMs === undefined || errorMs === undefined) return;
      const exchangeMs = Number(seconds) * 1_000 + Number(micros) / 1_000 + Number(thetaMs);
      const ageMs = Math.max(0, exchangeMs - Number(measuredAtMs));
      if (!(ageMs <= MAX_CLOCK_AGE_MS)) return;
      this.reading = {
        offsetMs: exchangeMs - (sentAt + receivedAt) / 2,
        errorMs: Number(errorMs) + ageMs * CLOCK_DRIFT + (receivedAt - sentAt) / 2,
        takenAt: receivedAt,
      };
    } catch (error) {
      this.log.debug({ err: error }, 'The exchange clock could not be read from Redis; it is tried again');
    }
  }
}
