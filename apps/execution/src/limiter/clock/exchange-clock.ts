/**
 * The exchange's time, kept twice: against this process's monotonic clock, for signing, deadlines and outages, and
 * against Redis' clock (theta), for scripts that decide for the whole fleet. No wall clock of ours decides anything.
 *
 * One replica, the clock leader, asks the exchange and writes theta; the others take the exchange's time over from
 * Redis, so that the fleet pays for one clock. Without Redis each asks the exchange itself.
 */
import { CLOCK_DRIFT, EXCHANGE_CLOCK_KEY, MAX_CLOCK_AGE_MS } from '@elvis/contracts';
import { Redis } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { RedisRun } from './redis-run';

export interface ClockReading {
  /** Exchange clock minus the other clock, milliseconds. */
  readonly offsetMs: number;
  /** How far off that may be: half the round trip. */
  readonly errorMs: number;
}

const SAMPLES = 5;
/** The clock leader measures more often than this. */
const OWN_FRESH_MS = 60_000;

export class ExchangeClock {
  private readonly waiting: (() => void)[] = [];
  private reading: (ClockReading & { readonly takenAt: number; readonly isOwn: boolean }) | undefined;

  constructor(
    private readonly redis: Redis,
    /** Asks the exchange for its time, in milliseconds; tells when the question really left. */
    private readonly askExchange: (onSend: () => void) => Promise<number>,
    private readonly incarnation = new RedisRun(redis),
  ) {}

  /**
   * Exchange time in whole milliseconds.
   *
   * @throws TradingFailure CLOCK_UNCERTAIN never measured, or too long ago
   */
  now(): number {
    const { offsetMs } = this.current();
    return Math.floor(performance.now() + offsetMs);
  }

  /** Returns once the exchange's time was taken for the first time. */
  async whenKnown(): Promise<void> {
    if (!this.reading) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Error bound of `now`, milliseconds. @throws TradingFailure CLOCK_UNCERTAIN */
  errorMs(): number {
    const { errorMs, takenAt } = this.current();
    return errorMs + (performance.now() - takenAt) * CLOCK_DRIFT;
  }

  /** How long ago the exchange's time was last taken; Infinity if never. */
  ageMs(): number {
    return this.reading ? performance.now() - this.reading.takenAt : Infinity;
  }

  /** Measures anew: the best of several samples by round trip. Answers by how much the exchange's clock has jumped. */
  async measure(): Promise<number> {
    let best: ClockReading | undefined;
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      let sentAt = performance.now();
      const exchangeMs = await this.askExchange(() => (sentAt = performance.now()));
      const receivedAt = performance.now();
      const errorMs = (receivedAt - sentAt) / 2;
      if (!best || errorMs < best.errorMs)
        best = { offsetMs: exchangeMs - (sentAt + receivedAt) / 2, errorMs };
    }
    const before = this.reading;
    if (best) this.adoptReading({ ...best, takenAt: performance.now(), isOwn: true });
    return before && best ? best.offsetMs - before.offsetMs : 0;
  }

  /** Takes the exchange's time over from Redis, as a script told it between `sentAt` and `receivedAt`. */
  adoptTime(exchangeMs: number, errorMs: number, sentAt: number, receivedAt: number): void {
    const reading = {
      offsetMs: exchangeMs + 0.5 - (sentAt + receivedAt) / 2,
      errorMs: errorMs + (receivedAt - sentAt) / 2 + 1,
      takenAt: receivedAt,
      isOwn: false,
    };
    // What the clock leader wrote down must not come back to it: its error would grow with every round.
    if (this.reading?.isOwn && this.ageMs() < OWN_FRESH_MS) return;
    const isWorse = this.reading && reading.errorMs > this.reading.errorMs + 20 && this.ageMs() < 10_000;
    if (!isWorse) this.adoptReading(reading);
  }

  /** Measures Redis' clock and writes down theta for the fleet's scripts, with the run id it is good for. */
  async publishTheta(): Promise<void> {
    const { offsetMs } = this.current();
    let best: ClockReading | undefined;
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      const sentAt = performance.now();
      const [seconds, micros] = await this.redis.time();
      const receivedAt = performance.now();
      const redisMs = Number(seconds) * 1_000 + Number(micros) / 1_000;
      const errorMs = (receivedAt - sentAt) / 2;
      if (!best || errorMs < best.errorMs) best = { offsetMs: redisMs - (sentAt + receivedAt) / 2, errorMs };
    }
    if (!best) return;
    await this.redis.hset(EXCHANGE_CLOCK_KEY, {
      thetaMs: Math.round(offsetMs - best.offsetMs),
      errorMs: Math.ceil(this.errorMs() + best.errorMs + 1),
      runId: this.incarnation.id || (await this.incarnation.refresh()),
      measuredAtMs: this.now(),
    });
  }

  /** The clocks have parted: until the clock leader has measured again, only cancels and closes go by them. */
  async distrust(): Promise<void> {
    await this.redis.hdel(EXCHANGE_CLOCK_KEY, 'thetaMs', 'errorMs');
  }

  private adoptReading(reading: NonNullable<ExchangeClock['reading']>): void {
    this.reading = reading;
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private current(): ClockReading & { readonly takenAt: number } {
    if (!this.reading || performance.now() - this.reading.takenAt > MAX_CLOCK_AGE_MS) {
      throw new TradingFailure(
        'CLOCK_UNCERTAIN',
        'The clock of the exchange has not been measured recently; nothing was sent. Retry',
        { retryAfterMs: 1_000 },
      );
    }
    return this.reading;
  }
}
