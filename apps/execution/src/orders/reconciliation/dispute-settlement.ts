/**
 * Ends a dispute by the exchange's own word, asked for by id: what came late or twice settles itself; what still
 * contradicts our record after a bounded time overrules it; and an order that the exchange says for a minute that it
 * does not know is over. Nothing stays alive here, nor reserved, that is closed there.
 */
import { accountDiffered } from '@elvis/contracts';
import { EventLog, LOG, Log, Metrics } from '@elvis/platform';
import { Decimal, JournalRecord, ZERO, maxDecimal } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { AccountCoverage } from '../../fleet/account-coverage';
import { Dispute, Disputes } from './disputes';
import { VenueReport } from '../../domain/order-evidence';
import { hasAllFills, evaluateEvidence } from '../../domain/order-lifecycle';
import { OrderRecorder } from '../recording/order-recorder';
import { VenueOrders } from '../../venue/venue-orders';

@Injectable()
export class DisputeSettlement {
  private readonly overruled;

  constructor(
    private readonly disputes: Disputes,
    private readonly recorder: OrderRecorder,
    private readonly venue: VenueOrders,
    private readonly coverage: AccountCoverage,
    private readonly events: EventLog,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.overruled = metrics.counter(
      'elvis_orders_overruled_total',
      'Orders overruled by the exchange after a lasting contradiction',
    );
  }

  /** One attempt; the dispute goes on where it settles nothing. @throws TradingFailure */
  async tryToSettle(record: JournalRecord): Promise<void> {
    const { clientOrderId } = record.order;
    const dispute = this.disputes.disputeOf(clientOrderId);
    if (!dispute) return;
    const report = await this.venue[record.view.market].find(record.view);
    if (!report) return this.missed(record, dispute);
    dispute.unknownSince = undefined;
    const entry = await this.recorder.applyEvidence(clientOrderId, { kind: 'reported', report });
    if (!entry) return;
    const isDenied = evaluateEvidence(entry.record, { kind: 'reported', report }, 0).verdict === 'illegal';
    if (!isDenied && hasAllFills(entry.record)) return this.disputes.end(clientOrderId);
    if (performance.now() - dispute.since < this.disputes.overruledAfterMs) return;
    await this.overrule(entry.record, report, dispute);
    this.disputes.end(clientOrderId);
  }

  private async overrule(record: JournalRecord, report: VenueReport, { why }: Dispute): Promise<void> {
    const { clientOrderId } = record.order;
    const fills = await this.venue[record.view.market].fillsOf({
      ...record.view,
      exchangeOrderId: report.exchangeOrderId,
    });
    const executed = fills.reduce((sum, { quantity }) => sum.plus(quantity), ZERO);
    const filled = maxDecimal(new Decimal(report.filledQuantity), executed).toFixed();
    const word = { ...report, filledQuantity: filled };
    await this.recorder.applyEvidence(clientOrderId, { kind: 'overruled', report: word });
    for (const fill of fills)
      await this.recorder.applyEvidence(clientOrderId, { kind: 'filled', report: word, fill });
    await this.publishDifference(
      record,
      why,
      `${report.status} ${filled} of ${report.quantity ?? record.view.quantity}`,
    );
  }

  /** An order that works here and that the exchange does not know. One without an answer has rules of its own. */
  private async missed(record: JournalRecord, dispute: Dispute): Promise<void> {
    const { clientOrderId, market } = record.order;
    const { status } = record.view;
    if (status === 'PENDING_NEW' || status === 'UNKNOWN') return;
    const isCovered = (await this.coverage.span(market).catch(() => undefined)) !== undefined;
    const now = performance.now();
    if (!isCovered) dispute.unknownSince = undefined;
    else dispute.unknownSince ??= now;
    if (dispute.unknownSince === undefined) return;
    if (now - dispute.unknownSince < this.disputes.forgottenAfterMs) return;
    await this.recorder.applyEvidence(clientOrderId, { kind: 'unverifiable' });
    this.disputes.end(clientOrderId);
    await this.publishDifference(record, dispute.why, 'no such order');
  }

  private async publishDifference(
    { order, view }: JournalRecord,
    why: string,
    theirs: string,
  ): Promise<void> {
    const { clientOrderId, market } = order;
    const ours = `${view.status} ${view.filledQuantity} of ${view.quantity}`;
    this.overruled.inc();
    this.log.error(
      { alert: 'order-overruled', clientOrderId, why, ours, theirs },
      'The recorded state of an order contradicted the exchange for too long; the state of the exchange was adopted. Check the order by hand',
    );
    const difference = { market, kind: 'ORDER', about: clientOrderId, ours, theirs } as const;
    await this.events.publish(accountDiffered, { ...difference, noticedAtMs: Date.now() });
  }
}
