/**
 * Finds out what nobody told us: orders without a clear answer, cancels and amendments without one, fills that the
 * stream did not bring, and orders of which the exchange says what our record contradicts. It asks and never sends a placement or an amendment; every replica does it, for every order,
 * so an intent whose replica died is adopted within seconds.
 *
 * Absence is concluded only when the request can no longer be accepted: past `sendBy + recvWindow + margin` on the
 * exchange's clock, twice "does not exist", not among the working orders nor behind a trade, and with the account
 * watched without a gap in between.
 */
import { JournalEntry, LOG, Log, Metrics } from '@elvis/platform';
import { Decimal, JournalRecord, Market } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { AccountCoverage } from '../../fleet/account-coverage';
import { DisputeSettlement } from './dispute-settlement';
import { Disputes, UNKNOWN_TO_EXCHANGE } from './disputes';
import { Absence, absenceAfter, isPast } from '../../domain/absence';
import { hasAllFills, isOpen, isSettled, isUnclear } from '../../domain/order-lifecycle';
import { askedBy } from '../../limiter/calls/asker';
import { ExchangeClock } from '../../limiter/clock/exchange-clock';
import { LiveOrders } from '../live-orders';
import { OrderRecorder } from '../recording/order-recorder';
import { VenueOrders, WorkingOrder, cancelOrFind } from '../../venue/venue-orders';
import { OrderLocks } from '../../fleet/order-locks';

/** News of the stream gets this long before REST is asked. */
const FIRST_ASK_MS = 1_000;
const WAITING_ASK_MS = 3_000;
/** A record's writer gets this long for its event and its exposure before somebody else sees to them. */
const WRITER_GRACE_MS = 1_500;
const LONGEST_WAIT_MS = 10_000;
const ALERT_AFTER_MS = 30_000;
const FORGOTTEN_AFTER_MS = 3 * 24 * 3_600_000;

interface Case {
  readonly since: number;
  tries: number;
  nextAt: number;
  alertedAt: number;
  absence?: Absence;
}

@Injectable()
export class Reconciler {
  private readonly cases = new Map<string, Case>();
  private readonly standing = new Map<string, { readonly sequence: number; readonly since: number }>();
  private readonly seenTo = new Map<string, number>();
  private readonly unresolved;
  private running: Promise<void> | undefined;

  constructor(
    private readonly recorder: OrderRecorder,
    private readonly liveOrders: LiveOrders,
    private readonly locks: OrderLocks,
    private readonly coverage: AccountCoverage,
    private readonly venue: VenueOrders,
    private readonly clock: ExchangeClock,
    private readonly disputes: Disputes,
    private readonly settlement: DisputeSettlement,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.unresolved = metrics.gauge('elvis_orders_unresolved', 'Orders whose state is being reconciled');
  }

  /** One look at every order that may be alive; a look under way is joined. */
  reconcileAll(): Promise<void> {
    this.running ??= askedBy('reconciler', () => this.reconcileEach()).finally(
      () => (this.running = undefined),
    );
    return this.running;
  }

  private async reconcileEach(): Promise<void> {
    const entries = await this.liveOrders.listLive(300);
    const look = new Look(this.venue);
    let unresolved = 0;
    for (const entry of entries) {
      const { record, sequence } = entry;
      const id = record.order.clientOrderId;
      const isOver = !isOpen(record);
      if (isOver || this.hasStood(id, sequence)) await this.reconcileOrder(entry);
      if (isOver) continue;
      if (isUnclear(record) || this.disputes.disputeOf(id)) {
        unresolved += 1;
        await this.reconcileCase(entry, look);
      } else this.cases.delete(id);
    }
    this.unresolved.set(unresolved);
    const alive = new Set(entries.map(({ record }) => record.order.clientOrderId));
    this.forgetClosed(alive);
    this.disputes.keepOnly(alive);
  }

  private async reconcileOrder(entry: JournalEntry): Promise<void> {
    const { clientOrderId } = entry.record.order;
    if (this.seenTo.get(clientOrderId) === entry.sequence) return;
    if (await this.recorder.catchUp(entry)) this.seenTo.set(clientOrderId, entry.sequence);
  }

  /** Whether this record has stood long enough that its writer, if it lives, has done all that follows from it. */
  private hasStood(id: string, sequence: number): boolean {
    const now = performance.now();
    const known = this.standing.get(id);
    if (known?.sequence === sequence) return now - known.since > WRITER_GRACE_MS;
    this.standing.set(id, { sequence, since: now });
    return false;
  }

  private async reconcileCase({ record }: JournalEntry, look: Look): Promise<void> {
    const id = record.order.clientOrderId;
    const now = performance.now();
    const open = this.cases.get(id) ?? {
      since: now,
      tries: 0,
      nextAt: now + firstAskMs(record),
      alertedAt: now,
    };
    this.cases.set(id, open);
    if (now < open.nextAt) return;
    open.tries += 1;
    open.nextAt = now + Math.min(LONGEST_WAIT_MS, 500 * 1.5 ** open.tries);
    try {
      await this.locks.whileHeld(id, async () => {
        const fresh = await this.recorder.findEntry(id);
        if (fresh && isUnclear(fresh.record)) await this.resolveOrder(fresh, open, look);
        if (this.disputes.disputeOf(id)) await this.settleDispute(id);
      });
    } catch (error) {
      this.log.warn(
        { clientOrderId: id, reason: (error as Error).message },
        'The state of an order could not be queried or recorded; retrying',
      );
    }
    this.alertIfOld(record, open);
  }

