/**
 * Which orders may be alive: those that the journal leaves open, whether or not they hold a reservation, and those that
 * hold one although they are over. It costs what is open, whatever else the journal holds.
 */
import { JournalEntry, LOG, Log } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { isOpen, isSettled } from '../domain/order-lifecycle';
import { ExposureLedger } from '../ledgers/exposure-ledger';
import { OpenOrderIndex } from '../relay/open-order-index';
import { OrderRecorder } from './recording/order-recorder';

const READS_AT_ONCE = 50;

@Injectable()
export class LiveOrders {
  private listed: { readonly entries: Promise<readonly JournalEntry[]>; readonly at: number } | undefined;
  /** The open orders as last read from the journal, by id: one that has not changed since is not read again. */
  private open: ReadonlyMap<string, JournalEntry> = new Map();

  constructor(
    private readonly recorder: OrderRecorder,
    private readonly exposure: ExposureLedger,
    private readonly index: OpenOrderIndex,
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

  /** Those that the journal leaves open. @throws TradingFailure STORE_UNAVAILABLE */
  async fromJournal(): Promise<readonly JournalEntry[]> {
    const listed = await this.index.read();
    const found = new Map<string, JournalEntry>();
    for (const [id, sequence] of listed) {
      const known = [this.open.get(id), this.recorder.recall(id)].find(
        (entry) => entry?.sequence === sequence,
      );
      if (known) found.set(id, known);
    }
    for (const entry of await this.readEach([...listed.keys()].filter((id) => !found.has(id))))
      found.set(entry.record.order.clientOrderId, entry);
    // In the order they came in. The list may name an order that was closed, or purged, since.
    const entries = [...listed.keys()].flatMap((id) => {
      const entry = found.get(id);
      return entry && isOpen(entry.record) ? entry : [];
    });
    this.open = new Map(entries.map((entry) => [entry.record.order.clientOrderId, entry]));
    return entries;
  }

  private async readLive(): Promise<readonly JournalEntry[]> {
    const open = await this.fromJournal();
    const isListed = new Set(open.map(({ record }) => record.order.clientOrderId));
    const held = (await this.readHeld()).filter((id) => !isListed.has(id));
    const ended = held.flatMap((id) => this.endOf(id) ?? []);
    const isKnown = new Set(ended.map(({ record }) => record.order.clientOrderId));
    return [...open, ...ended, ...(await this.readEach(held.filter((id) => !isKnown.has(id))))];
  }

  /** One that this process has seen to its end; whoever does more than look at it reads it again. */
  private endOf(clientOrderId: string): JournalEntry | undefined {
    const entry = this.recorder.recall(clientOrderId);
    return entry && isSettled(entry.record) ? entry : undefined;
  }

  private async readHeld(): Promise<readonly string[]> {
    try {
      return await this.exposure.readReserved();
    } catch (error) {
      this.log.debug(
        { reason: (error as Error).message },
        'Redis is unavailable; open orders are read from the journal alone',
      );
      return [];
    }
  }

  private async readEach(ids: readonly string[]): Promise<readonly JournalEntry[]> {
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
