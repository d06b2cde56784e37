/**
 * Gives back what was reserved for orders and changes that never came out: their risk died between reserving and placing, or
 * could not write VOID. Only long after the approval has run out, only after VOID stands in the journal by compare-and-set,
 * and only if execution never claimed the order: the second one loses. Of an order that was to become larger and did not, its
 * own terms stay reserved.
 */
import { JournalEntry, LOG, Log, Metrics, OrderJournal, Redis, Rounds } from '@elvis/platform';
import { Decimal, isClosedStatus, Reservation } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../facts/clock';
import { voidRecord } from './own-records';
import { ReservationStore } from './reservation-store';
import { heirOf, isFree } from './unused-approvals';

const PERIOD_MS = 2_000;
/** An approval is good for 3 s and its placing is waited for 12 s; what a replica has seen standing for so long without a claim is left over. */
const LEFT_OVER_AFTER_MS = 13_000;

@Injectable()
export class ReservationSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly firstSeen = new Map<string, { readonly text: string; readonly atMs: number }>();
  private readonly swept;
  private readonly rounds = new Rounds(() => this.look());

  constructor(
    private readonly reservations: ReservationStore,
    private readonly journal: OrderJournal,
    private readonly redis: Redis,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
    metrics: Metrics,
  ) {
    this.swept = metrics.counter(
      'elvis_risk_reservations_swept_total',
      'Reservations whose order never came out',
    );
  }

  onApplicationBootstrap(): void {
    this.rounds.start(PERIOD_MS);
  }

  onModuleDestroy(): void {
    this.rounds.stop();
  }

  /** Answers when to look again. */
  private async look(): Promise<number> {
    if (this.redis.status !== 'ready') return PERIOD_MS;
    try {
      const standing = await this.reservations.all();
      for (const id of this.firstSeen.keys()) if (!standing.has(id)) this.firstSeen.delete(id);
      const now = this.clock.monotonicMs();
      for (const [id, text] of standing) {
        const seen = this.firstSeen.get(id);
        if (seen?.text !== text) this.firstSeen.set(id, { text, atMs: now });
        else if (now - seen.atMs >= LEFT_OVER_AFTER_MS) await this.sweep(id, text);
      }
    } catch (error) {
      this.log.debug(
        { err: error },
        'Reservations left over from orders that were not sent could not be checked; retrying',
      );
    }
    return PERIOD_MS;
  }

  private async sweep(clientOrderId: string, text: string): Promise<void> {
    const reservation = JSON.parse(text) as Reservation;
    const entry = await this.journal.last(clientOrderId);
    const isClaimed = entry?.record.approvalId === reservation.approvalId;
    if (entry && !isNeverSent(entry) && isClaimed) {
      if (entry.record.amendment) return;
      const terms = lesserTerms(reservation, entry);
      if (terms)
        await this.reservations.putBack(clientOrderId, text, JSON.stringify({ ...reservation, ...terms }));
      // It is execution's, and looked at again only when it changes.
      else this.firstSeen.set(clientOrderId, { text, atMs: Infinity });
      return;
    }
    // The record of the order that stands is as good as VOID: this approval lost the claim to it.
    const isSaid = isClaimed || (entry !== undefined && !isFree(entry));
    if (!isSaid && !(await this.writeVoid(clientOrderId, reservation, entry))) return;
    const heir = entry && heirOf(entry);
    await this.reservations.giveBack(clientOrderId, reservation.approvalId, { heir });
    if (heir !== undefined) return;
    this.swept.inc();
    this.log.warn({ clientOrderId }, 'An order was reserved but never sent; its reservation was released');
  }

  private async writeVoid(
    clientOrderId: string,
    reservation: Reservation,
    entry: JournalEntry | undefined,
  ): Promise<boolean> {
    const {
      market = 'futures',
      symbol,
      side,
      type = 'LIMIT',
      quantity,
      price,
      actor,
      approvalId,
    } = reservation;
    const order = { clientOrderId, market, symbol, side, type, quantity, price, actor };
    const after = entry?.sequence ?? 0;
    const record = voidRecord(order, { approvalId, atMs: this.clock.nowMs(), after });
    return (await this.journal.append(record, after)) !== undefined;
  }
}

const isNeverSent = ({ record: { type } }: JournalEntry): boolean =>
  type === 'RELEASED' || type === 'VOID' || type === 'DENIED';

/** The order's own quantity and worth, where more is reserved: a change that never came. */
function lesserTerms(
  { quantity }: Reservation,
  { record: { view } }: JournalEntry,
): Pick<Reservation, 'quantity' | 'notional'> | undefined {
  if (isClosedStatus(view.status) || view.price === undefined || !new Decimal(quantity).gt(view.quantity))
    return undefined;
  return { quantity: view.quantity, notional: new Decimal(view.quantity).times(view.price).toFixed() };
}