  private async resolveOrder(entry: JournalEntry, open: Case, look: Look): Promise<void> {
    const { record } = entry;
    const { clientOrderId } = record.order;
    const { status } = record.view;
    if (status === 'PENDING_NEW' || status === 'UNKNOWN') return this.resolveSent(record, open, look);
    if (status === 'PENDING_CANCEL') {
      const report = await cancelOrFind(this.venue, record.view);
      if (report) await this.recorder.applyEvidence(clientOrderId, { kind: 'reported', report });
      else this.disputes.raise(clientOrderId, UNKNOWN_TO_EXCHANGE);
    }
    if (record.amendment) await this.resolveAmendment(record);
    const after = await this.recorder.findEntry(clientOrderId);
    if (after && !hasAllFills(after.record)) await this.fetchFills(after.record);
  }

  private async settleDispute(clientOrderId: string): Promise<void> {
    const fresh = await this.recorder.findEntry(clientOrderId);
    if (!fresh || isSettled(fresh.record)) this.disputes.end(clientOrderId);
    else await this.settlement.tryToSettle(fresh.record);
  }

  private async resolveSent(record: JournalRecord, open: Case, look: Look): Promise<void> {
    const { clientOrderId } = record.order;
    if (Date.now() - record.view.createdAtMs > FORGOTTEN_AFTER_MS) {
      await this.recorder.applyEvidence(clientOrderId, { kind: 'unverifiable' });
      return;
    }
    const report = await this.venue[record.view.market].find(record.view);
    if (report) {
      const found = await this.recorder.applyEvidence(clientOrderId, { kind: 'reported', report });
      if (found && !hasAllFills(found.record)) await this.fetchFills(found.record);
      return;
    }
    open.nextAt = performance.now() + 500;
    open.absence = absenceAfter(open.absence, {
      nowMs: this.clock.now(),
      clockErrorMs: this.clock.errorMs(),
      lastMomentMs: (record.sendByMs ?? 0) + (record.recvWindowMs ?? 0),
      span: await this.coverage.span(record.order.market).catch(() => undefined),
    });
    if (!open.absence?.isConcluded || (await look.knows(record))) return;
    await this.recorder.applyEvidence(clientOrderId, { kind: 'absent' });
    this.log.warn(
      { clientOrderId, misses: open.absence.misses },
      'An order of unknown state never reached the exchange; it was closed as rejected. To send it again, use a new id',
    );
  }

  /** The order is read back; once the request can no longer be accepted, whatever it shows is what counts. */
  private async resolveAmendment({ view, amendment }: JournalRecord): Promise<void> {
    if (!amendment) return;
    const { clientOrderId } = view;
    const report = await this.venue[view.market].find(view);
    if (!report) return;
    const { approvalId, sendByMs, recvWindowMs, quantity, price } = amendment;
    const isDone = same(report.quantity, quantity) && same(report.price, price);
    const isOver = isPast(sendByMs + recvWindowMs, this.clock.now(), this.clock.errorMs());
    if (isDone || isOver)
      await this.recorder.applyEvidence(clientOrderId, { kind: 'amended', approvalId, report });
    else await this.recorder.applyEvidence(clientOrderId, { kind: 'reported', report });
  }

  private async fetchFills({ view, order }: JournalRecord): Promise<void> {
    const report = {
      exchangeOrderId: view.exchangeOrderId ?? '',
      status: view.status,
      filledQuantity: view.filledQuantity,
    };
    for (const fill of await this.venue[view.market].fillsOf(view)) {
      await this.recorder.applyEvidence(order.clientOrderId, { kind: 'filled', report, fill });
    }
  }

  /** The exchange itself stays silent: a person should know, in words. */
  private alertIfOld({ view }: JournalRecord, open: Case): void {
    const now = performance.now();
    if (now - open.alertedAt < ALERT_AFTER_MS) return;
    open.alertedAt = now;
    this.log.error(
      {
        alert: 'order-unresolved',
        clientOrderId: view.clientOrderId,
        status: view.status,
        forSeconds: Math.round((now - open.since) / 1_000),
        asked: open.tries,
        lastTimeNotFound: open.absence?.misses ?? 0,
      },
      'The state of an order is still unknown; its exposure stays reserved and the exchange is asked on. Check the order by hand',
    );
  }

  private forgetClosed(alive: ReadonlySet<string>): void {
    for (const map of [this.cases, this.standing, this.seenTo]) {
      for (const id of map.keys()) if (!alive.has(id)) map.delete(id);
    }
  }
}

/** What is asked once in a look, however many orders need it. */
class Look {
  private readonly working = new Map<Market, Promise<readonly WorkingOrder[]>>();

  constructor(private readonly venue: VenueOrders) {}

  /** Whether a working order or a trade speaks for this order after all. */
  async knows({ order, view }: JournalRecord): Promise<boolean> {
    const working = this.working.get(order.market) ?? this.venue[order.market].openOrders();
    this.working.set(order.market, working);
    if ((await working).some(({ clientOrderId }) => clientOrderId === order.clientOrderId)) return true;
    return this.venue[view.market].hasTraded(view);
  }
}

const same = (left: string | undefined, right: string): boolean =>
  left !== undefined && new Decimal(left).eq(right);

/** One that waits for its leave is not at the exchange yet: at saturation asking for each costs more than the orders do. */
const firstAskMs = ({ view }: JournalRecord): number =>
  view.status === 'PENDING_NEW' ? WAITING_ASK_MS : FIRST_ASK_MS;
