/**
 * Which orders may be alive: those that hold a reservation, or, while Redis cannot be asked, those that the journal
 * leaves open.
 */
import { JournalEntry, LOG, Log } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { isSettled } from '../domain/order-lifecycle';
import { ExposureLedger } from '../ledgers/exposure-ledger';
import { OrderRecorder } from './recording/order-recorder';

const READS_AT_ONCE = 50;
/** Reading the whole journal is dear; while Redis is away this old an answer serves. */
const JOURNAL_FRESH_MS = 2_000;

@Injectable()
export class LiveOrders {
  private listed: { readonly entries: Promise<readonly JournalEntry[]>; readonly at: number } | undefined;
  private scanned: { readonly entries: Promise<readonly JournalEntry[]>; readonly at: number } | undefined;

  constructor(
    private readonly recorder: OrderRecorder,
    private readonly exposure: ExposureLedger,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * The newest record of every order that may be alive. Whoever only wants to notice something may take an answer that
   * is up to `ageMs` old.
   *
   * @throws TradingFailure STORE_UNAVAILABLE
   */
  listLive(ageMs = 0): Promise<readonly JournalEntry[]> {
    const now = performance.now();
    if (this.listed && now - this.listed.at < ageMs) return this.listed.entries;
    const entries = this.readLive();
    this.listed = { entries, at: now };
    entries.catch(() => (this.listed = undefined));
    return entries;
  }

  /** The same from the journal alone: for the time when the reservations are gone. */
  fromJournal(ageMs = JOURNAL_FRESH_MS): Promise<readonly JournalEntry[]> {
    const now = performance.now();
    if (this.scanned && now - this.scanned.at < ageMs) return this.scanned.entries;
    const entries = this.recorder
      .readJournal()
      .then((all) => all.filter(({ record }) => record.type !== 'DENIED' && !isSettled(record)));
    this.scanned = { entries, at: now };
    entries.catch(() => (this.scanned = undefined));
    return entries;
  }

  private async readLive(): Promise<readonly JournalEntry[]> {
    let ids: readonly string[];
    try {
      ids = await this.exposure.readReserved();
    } catch (error) {
      this.log.debug(
        { reason: (error as Error).message },
        'Redis is unavailable; open orders are read from the journal instead',
      );
      return this.fromJournal();
    }
    const entries: JournalEntry[] = [];
    for (let start = 0; start < ids.length; start += READS_AT_ONCE) {
      const found = await Promise.all(
        ids.slice(start, start + READS_AT_ONCE).map((id) => this.recorder.findEntry(id)),
      );
      entries.push(...found.flatMap((entry) => entry ?? []));
    }
    return entries;
  }
}
