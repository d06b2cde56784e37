/**
 * Puts every fill into the books of its symbol, in the order of the exchange's time. A fill that comes in its turn is
 * booked as it is written; behind one that comes late the books are worked out again from the mark before it. What
 * was there before the books, or was written around this service, is taken in by and by.
 */
import { LOG, Log } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { PoolClient } from 'pg';
import { Database } from '../database/database';
import { resultsOf, toPositionFill } from '../domain/position-fill';
import { SymbolLots } from '../domain/symbol-lots';
import { TradeRow, placeOf } from './trade-rows';
import { Rounds } from '../rounds';
import {
  BookKey,
  Mark,
  Place,
  StoredBook,
  isAfter,
  lockBooks,
  markBefore,
  marksAfter,
  readBooks,
  writeBook,
  writeMarks,
} from './lots-store';
import { BookedFill, firstUnbooked, fillsAfter, writeResults } from './fill-store';
import { Instruments } from './instruments';

const FIRST_MS = 500;
const EVERY_MS = 5_000;
const CHUNK = 5_000;
const MARK_EVERY = 2_000;

const BEHIND = `SELECT market, symbol FROM books WHERE is_behind
  UNION SELECT DISTINCT market, symbol FROM trades WHERE own_result IS NULL`;

@Injectable()
export class Bookkeeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds = new Rounds(() => this.round());
  private stopping = false;

  constructor(
    private readonly database: Database,
    private readonly instruments: Instruments,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.begin(FIRST_MS);
  }

  onModuleDestroy(): void {
    this.stopping = true;
    this.rounds.end();
  }

  /** The rows with what each closed, where its turn has come; and the symbols whose books are to be worked out again. */
  async book(
    client: PoolClient,
    rows: readonly TradeRow[],
  ): Promise<{ readonly rows: readonly TradeRow[]; readonly late: readonly BookKey[] }> {
    await lockBooks(client);
    const inOrder = [...rows].sort((one, other) => (isAfter(placeOf(one), placeOf(other)) ? 1 : -1));
    const keys = [...new Map(rows.map((row) => [nameOf(keyOf(row)), keyOf(row)])).values()];
    const stored = new Map((await readBooks(client, keys)).map((book) => [nameOf(book), book]));
    const written: TradeRow[] = [];
    const late: BookKey[] = [];
    for (const key of keys) {
      const name = nameOf(key);
      const group = inOrder.filter((row) => nameOf(keyOf(row)) === name);
      const book = stored.get(name);
      const booked = book && !book.isBehind ? await this.inTurn(client, book, group) : undefined;
      if (!booked && !book?.isBehind) late.push(key);
      written.push(...(booked ?? group));
    }
    return { rows: written, late };
  }

  /**
   * Works on the books of a symbol for some thousand fills; answers whether they are complete now. Within a
   * transaction that holds the lock.
   */
  async catchUp(client: PoolClient, key: BookKey): Promise<boolean> {
    const [book] = await readBooks(client, [key]);
    const from = await this.startOf(client, key, book);
    const fills = await fillsAfter(client, key, from, CHUNK);
    const known = await marksAfter(client, key, from, fills.at(-1));
    const base = await this.baseOf(client, key);
    const books = new SymbolLots('average', from?.state);
    const changed: BookedFill[] = [];
    const marks: Mark[] = [];
    let sinceMark = from?.sinceMark ?? 0;
    for (const fill of fills) {
      const positionFill = toPositionFill(fill, base);
      if (!positionFill) break;
      changed.push({ ...fill, results: resultsOf(fill, books.apply(positionFill)) });
      sinceMark += 1;
      if (sinceMark < MARK_EVERY && !known.has(fill.id)) continue;
      sinceMark = 0;
      marks.push({ time: fill.time, id: fill.id, state: books.state });
    }
    const end = changed.at(-1) ?? from;
    if (!end) return fills.length === 0;
    await writeResults(client, changed);
    await writeMarks(client, key, marks);
    const isBehind = changed.length < fills.length || fills.length === CHUNK;
    const { time, id } = end;
    await writeBook(client, { ...key, time, id, state: books.state, sinceMark, isBehind });
    return !isBehind;
  }

  /** Undefined unless all of them come after what is in the books. */
  private async inTurn(
    client: PoolClient,
    book: StoredBook,
    rows: readonly TradeRow[],
  ): Promise<readonly TradeRow[] | undefined> {
    const places = rows.map(placeOf);
    const [first, last] = [places[0] as Place, places.at(-1) as Place];
    if (!isAfter(first, book)) return undefined;
    const base = await this.baseOf(client, book);
    const books = new SymbolLots('average', book.state);
    const booked: TradeRow[] = [];
    for (const row of rows) {
      const traded = { ...row.fill, origin: row.origin };
      const positionFill = toPositionFill(traded, base);
      if (!positionFill) return undefined;
      booked.push({ ...row, results: resultsOf(traded, books.apply(positionFill)) });
    }
    const sinceMark = book.sinceMark + rows.length;
    const isMark = sinceMark >= MARK_EVERY;
    if (isMark) await writeMarks(client, book, [{ ...last, state: books.state }]);
    await writeBook(client, { ...book, ...last, state: books.state, sinceMark: isMark ? 0 : sinceMark });
    return booked;
  }

  /** Where to go on: behind what is in the books, or at the mark before the first fill that should be in them and is not. */
  private async startOf(
    client: PoolClient,
    key: BookKey,
    book: StoredBook | undefined,
  ): Promise<(Mark & { readonly sinceMark: number }) | undefined> {
    const unbooked = await firstUnbooked(client, key);
    if (!book || !unbooked || isAfter(unbooked, book)) return book;
    const mark = await markBefore(client, key, unbooked);
    return mark && { ...mark, sinceMark: 0 };
  }

  private async baseOf(client: PoolClient, { market, symbol }: BookKey): Promise<string | undefined> {
    return (await this.instruments.of(client, market, [symbol])).get(symbol)?.baseAsset;
  }

  private async round(): Promise<number> {
    try {
      for (const key of await this.database.rows<BookKey>(BEHIND)) {
        let isComplete = false;
        let before = '';
        while (!isComplete && !this.stopping) {
          const place = await this.database.transaction(async (client) => {
            await lockBooks(client);
            isComplete = await this.catchUp(client, key);
            const [book] = await readBooks(client, [key]);
            return book ? `${book.time} ${book.id}` : '';
          });
          // Fills that cannot be booked yet, because nobody has told their assets.
          if (place === before) break;
          before = place;
        }
      }
    } catch (error) {
      this.log.info(
        { reason: error instanceof Error ? error.message : error },
        'The books are not complete yet',
      );
    }
    return EVERY_MS;
  }
}

const keyOf = ({ fill: { market, symbol } }: TradeRow): BookKey => ({ market, symbol });
const nameOf = ({ market, symbol }: BookKey): string => `${market} ${symbol}`;
