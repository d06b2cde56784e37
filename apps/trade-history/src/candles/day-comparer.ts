/** Has each day compared once it is over, one replica at a time; days that were missed are made up for in their order. */
import { LOG, Log, Metrics, Rounds } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Database } from '../database/database';
import { CandleDays } from './candle-days';

const LOCK = 7_201_766;
/** Behind midnight, so that late candles are in. */
const SETTLED_MS = 10 * 60_000;
const FIRST_LOOK_MS = 5_000;
const LOOK_MS = 60_000;
const RETRY_MS = 300_000;
/** Further back no day is made up for. */
const MOST_DAYS = 30;
const DAY_MS = 86_400_000;

@Injectable()
export class DayComparer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds = new Rounds(() => this.round());
  /** Days of which nothing is due any more. */
  private readonly done = new Set<string>();
  private readonly differing;

  constructor(
    private readonly days: CandleDays,
    private readonly database: Database,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.differing = metrics.counter(
      'elvis_candles_differing_total',
      'Minutes of a compared day that differ from the exchange’s own, or are missing',
      ['kind'],
    );
  }

  onApplicationBootstrap(): void {
    this.rounds.start(FIRST_LOOK_MS);
  }

  onModuleDestroy(): void {
    this.rounds.stop();
  }

  /** Compares what is due, oldest first, unless another replica is at it; answers how many days of a symbol were compared. */
  async compareDue(nowMs = Date.now()): Promise<number> {
    await this.database.untilMigrated();
    const days = Array.from({ length: MOST_DAYS }, (_, index) =>
      new Date(nowMs - SETTLED_MS - (MOST_DAYS - index) * DAY_MS).toISOString().slice(0, 10),
    ).filter((day) => !this.done.has(day));
    return this.database.transaction(async (client) => {
      const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [
        LOCK,
      ]);
      if (rows[0]?.mine !== true) return 0;
      let compared = 0;
      for (const day of days) {
        compared += await this.compareDay(day, nowMs);
        // Candles of the last one may still be on their way into the database.
        if (day !== days.at(-1)) this.done.add(day);
      }
      return compared;
    });
  }

  private async compareDay(day: string, nowMs: number): Promise<number> {
    const compared = await this.days.compareNew(day, nowMs);
    for (const { market, symbol, parity, missing, differing } of compared) {
      this.differing.inc({ kind: 'missing' }, missing);
      this.differing.inc({ kind: 'differing' }, differing);
      this.log[differing > 0 ? 'warn' : 'info'](
        { market, symbol, day, parity, missing, differing },
        'The candles of a day were compared with the exchange’s own; the event names each minute that differs',
      );
    }
    return compared.length;
  }

  private async round(): Promise<number> {
    try {
      await this.compareDue();
      return LOOK_MS;
    } catch (error) {
      this.log.info(
        { reason: error instanceof Error ? error.message : error },
        'The candles of the day could not be compared with the exchange’s own; retrying',
      );
      return RETRY_MS;
    }
  }
}
