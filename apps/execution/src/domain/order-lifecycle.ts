/**
 * What an order becomes, whatever order the news arrives in.
 *
 * The journal's last record goes in with one piece of evidence, the next record comes out, or nothing where the
 * evidence adds nothing. A closed order never reopens, the filled quantity never falls and never exceeds the
 * quantity, and a fill applies once by the exchange's trade id.
 */
import {
  Decimal,
  Fill,
  JournalRecord,
  OrderStatus,
  OrderView,
  ZERO,
  isClosedStatus,
  maxDecimal,
  minDecimal,
} from '@elvis/trading';

/** The exchange's own statement about an order, from an answer or from the stream. */
export interface VenueReport {
  readonly exchangeOrderId: string;
  readonly status: OrderStatus;
  /** Cumulated. */
  readonly filledQuantity: string;
  readonly averagePrice?: string;
}

export type Evidence =
  /** The exchange says how the order stands. */
  | { readonly kind: 'reported'; readonly report: VenueReport }
  /** The exchange says that one part was executed. */
  | { readonly kind: 'filled'; readonly report: VenueReport; readonly fill: Fill }
  /** The exchange proved that it refused. */
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  /** It was sent, and no answer that can be read came. */
  | { readonly kind: 'no-answer'; readonly reason: string };

export interface Change {
  readonly record: JournalRecord;
  /** What happened, for the events; `none` where only details were added. */
  readonly happened: 'placed' | 'filled' | 'canceled' | 'rejected' | 'expired' | 'unknown' | 'none';
  readonly fill?: Fill;
}

/** The next record, or undefined where the evidence says nothing new. */
export function applyEvidence(record: JournalRecord, evidence: Evidence, atMs: number): Change | undefined {
  if (record.type === 'DENIED' || record.type === 'VOID' || record.type === 'RELEASED') return undefined;
  switch (evidence.kind) {
    case 'refused':
      return mayStillBeRefused(record)
        ? change(
            record,
            { status: 'REJECTED', code: evidence.code, reason: evidence.reason },
            atMs,
            'rejected',
          )
        : undefined;
    case 'no-answer':
      return record.view.status === 'PENDING_NEW'
        ? change(record, { status: 'UNKNOWN', reason: evidence.reason }, atMs, 'unknown')
        : undefined;
    case 'reported':
      return applyReport(record, evidence.report, atMs);
    case 'filled':
      return applyFill(record, evidence.report, evidence.fill, atMs);
  }
}

/** Whether every fill that makes up the filled quantity has been applied one by one. */
export const hasAllFills = (record: JournalRecord): boolean =>
  new Decimal(record.fills?.quantity ?? 0).gte(record.view.filledQuantity);

/** An order that is closed and whose fills are all known: nothing more can come. */
export const isSettled = (record: JournalRecord): boolean =>
  record.type === 'RELEASED' ||
  record.type === 'VOID' ||
  (isClosedStatus(record.view.status) && hasAllFills(record));

const mayStillBeRefused = ({ view }: JournalRecord): boolean =>
  view.status === 'PENDING_NEW' || view.status === 'UNKNOWN';

function applyReport(record: JournalRecord, report: VenueReport, atMs: number): Change | undefined {
  const view = record.view;
  const filled = clampFilled(
    maxDecimal(new Decimal(view.filledQuantity), new Decimal(report.filledQuantity)),
    view,
  );
  const status = nextStatus(view, report.status, filled);
  const grew = filled.gt(view.filledQuantity);
  if (status === view.status && !grew && view.exchangeOrderId !== undefined) return undefined;
  return change(
    record,
    {
      status,
      exchangeOrderId: report.exchangeOrderId,
      filledQuantity: filled.toFixed(),
      ...(grew && report.averagePrice !== undefined && { averagePrice: report.averagePrice }),
      ...(view.status === 'UNKNOWN' && { reason: undefined }),
    },
    atMs,
    happenedBetween(view.status, status),
  );
}

function applyFill(record: JournalRecord, report: VenueReport, fill: Fill, atMs: number): Change | undefined {
  const applied = record.appliedTradeIds ?? [];
  if (applied.includes(fill.tradeId)) return undefined;
  const quantity = new Decimal(record.fills?.quantity ?? 0).plus(fill.quantity);
  const quote = new Decimal(record.fills?.quote ?? 0).plus(new Decimal(fill.quantity).times(fill.price));
  const view = record.view;
  const filled = clampFilled(
    maxDecimal(maxDecimal(new Decimal(view.filledQuantity), quantity), new Decimal(report.filledQuantity)),
    view,
  );
  const status = nextStatus(view, report.status, filled);
  const next = change(
    record,
    {
      status,
      exchangeOrderId: report.exchangeOrderId,
      filledQuantity: filled.toFixed(),
      averagePrice: quote.div(quantity).toDecimalPlaces(12).toFixed(),
    },
    atMs,
    'filled',
  );
  return {
    ...next,
    fill,
    record: {
      ...next.record,
      appliedTradeIds: [...applied, fill.tradeId],
      fills: { quantity: quantity.toFixed(), quote: quote.toFixed() },
    },
  };
}

const clampFilled = (filled: Decimal, view: OrderView): Decimal =>
  minDecimal(filled, new Decimal(view.quantity));

/** Closed stays closed; a complete fill closes; news that is older than what stands changes nothing. */
function nextStatus(view: OrderView, reported: OrderStatus, filled: Decimal): OrderStatus {
  if (filled.gte(view.quantity)) return 'FILLED';
  if (isClosedStatus(view.status)) return view.status;
  if (isClosedStatus(reported) && reported !== 'FILLED') return reported;
  if (view.status === 'PENDING_CANCEL') return 'PENDING_CANCEL';
  return filled.gt(ZERO) ? 'PARTIALLY_FILLED' : 'NEW';
}

function happenedBetween(before: OrderStatus, after: OrderStatus): Change['happened'] {
  if (before === after) return 'none';
  if (after === 'CANCELED') return 'canceled';
  if (after === 'EXPIRED') return 'expired';
  if (after === 'REJECTED') return 'rejected';
  return before === 'PENDING_NEW' || before === 'UNKNOWN' ? 'placed' : 'none';
}

const change = (
  record: JournalRecord,
  changed: Partial<OrderView>,
  atMs: number,
  happened: Change['happened'],
): Change => ({
  record: { ...record, type: 'OUTCOME', view: { ...record.view, ...changed, updatedAtMs: atMs } },
  happened,
});
