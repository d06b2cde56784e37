/**
 * Works out what every fill closed, from the lots of its symbol, in the order of the exchange's time. A fill that comes
 * in its turn has its results as it is written; behind one that comes late they are worked out again from the mark
 * before it. Fills without results, older ones or some written around this service, follow in the background.
 */
import { LOG, Log, Rounds } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { PoolClient } from 'pg';
import { Database } from '../database/database';
import { resultsOf, toPositionFill } from '../domain/position-fill';
import { SymbolLots } from '../domain/symbol-lots';
import { TradeRow, placeOf } from './trade-rows';
import {
  SymbolKey,
  Mark,
  Place,
  StoredLots,
  isAfter,
  lockResults,
  markBefore,
  marksAfter,
  readLots,
  writeLots,
  writeMarks,
} from './lots-store';
import { BookedFill, firstUnbooked, fillsAfter, writeResults } from './fill-store';
import { TradedAssets } from './traded-assets';

const FIRST_MS = 500;
const EVERY_MS = 5_000;
const CHUNK = 5_000;
const MARK_EVERY = 2_000;

const BEHIND = `SELECT market, symbol FROM books WHERE is_behind
  UNION SELECT DISTINCT market, symbol FROM trades WHERE own_result IS NULL`;

@Injectable()
export class ResultRecorder implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds = new Rounds(() => this.round());
  private stopping = false;

  constructor(
    private readonly database: Database,
    private readonly tradedAssets: TradedAssets,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(FIRST_MS);
  }

  onModuleDestroy(): void {
    this.stopping = true;
    this.rounds.stop();
  }

  /** The rows with what each closed, where its turn has come; and the symbols whose results must be worked out again. */
  async addResults(
    client: PoolClient,
    rows: readonly TradeRow[],
  ): Promise<{ readonly rows: readonly TradeRow[]; readonly late: readonly SymbolKey[] }> {
    await lockResults(client);
    const inOrder = [...rows].sort((one, other) => (isAfter(placeOf(one), placeOf(other)) ? 1 : -1));
    const keys = [...new Map(rows.map((row) => [nameOf(keyOf(row)), keyOf(row)])).values()];
    const known = new Map((await readLots(client, keys)).map((lots) => [nameOf(lots), lots]));
    const written: TradeRow[] = [];
    const late: SymbolKey[] = [];
    for (const key of keys) {
      const name = nameOf(key);
      const group = inOrder.filter((row) => nameOf(keyOf(row)) === name);
      const stored = known.get(name);
      const booked = stored && !stored.isBehind ? await this.inTurn(client, stored, group) : undefined;
      if (!booked && !stored?.isBehind) late.push(key);
      written.push(...(booked ?? group));
    }
    return { rows: written, late };
  }

  /**
   * Works out the results of some thousand fills of a symbol; answers whether they are complete now. Within a
   * transaction that holds the lock.
   */
  async catchUp(client: PoolClient, key: SymbolKey): Promise<boolean> {
    const [stored] = await readLots(client, [key]);
    const from = await this.startOf(client, key, stored);
    const fills = await fillsAfter(client, key, from, CHUNK);
    const known = await marksAfter(client, key, from, fills.at(-1));
    const base = await this.baseOf(client, key);
    const lots = new SymbolLots('average', from?.state);
    const changed: BookedFill[] = [];
    const marks: Mark[] = [];
    let sinceMark = from?.sinceMark ?? 0;
    for (const fill of fills) {
      const positionFill = toPositionFill(fill, base);
      if (!positionFill) break;
      changed.push({ ...fill, results: resultsOf(fill, lots.apply(positionFill)) });
      sinceMark += 1;
      if (sinceMark < MARK_EVERY && !known.has(fill.id)) continue;
      sinceMark = 0;
      marks.push({ time: fill.time, id: fill.id, state: lots.state });
    }
    const end = changed.at(-1) ?? from;
    if (!end) return fills.length === 0;
    await writeResults(client, changed);
    await writeMarks(client, key, marks);
    const isBehind = changed.length < fills.length || fills.length === CHUNK;
    const { time, id } = end;
    await writeLots(client, { ...key, time, id, state: lots.state, sinceMark, isBehind });
    return !isBehind;
  }

  /** Undefined unless all of them come after the last fill that has results. */
  private async inTurn(
    client: PoolClient,
    stored: StoredLots,
    rows: readonly TradeRow[],
  ): Promise<readonly TradeRow[] | undefined> {
    const places = rows.map(placeOf);
    const [first, last] = [places[0] as Place, places.at(-1) as Place];
    if (!isAfter(first, stored)) return undefined;
    const base = await this.baseOf(client, stored);
    const lots = new SymbolLots('average', stored.state);
    const booked: TradeRow[] = [];
    for (const row of rows) {
      const traded = { ...row.fill, origin: row.origin };
      const positionFill = toPositionFill(traded, base);
      if (!positionFill) return undefined;
      booked.push({ ...row, results: resultsOf(traded, lots.apply(positionFill)) });
    }
    const sinceMark = stored.sinceMark + rows.length;
    const isMark = sinceMark >= MARK_EVERY;
    if (isMark) await writeMarks(client, stored, [{ ...last, state: lots.state }]);
    await writeLots(client, { ...stored, ...last, state: lots.state, sinceMark: isMark ? 0 : sinceMark });
    return booked;
  }

  /** Where to continue: after the last fill with results, or at the mark before the first that lacks them. */
  private async startOf(
    client: PoolClient,
    key: SymbolKey,
    stored: StoredLots | undefined,
  ): Promise<(Mark & { readonly sinceMark: number }) | undefined> {
    const unbooked = await firstUnbooked(client, key);
    if (!stored || !unbooked || isAfter(unbooked, stored)) return stored;
    const mark = await markBefore(client, key, unbooked);
    return mark && { ...mark, sinceMark: 0 };
  }

  private async baseOf(client: PoolClient, { market, symbol }: SymbolKey): Promise<string | undefined> {
    return (await this.tradedAssets.of(client, market, [symbol])).get(symbol)?.baseAsset;
  }

  private async round(): Promise<number> {
    try {
      for (const key of await this.database.rows<SymbolKey>(BEHIND)) {
        let isComplete = false;
        let before = '';
        while (!isComplete && !this.stopping) {
          const place = await this.database.transaction(async (client) => {
            await lockResults(client);
            isComplete = await this.catchUp(client, key);
            const [stored] = await readLots(client, [key]);
            return stored ? `${stored.time} ${stored.id}` : '';
          });
          // Fills whose results must wait: the assets of their symbol are unknown.
          if (place === before) break;
          before = place;
        }
      }
    } catch (error) {
      this.log.info(
        { reason: error instanceof Error ? error.message : error },
        'The profit and loss of some fills could not be computed yet; retrying in 5 s',
      );
    }
    return EVERY_MS;
  }
}

const keyOf = ({ fill: { market, symbol } }: TradeRow): SymbolKey => ({ market, symbol });
const nameOf = ({ market, symbol }: SymbolKey): string => `${market} ${symbol}`;
