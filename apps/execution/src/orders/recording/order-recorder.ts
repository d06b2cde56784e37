/**
 * Records orders: every change of one is a compare-and-set on its journal subject, and all who want to know of it read
 * that; the relay publishes the events.
 *
 * Any replica may bring evidence; of two writers one loses, reads again and evaluates again. Per order, a fill is added to
 * the balances before the next record is written, so after a crash at most the last record's is missing, and the next
 * writer, or `catchUp`, adds it.
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
import { announced, writtenAfter } from '../../relay/announcement';
import { BalanceLedger } from '../../ledgers/balance-ledger';
import { OrderTurns } from './order-turns';
import { PendingWrites } from './pending-writes';
import { HaltRequester } from '../../fleet/halt-requester';
import { SymbolAssets } from '../../venue/symbol-assets';

/** What is remembered only saves a read: of so many orders, settled ones too, whose last news is often still to come. */
const MAX_REMEMBERED = 5_000;
const LOOK_AGAIN_MS = 1_000;

@Injectable()
export class OrderRecorder {
  private readonly turns = new OrderTurns();
  private readonly remembered = new Map<string, JournalEntry>();
  private readonly awaited = new PendingWrites();
  /** The sequence of the settled record that the exposure has followed: nothing is left to do for the order. */
  private readonly ended = new Map<string, number>();
  /** The sequence of the record whose fill this process has added to the balances last. */
  private readonly addedFills = new Map<string, number>();
  private readonly claims: IdClaims;
  private readonly contradictions: Contradictions;
  private readonly reopenings;

  constructor(
    private readonly journal: OrderJournal,
    private readonly balances: BalanceLedger,
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

  /** The order as this process knows it: as it stood at that sequence, perhaps not as it stands now. */
  recall(clientOrderId: string): JournalEntry | undefined {
    return this.remembered.get(clientOrderId);
  }

  /**
   * Claims the id for this intent.
   *
   * @throws TradingFailure STORE_UNAVAILABLE nothing was sent
   */
  async claimId(intent: JournalRecord): Promise<IdClaim> {
    const claim = await this.claims.claimId(intent);
    if (claim.isOurs) this.rememberNewest(claim.entry);
    return claim;
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
          return this.endIfSettled(entry);
        }
        await this.addFillOnce(entry);
        const written = await this.writeChange(judgement.change, entry, onRecorded);
        if (!written || judgement.change.isPartOfIt) continue;
        return written;
      }
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        'This order is being changed by other requests at the same time, so this change of it could not be recorded. Query the order before retrying',
      );
    });
  }

  /**
   * The same for somebody who waits for an answer: it comes as soon as the journal has the record, or one from the user
   * stream that says as much. Its exposure follows in the order's turn, or from `catchUp`.
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
      const happened = record.type === 'DENIED' ? 'denied' : 'released';
      const closing = announced(record, happened, writtenAfter(entry.sequence));
      const sequence = await this.journal.append(closing, entry.sequence);
      this.remembered.delete(id);
      if (sequence === undefined) return (await this.journal.last(id)) ?? entry;
      await this.exposure.followRecord(closing);
      return { record: closing, sequence };
    });
  }

  /** Books what a crash may have kept back, and brings the exposure to what the record says; whether it could. */
  catchUp(entry: JournalEntry): Promise<boolean> {
    const { clientOrderId } = entry.record.order;
    return this.turns.inTurn(clientOrderId, async () => {
      await this.addFillOnce(entry);
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
    const record = announced(change.record, change.happened, writtenAfter(before.sequence), change.fill);
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
    const isAmended = before.record.amendment?.approvalId !== record.amendment?.approvalId;
    const isOver = isSettled(record) && !change.isPartOfIt;
    if (change.fill || isAmended || isOver) await this.follow(entry);
    return entry;
  }

  /** An order that is over keeps no reservation, whoever wrote its last record. */
  private async endIfSettled(entry: JournalEntry): Promise<JournalEntry> {
    const isEnded = this.ended.get(entry.record.order.clientOrderId) === entry.sequence;
    // With the reservation goes the last trace by which a booking that a crash kept back would be found.
    if (isSettled(entry.record) && !isEnded) await this.follow(entry, { onlyIfHeld: true });
    return entry;
  }

  /** Adds the record's fill to the balances and brings the exposure to it, in one step. */
  private async follow({ record, sequence }: JournalEntry, { onlyIfHeld = false } = {}): Promise<void> {
    const { clientOrderId } = record.order;
    const fill = this.addedFills.get(clientOrderId) === sequence ? undefined : record.announcement?.fill;
    const booking = fill && (await this.balances.bookingOf(fill));
    if (!(await this.exposure.followRecord(record, booking && { ...booking, ifHeld: onlyIfHeld }))) return;
    if (fill) setNewest(this.addedFills, clientOrderId, sequence);
    if (isSettled(record)) setNewest(this.ended, clientOrderId, sequence);
  }

  /** A record's fill is added by each process that has to do with it; the exchange's id makes them one. */
  private async addFillOnce({ record, sequence }: JournalEntry): Promise<void> {
    const { clientOrderId } = record.order;
    const fill = record.announcement?.fill;
    if (!fill || this.addedFills.get(clientOrderId) === sequence) return;
    await this.balances.addFill(fill);
    setNewest(this.addedFills, clientOrderId, sequence);
  }

  /** A record that was stored without our knowing has a fill and an exposure that must follow. */
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
    setNewest(this.remembered, entry.record.order.clientOrderId, entry);
    this.awaited.notifyWritten(entry);
    return entry;
  }
}

/** In the order of the last change; the oldest makes room. */
function setNewest<Value>(of: Map<string, Value>, id: string, value: Value): void {
  of.delete(id);
  const [oldest] = of.size >= MAX_REMEMBERED ? of.keys() : [];
  if (oldest !== undefined) of.delete(oldest);
  of.set(id, value);
}
