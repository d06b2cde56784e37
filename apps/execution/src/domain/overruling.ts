/**
 * The exchange's own word against a record that contradicts it: asked for by id after what it had said could not be
 * applied, its answer is how the order stands. Only a closed order stays closed, and no fill is taken back.
 */
import { Decimal, JournalRecord, isClosedStatus, maxDecimal } from '@elvis/trading';
import { KNOWN, changes, endOf, happenedBetween, isInferred } from './order-change';
import { Judgement, VenueReport } from './order-evidence';

export function evaluateOverruled(record: JournalRecord, report: VenueReport, atMs: number): Judgement {
  const { amendment, ...settled } = record;
  const { view } = record;
  const isReopened = isInferred(view);
  const stays = isClosedStatus(view.status) && !isReopened && report.status !== 'FILLED';
  const status = stays ? view.status : report.status;
  const filled = [view.filledQuantity, record.fills?.quantity ?? '0', report.filledQuantity]
    .map((quantity) => new Decimal(quantity))
    .reduce(maxDecimal);
  const quantity = maxDecimal(new Decimal(report.quantity ?? view.quantity), filled).toFixed();
  const isSame =
    status === view.status &&
    filled.eq(view.filledQuantity) &&
    new Decimal(quantity).eq(view.quantity) &&
    view.exchangeOrderId === report.exchangeOrderId &&
    amendment === undefined;
  if (isSame) return KNOWN;
  return changes(
    { ...settled, ...(report.atMs !== undefined && { venueTimeMs: report.atMs }) },
    {
      status,
      quantity,
      filledQuantity: filled.toFixed(),
      exchangeOrderId: report.exchangeOrderId,
      ...(view.price !== undefined && report.price !== undefined && { price: report.price }),
      ...(report.averagePrice !== undefined && { averagePrice: report.averagePrice }),
      ...(isReopened && { code: undefined }),
      ...((isReopened || view.status === 'UNKNOWN') && { reason: undefined }),
      ...endOf(report, status),
    },
    atMs,
    isReopened ? 'reopened' : happenedBetween(view.status, status),
  );
}
