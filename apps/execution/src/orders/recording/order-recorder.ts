/**
 * The orders' truth: every change of an order is one compare-and-set on its journal subject, then one event.
 *
 * Any replica may bring evidence; of two writers one loses, reads again and judges again. Per order, the event of a
 * record is published before the next record is written, so after a crash at most the last record's is missing, and
 * anyone who writes or settles next publishes it again under the same id.
 */
import { JournalEntry, LOG, Log, Metrics, OrderJournal } from '@elvis/platform';
import { JournalRecord, TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { Disputes } from '../reconciliation/disputes';
import { Change, Evidence } from '../../domain/order-evidence';
import { isOldEvidence, isSettled, evaluateEvidence } from '../../domain/order-lifecycle';
import { ExposureLedger } from '../../ledgers/exposure-ledger';
import { Contradictions } from './contradictions';
import { IdClaim, IdClaims, MAX_CONFLICTS } from './id-claims';
import { OrderEventPublisher, announced } from './order-event-publisher';
import { OrderTurns } from './order-turns';
import { PendingWrites } from './pending-writes';
import { HaltRequester } from '../../fleet/halt-requester';
import { SymbolAssets } from '../../venue/symbol-assets';

/** What is remembered only saves a read; forgetting all of it costs one read per order. */
const MAX_REMEMBERED = 5_000;
const LOOK_AGAIN_MS = 1_000;

@Injectable()
export class OrderRecorder {
  private readonly turns = new OrderTurns();
  private readonly remembered = new Map<string, JournalEntry>();
  private readonly awaited = new PendingWrites();
  /** The sequence of the record whose event this process has published last. */
  private readonly told = new Map<string, number>();
  private readonly claims: IdClaims;
  private readonly contradictions: Contradictions;
  private readonly reopenings;

  constructor(
    private readonly journal: OrderJournal,
    private readonly publisher: OrderEventPublisher,
    private readonly exposure: ExposureLedger,
    private readonly assets: SymbolAssets,
    private readonly stops: HaltRequester,
    disputes: Disputes,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.claims = new IdClaims(journal, exposure);
    this.contradictions = new Contradictions(disputes, metrics, log);
    this.reopenings = metrics.counter(
      'elvis_orders_reopened_total',
      'Orders closed by inference that the exchange still had',
    );
  }

  /** The order as it stands, or undefined if the id was never used. @throws TradingFailure STORE_UNAVAILABLE */
  findEntry(clientOrderId: string): Promise<JournalEntry | undefined> {
    return this.journal.last(clientOrderId);
  }

  /** Every order's newest record: reads the whole journal. @throws TradingFailure STORE_UNAVAILABLE */
  readJournal(): Promise<readonly JournalEntry[]> {
    return this.journal.all();
  }

  /**
   * Claims the id for this intent. Its event is published by `publishClaim`, once the order has left, or before the next
   * record of it.
   *
   * @throws TradingFailure STORE_UNAVAILABLE nothing was sent
   */
  async claimId(intent: JournalRecord): Promise<IdClaim> {
    const claim = await this.claims.claimId(intent);
    if (claim.isOurs) this.rememberNewest(claim.entry);
    return claim;
  }

  /** The order itself leaves first: anyone who waits for it waits for nothing else. */
  publishClaim(entry: JournalEntry): void {
    const { clientOrderId } = entry.record.order;
    setImmediate(() => {
      void this.turns.inTurn(clientOrderId, async () => {
        if ((this.told.get(clientOrderId) ?? 0) < entry.sequence) await this.publishOnce(entry);
      });
    });
  }

  /**
   * Brings evidence about an order and answers how it stands then, with all that follows from it done; undefined if
   * Elvis does not know the order.
   */
  applyEvidence(
    clientOrderId: string,
    brought: Evidence,
    onRecorded: (entry: JournalEntry) => void = () => undefined,
  ): Promise<JournalEntry | undefined> {
    return this.turns.inTurn(clientOrderId, async () => {
      const evidence =
        brought.kind === 'filled' ? { ...brought, fill: await this.assets.named(brought.fill) } : brought;
      for (let conflict = 0; conflict < MAX_CONFLICTS; conflict += 1) {
        const own = this.remembered.get(clientOrderId);
        const entry = own ?? (await this.journal.last(clientOrderId));
        if (!entry) return undefined;
        const judgement = evaluateEvidence(entry.record, evidence, Date.now());
        if (judgement.verdict !== 'changes') {
          // What is remembered may be behind the journal: unless the news is old by either, only the journal may say that nothing follows.
          const isOld = judgement.verdict === 'known' && isOldEvidence(entry.record, evidence);
          if (own && !isOld && this.remembered.delete(clientOrderId)) continue;
          if (judgement.verdict === 'illegal')
            this.contradictions.recordContradiction(entry, evidence, judgement.why);
          return this.finishSettled(entry);
        }
        await this.publishOnce(entry);
        const written = await this.writeChange(judgement.change, entry, onRecorded);
        if (!written || judgement.change.isPartOfIt) continue;
        return isSettled(written.record) ? this.finishSettled(written) : written;
      }
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        'This order is being changed by other requests at the same time, so this change of it could not be recorded. Query the order before retrying',
      );
    });
  }

  /**
   * The same for somebody who waits for an answer: it comes as soon as the journal has the record, or one from the user
   * stream that says as much. Its event and its exposure follow in the order's turn, or from `catchUp`.
   */
  applyUntilStored(clientOrderId: string, evidence: Evidence): Promise<JournalEntry | undefined> {
    return new Promise((resolve, reject) => {
      const forget = this.awaited.awaitWrite(clientOrderId, evidence, resolve);
      this.applyEvidence(clientOrderId, evidence, resolve).then(resolve, reject).finally(forget);
    });
  }

  /** Closes an intent that was never sent: the id is free again (RELEASED), or used up (DENIED). */
  closeIntent(entry: JournalEntry, record: JournalRecord): Promise<JournalEntry> {
    const id = record.order.clientOrderId;
    return this.turns.inTurn(id, async () => {
      await this.publishOnce(entry);
      const happened = record.type === 'DENIED' ? 'denied' : 'released';
      const closing = announced(record, happened, entry.sequence);
      const sequence = await this.journal.append(closing, entry.sequence);
      this.remembered.delete(id);
      if (sequence === undefined) return (await this.journal.last(id)) ?? entry;
      const written = { record: closing, sequence };
      await this.publishOnce(written);
      await this.exposure.followRecord(closing);
      return written;
    });
  }

  /** Publishes what a crash may have kept back, and brings the exposure to what the record says; whether it could. */
  catchUp(entry: JournalEntry): Promise<boolean> {
    const { clientOrderId } = entry.record.order;
    return this.turns.inTurn(clientOrderId, async () => {
      await this.publishOnce(entry);
      // It was read a while ago; the exposure follows the newest record only.
      const newest = (await this.journal.last(clientOrderId)) ?? entry;
      return this.exposure.followRecord(newest.record);
    });
  }

  private async writeChange(
    change: Change,
    before: JournalEntry,
    onRecorded: (entry: JournalEntry) => void,
  ): Promise<JournalEntry | undefined> {
    const { clientOrderId } = before.record.order;
    const record = announced(change.record, change.happened, before.sequence, change.fill);
    const sequence = await this.appendOrLookAgain(record, before.sequence);
    if (sequence === undefined) {
      this.remembered.delete(clientOrderId);
      return undefined;
    }
    const entry = this.rememberNewest({ record, sequence });
    if (!change.isPartOfIt) onRecorded(entry);
    if (change.happened === 'reopened') {
      this.reopenings.inc();
      this.log.error(
        { alert: 'order-reopened', clientOrderId, code: before.record.view.code, now: record.view.status },
        'An order that was assumed never sent exists on the exchange; its exposure was restored and trading of its symbol is being stopped. Check the order by hand',
      );
      await this.exposure.restoreReservation(record);
      const reason = `order ${clientOrderId} was assumed never sent, but exists on the exchange`;
      this.stops.requestHalt('reconcile', { type: 'symbol', value: record.order.symbol }, reason);
    }
    await this.publishOnce(entry);
    const isAmendmentOver = before.record.amendment !== undefined && record.amendment === undefined;
    if (change.fill || isAmendmentOver) await this.exposure.followRecord(record);
    return entry;
  }

  private async finishSettled(entry: JournalEntry): Promise<JournalEntry> {
    if (!isSettled(entry.record)) return entry;
    const { clientOrderId } = entry.record.order;
    this.remembered.delete(clientOrderId);
    // With the reservation goes the last trace by which somebody would find an event that a crash kept back.
    if (!(await this.exposure.mayHold(clientOrderId))) return entry;
    await this.publishOnce(entry);
    await this.exposure.followRecord(entry.record);
    return entry;
  }

  /** A record's event is told once by each process that has to do with it; its id makes them one. */
  private async publishOnce(entry: JournalEntry): Promise<void> {
    const { clientOrderId } = entry.record.order;
    if (this.told.get(clientOrderId) === entry.sequence) return;
    await this.publisher.publishRecord(entry);
    if (this.told.size >= MAX_REMEMBERED) this.told.clear();
    this.told.set(clientOrderId, entry.sequence);
  }

  /** A record that was stored without our knowing has an event and an exposure that somebody must see to. */
  private async appendOrLookAgain(record: JournalRecord, expected: number): Promise<number | undefined> {
    const { clientOrderId } = record.order;
    try {
      return await this.journal.append(record, expected);
    } catch (error) {
      this.remembered.delete(clientOrderId);
      setTimeout(() => void this.lookAgain(clientOrderId), LOOK_AGAIN_MS).unref();
      throw error;
    }
  }

  private async lookAgain(clientOrderId: string): Promise<void> {
    try {
      const entry = await this.journal.last(clientOrderId);
      if (entry) await this.catchUp(entry);
    } catch {
      setTimeout(() => void this.lookAgain(clientOrderId), LOOK_AGAIN_MS).unref();
    }
  }

  private rememberNewest(entry: JournalEntry): JournalEntry {
    if (this.remembered.size >= MAX_REMEMBERED) this.remembered.clear();
    this.remembered.set(entry.record.order.clientOrderId, entry);
    this.awaited.notifyWritten(entry);
    return entry;
  }
}
