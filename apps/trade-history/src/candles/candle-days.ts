/**
 * Compares each day's candles with the exchange's own once the day is over, says what differed, and chains the days: the
 * hash of a day is made of its candles and of the hash of the day before, and is written once.
 */
import {
  CandleDayCompared,
  MOST_EXCHANGE_CANDLES,
  candleDayCompared,
  getExchangeCandles,
} from '@elvis/contracts';
import { Bus, EventLog } from '@elvis/platform';
import { Candle, Decimal, MINUTE_MS, TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { statement } from '../database/conditions';
import { Database } from '../database/database';
import { instant } from '../database/unnest';
import { CandleKey } from './candle-rows';
import { CandleFiller } from './candle-filler';
import { CandleStore } from './candle-store';
import { compareDay, dayText } from './domain/compare-day';

const DAY_MS = 24 * 60 * MINUTE_MS;
const TIMEOUT_MS = 15_000;
const FIRST_PREVIOUS = '0'.repeat(64);

const KEYS = `SELECT DISTINCT market, symbol FROM candles
  WHERE open_time >= $1::timestamptz AND open_time < $2::timestamptz`;
const OF_DAY = statement(`${KEYS} ORDER BY market, symbol`);
const NOT_COMPARED = statement(`SELECT market, symbol FROM (${KEYS}) AS traded WHERE NOT EXISTS (
  SELECT 1 FROM candle_days AS done
  WHERE done.market = traded.market AND done.symbol = traded.symbol AND done.day >= $3::date)
  ORDER BY market, symbol`);
const PREVIOUS = statement(`SELECT encode(hash, 'hex') AS hash FROM candle_days
  WHERE market = $1 AND symbol = $2 AND day < $3::date ORDER BY candle_days.day DESC LIMIT 1`);
const STORED = statement(`SELECT encode(hash, 'hex') AS hash, encode(previous_hash, 'hex') AS "previousHash"
  FROM candle_days WHERE market = $1 AND symbol = $2 AND day = $3::date`);
/** Days are chained in their order: none is put before one that is there. */
const REMEMBER = statement(`INSERT INTO candle_days
    (market, symbol, day, candles, equal, differences, hash, previous_hash)
  SELECT $1, $2, $3::date, $4, $5, $6::jsonb, decode($7, 'hex'), decode($8, 'hex') WHERE NOT EXISTS (
    SELECT 1 FROM candle_days WHERE market = $1 AND symbol = $2 AND day >= $3::date)`);

@Injectable()
export class CandleDays {
  constructor(
    private readonly store: CandleStore,
    private readonly filler: CandleFiller,
    private readonly database: Database,
    private readonly bus: Bus,
    private readonly events: EventLog,
  ) {}

  /**
   * Compares every symbol that has candles of this day.
   *
   * @throws TradingFailure MESSAGE_MALFORMED there is no such day, or it is not over
   * @throws TradingFailure the exchange or the database cannot be asked
   */
  async compare(day: string, nowMs = Date.now()): Promise<readonly CandleDayCompared[]> {
    const fromMs = beginOf(day, nowMs);
    const span = [instant(fromMs), instant(fromMs + DAY_MS)];
    return this.compareAll(await this.database.rows<CandleKey>(OF_DAY, span), day, fromMs);
  }

  /** The same for the symbols that were compared neither for this day nor for a later one. @throws as `compare` */
  async compareNew(day: string, nowMs = Date.now()): Promise<readonly CandleDayCompared[]> {
    const fromMs = beginOf(day, nowMs);
    const span = [instant(fromMs), instant(fromMs + DAY_MS)];
    return this.compareAll(await this.database.rows<CandleKey>(NOT_COMPARED, [...span, day]), day, fromMs);
  }

  private async compareAll(
    keys: readonly CandleKey[],
    day: string,
    fromMs: number,
  ): Promise<readonly CandleDayCompared[]> {
    const compared: CandleDayCompared[] = [];
    for (const key of keys) compared.push(await this.compareSymbol(key, day, fromMs));
    return compared;
  }

  private async compareSymbol(key: CandleKey, day: string, fromMs: number): Promise<CandleDayCompared> {
    const toMs = fromMs + DAY_MS;
    const ours = await this.store.minutes(key, fromMs, toMs);
    const { equal, differences } = compareDay(ours, await this.theirs(key, fromMs, toMs));
    const missing = differences.filter(({ kind }) => kind === 'MISSING_HERE').length;
    for (let at = fromMs; missing > 0 && at < toMs; at += MOST_EXCHANGE_CANDLES * MINUTE_MS)
      await this.filler.fetch(key, at, Math.min(toMs, at + MOST_EXCHANGE_CANDLES * MINUTE_MS));
    const whole = missing > 0 ? await this.store.minutes(key, fromMs, toMs) : ours;
    const found = {
      ...key,
      day,
      candles: ours.length,
      equal,
      parity: shareOf(equal, equal + differences.length),
      missing,
      differing: differences.length - missing,
      differences,
      ...(await this.chain(key, day, whole)),
    };
    await this.database.rows(REMEMBER, [
      key.market,
      key.symbol,
      day,
      found.candles,
      equal,
      JSON.stringify(differences),
      found.hash,
      found.previousHash,
    ]);
    const id = `candles:${key.market}:${key.symbol}:${day}:${found.hash}:${ours.length}`;
    await this.events.publish(candleDayCompared, found, { id });
    return found;
  }

  /** The day's hash now. A day that has one keeps its place behind the day that it followed. */
  private async chain(
    { market, symbol }: CandleKey,
    day: string,
    candles: readonly Candle[],
  ): Promise<Pick<CandleDayCompared, 'hash' | 'previousHash' | 'isChanged'>> {
    const [stored] = await this.database.rows<{ hash: string; previousHash: string }>(STORED, [
      market,
      symbol,
      day,
    ]);
    const [last] = stored ? [] : await this.database.rows<{ hash: string }>(PREVIOUS, [market, symbol, day]);
    const previousHash = stored?.previousHash ?? last?.hash ?? FIRST_PREVIOUS;
    const hash = createHash('sha256')
      .update(`${previousHash}\n${dayText(candles)}`)
      .digest('hex');
    return { hash, previousHash, isChanged: stored !== undefined && stored.hash !== hash };
  }

  private async theirs(key: CandleKey, fromMs: number, toMs: number): Promise<readonly Candle[]> {
    const all: Candle[] = [];
    for (let at = fromMs; at < toMs; at += MOST_EXCHANGE_CANDLES * MINUTE_MS) {
      const span = { fromMs: at, toMs: Math.min(toMs, at + MOST_EXCHANGE_CANDLES * MINUTE_MS) };
      const { candles } = await this.bus.request(
        getExchangeCandles,
        { ...key, ...span },
        { timeoutMs: TIMEOUT_MS },
      );
      all.push(...candles);
    }
    return all;
  }
}

/** @throws TradingFailure MESSAGE_MALFORMED */
function beginOf(day: string, nowMs: number): number {
  const fromMs = Date.parse(`${day}T00:00:00Z`);
  const exists = !Number.isNaN(fromMs) && new Date(fromMs).toISOString().startsWith(day);
  if (exists && fromMs + DAY_MS <= nowMs) return fromMs;
  throw new TradingFailure(
    'MESSAGE_MALFORMED',
    `${day} is not a day of UTC that is over; nothing was compared. Name an earlier one, such as 2026-01-31`,
  );
}

const shareOf = (part: number, whole: number): string =>
  whole === 0 ? '1' : new Decimal(part).div(whole).toDecimalPlaces(6, Decimal.ROUND_DOWN).toFixed();
