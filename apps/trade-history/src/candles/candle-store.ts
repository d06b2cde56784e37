/** The stored minutes: each revision once, read in the newest one. */
import { SealedCandle } from '@elvis/contracts';
import { SealedMinute } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { statement } from '../database/conditions';
import { Database } from '../database/database';
import { Partitions } from '../database/partitions';
import { CANDLE_INSERT, CandleKey, MINUTES, NEWEST_REVISIONS, inMs, spanValues } from './candle-rows';

const OPEN_TIMES = statement(
  `SELECT ${inMs('open_time')} AS "openTimeMs" FROM (${NEWEST_REVISIONS}) AS newest`,
);
@Injectable()
export class CandleStore {
  constructor(
    private readonly database: Database,
    private readonly partitions: Partitions,
  ) {}

  /** Answers how many of them were not there before. @throws TradingFailure STORE_UNAVAILABLE */
  async store(candles: readonly SealedCandle[]): Promise<number> {
    if (candles.length === 0) return 0;
    await this.partitions.ensure(
      'candles',
      candles.map(({ openTimeMs }) => openTimeMs),
    );
    const insert = CANDLE_INSERT.of(candles);
    return (await this.database.rows(insert, insert.values)).length;
  }

  /** When the minutes begin that are stored. */
  async openTimes(key: CandleKey, fromMs: number, toMs: number): Promise<ReadonlySet<number>> {
    const rows = await this.database.rows<{ openTimeMs: number }>(OPEN_TIMES, spanValues(key, fromMs, toMs));
    return new Set(rows.map(({ openTimeMs }) => openTimeMs));
  }

  /** Oldest first. */
  async minutes(key: CandleKey, fromMs: number, toMs: number): Promise<readonly SealedMinute[]> {
    return this.database.rows<SealedMinute>(MINUTES, spanValues(key, fromMs, toMs));
  }
}
