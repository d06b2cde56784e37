/**
 * Finds out what nobody told us: orders without a clear answer, fills that the stream did not bring, orders that
 * changed while we were not listening. It asks and never sends.
 *
 * Absence is concluded only when the request can no longer be accepted: past `sendBy + recvWindow + margin` on the
 * exchange's clock, twice "does not exist", and not among the working orders.
 */
import { JournalEntry, LOG, Log } from '@elvis/platform';
import { isClosedStatus } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { hasAllFills } from './domain/order-lifecycle';
import { ExchangeClock } from './limiter/exchange-clock';
import { OrderTruth } from './order-truth';
import { Venue } from './venue';

const ABSENCE_MARGIN_MS = 1_000;
/** Between two "does not exist" of which the second counts. */
const SECOND_LOOK_MS = 500;
/** News of the stream gets this long before REST is asked. */
const STREAM_GRACE_MS = 1_500;

@Injectable()
export class Reconciler {
  private readonly firstMissedAt = new Map<string, number>();
  private running: Promise<void> | undefined;

  constructor(
    private readonly truth: OrderTruth,
    private readonly venue: Venue,
    private readonly clock: ExchangeClock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** One look at every order that may be alive; a look under way is joined. `afterGap` asks for each of them. */
  look(afterGap: boolean): Promise<void> {
    this.running ??= this.lookAtAll(afterGap).finally(() => (this.running = undefined));
    return this.running;
  }

  private async lookAtAll(afterGap: boolean): Promise<void> {
    const ids = await this.truth.reserved();
    for (const id of ids) {
      try {
        const entry = await this.truth.find(id);
        if (entry) await this.lookAt(entry, afterGap);
      } catch (error) {
        this.log.warn(
          { clientOrderId: id, reason: (error as Error).message },
          'An order could not be looked at; again soon',
        );
      }
    }
  }

  private async lookAt(entry: JournalEntry, afterGap: boolean): Promise<void> {
    const { record } = entry;
    const { clientOrderId, market, symbol } = record.order;
    const age = Date.now() - record.view.updatedAtMs;
    if (afterGap) await this.truth.announce(entry);
    if (isClosedStatus(record.view.status) || record.type === 'RELEASED') {
      if (record.type === 'OUTCOME' && !hasAllFills(record)) {
        if (afterGap || age > STREAM_GRACE_MS) await this.fetchFills(entry);
      } else {
        await this.truth.apply(clientOrderId, { kind: 'no-answer', reason: '' });
      }
      return;
    }
    const isUnclear = record.view.status === 'UNKNOWN' || record.view.status === 'PENDING_NEW';
    if (!afterGap && !(isUnclear && age > STREAM_GRACE_MS)) return;
    const report = await this.venue.find(market, symbol, clientOrderId);
    if (report) {
      this.firstMissedAt.delete(clientOrderId);
      const found = await this.truth.apply(clientOrderId, { kind: 'reported', report });
      if (found && !hasAllFills(found.record)) await this.fetchFills(found);
      return;
    }
    if (isUnclear) await this.concludeAbsence(entry);
  }

  private async concludeAbsence({ record }: JournalEntry): Promise<void> {
    const { clientOrderId, market } = record.order;
    const deadline = (record.sendByMs ?? 0) + (record.recvWindowMs ?? 0) + ABSENCE_MARGIN_MS;
    if (this.clock.now() <= deadline + this.clock.errorMs()) return;
    const firstMissedAt = this.firstMissedAt.get(clientOrderId);
    if (firstMissedAt === undefined) {
      this.firstMissedAt.set(clientOrderId, performance.now());
      return;
    }
    if (performance.now() - firstMissedAt < SECOND_LOOK_MS) return;
    const working = await this.venue.openOrders(market);
    if (working.some((order) => order.clientOrderId === clientOrderId)) return;
    this.firstMissedAt.delete(clientOrderId);
    this.log.warn({ clientOrderId }, 'The order never reached the exchange');
    await this.truth.apply(clientOrderId, {
      kind: 'refused',
      code: 'NEVER_REACHED_EXCHANGE',
      reason: 'The exchange does not know it, and can no longer accept it',
    });
  }

  private async fetchFills(entry: JournalEntry): Promise<void> {
    const { view, order } = entry.record;
    const report = {
      exchangeOrderId: view.exchangeOrderId ?? '',
      status: view.status,
      filledQuantity: view.filledQuantity,
    };
    for (const fill of await this.venue.fillsOf(view)) {
      await this.truth.apply(order.clientOrderId, { kind: 'filled', report, fill });
    }
  }
}
