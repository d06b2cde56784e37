/**
 * What an order becomes, whatever order the news arrives in.
 *
 * The journal's last record goes in with one piece of evidence; the next record comes out, or that it says nothing
 * new, or that it contradicts what stands and must be recorded as illegal. The filled quantity never falls and never
 * exceeds the quantity, a fill applies once by the exchange's trade id, and a closed order stays closed, but for one
 * exception: a verdict that was only inferred is disproved by evidence of the exchange.
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
} from '@elvis/trading';
import {
  KNOWN,
  NEVER_REACHED_EXCHANGE,
  UNVERIFIABLE,
  changes,
  closed,
  endOf,
  happenedBetween,
  illegal,
  isAlgoNumber,
  isInferred,
  isOtherOrder,
} from './order-change';
import { Evidence, Judgement, VenueReport } from './order-evidence';
import { evaluateOverruled } from './overruling';

/** Judges one piece of evidence against the record that stands. */
export function evaluateEvidence(record: JournalRecord, evidence: Evidence, atMs: number): Judgement {
  const isFromExchange = evidence.kind === 'reported' || evidence.kind === 'filled';
  if (record.type === 'DENIED' || record.type === 'VOID' || record.type === 'RELEASED') {
    return isFromExchange
      ? illegal(`the exchange has the order, but it is recorded as ${record.type}`)
      : KNOWN;
  }
  const { status } = record.view;
  const isUnclear = status === 'PENDING_NEW' || status === 'UNKNOWN';
  switch (evidence.kind) {
    case 'reported':
      return evaluateReport(record, evidence.report, atMs);
    case 'filled':
      return evaluateFill(record, evidence.report, evidence.fill, atMs);
    case 'refused':
      if (status === 'REJECTED') return KNOWN;
      if (!isUnclear) return illegal(`the exchange refused the order, but it is recorded as ${status}`);
      return closed(
        record,
        { status: 'REJECTED', code: evidence.code, reason: evidence.reason },
        atMs,
        'rejected',
      );
    case 'no-answer':
      if (status !== 'PENDING_NEW') return KNOWN;
      return changes(record, { status: 'UNKNOWN', reason: evidence.reason }, atMs, 'unknown');
    case 'absent':
      if (!isUnclear)
        return isClosedStatus(status)
          ? KNOWN
          : illegal(`the exchange does not have the order, but it is recorded as ${status}`);
      return closed(
        record,
        {
          status: 'REJECTED',
          code: NEVER_REACHED_EXCHANGE,
          reason: 'The order is unknown to the exchange, which can no longer accept it',
        },
        atMs,
        'rejected',
      );
    case 'unverifiable':
      if (isClosedStatus(status)) return KNOWN;
      return closed(
        record,
        {
          status: 'EXPIRED',
          code: UNVERIFIABLE,
          reason: 'The exchange no longer knows this order; check the account by hand',
        },
        atMs,
        'expired',
      );
    case 'cancel-unclear':
      if (status !== 'NEW' && status !== 'PARTIALLY_FILLED') return KNOWN;
      return changes(record, { status: 'PENDING_CANCEL' }, atMs, 'updated');
    case 'amending':
      if (record.amendment) return illegal('another amendment of this order is still pending');
      if (status !== 'NEW' && status !== 'PARTIALLY_FILLED')
        return illegal(`the order cannot be amended while it is ${status}`);
      return changes({ ...record, amendment: evidence.amendment }, {}, atMs, 'updated');
    case 'amended':
      return evaluateAmended(record, evidence.approvalId, evidence.report, atMs);
    case 'overruled':
      return evaluateOverruled(record, evidence.report, atMs);
  }
}

/**
 * Whether news that this record knows would be known to every later record too: a fill that was applied, or a report
 * from no later than the record's own. A newer report that looks alike may contradict an amendment in between.
 */
export const isOldEvidence = ({ venueTimeMs }: JournalRecord, evidence: Evidence): boolean =>
  evidence.kind === 'filled' ||
  (evidence.kind === 'reported' && (evidence.report.atMs ?? 0) <= (venueTimeMs ?? 0));

/** Whether every fill that makes up the filled quantity has been applied one by one. */
export const hasAllFills = (record: JournalRecord): boolean =>
  new Decimal(record.fills?.quantity ?? 0).gte(record.view.filledQuantity);

/** An order that is closed, whose fills are all known and of which no change is under way: nothing more can come. */
export const isSettled = (record: JournalRecord): boolean =>
  record.type === 'RELEASED' ||
  record.type === 'VOID' ||
  (isClosedStatus(record.view.status) && hasAllFills(record) && record.amendment === undefined);

/** Whether the order may still change. */
export const isOpen = (record: JournalRecord): boolean => record.type !== 'DENIED' && !isSettled(record);

/** Whether somebody has to ask the exchange about it: nothing it may have sent by itself tells the rest. */
export const isUnclear = (record: JournalRecord): boolean =>
  (record.type === 'INTENT' || record.type === 'OUTCOME') &&
  (record.view.status === 'PENDING_NEW' ||
    record.view.status === 'UNKNOWN' ||
    record.view.status === 'PENDING_CANCEL' ||
    record.amendment !== undefined ||
    !hasAllFills(record));

function evaluateReport(record: JournalRecord, report: VenueReport, atMs: number): Judgement {
  const { view } = record;
  if (isFromBefore(view, report)) return KNOWN;
  if (isOtherOrder(view, report)) return illegal('the exchange has another order under this id');
  const filled = maxDecimal(new Decimal(view.filledQuantity), new Decimal(report.filledQuantity));
  const terms = termsAfter(record, report, filled);
  if (filled.gt(terms.quantity))
    return illegal('the exchange reports more filled than the quantity of the order');
  const isReopened = isInferred(view);
  const status = nextStatus(record, report.status, filled, terms.quantity);
  const contradicts = !isReopened && isClosedStatus(view.status) && contradictsClosed(view, report);
  if (contradicts)
    return illegal(`the exchange reports ${report.status}, but the order is recorded as ${view.status}`);
  const grew = filled.gt(view.filledQuantity);
  const isNewer =
    status !== view.status || grew || terms.areNew || view.exchangeOrderId !== report.exchangeOrderId;
  if (!isNewer) return KNOWN;
  return changes(
    { ...record, ...(terms.atMs !== undefined && { venueTimeMs: terms.atMs }) },
    {
      status,
      exchangeOrderId: report.exchangeOrderId,
      quantity: terms.quantity,
      ...(terms.price !== undefined && { price: terms.price }),
      filledQuantity: filled.toFixed(),
      ...(grew && report.averagePrice !== undefined && { averagePrice: report.averagePrice }),
      ...(isReopened && { code: undefined }),
      ...((isReopened || view.status === 'UNKNOWN') && { reason: undefined }),
      ...endOf(report, status),
    },
    atMs,
    isReopened ? 'reopened' : happenedBetween(view.status, status),
  );
}

function evaluateFill(record: JournalRecord, report: VenueReport, fill: Fill, atMs: number): Judgement {
  const { view } = record;
  const applied = record.appliedTradeIds ?? [];
  if (applied.includes(fill.tradeId)) return KNOWN;
  if (isOtherOrder(view, report))
    return illegal('the exchange reports a fill of another order under this id');
  if (isInferred(view)) {
    const reopened = evaluateReport(record, report, atMs);
    return reopened.verdict === 'changes'
      ? { ...reopened, change: { ...reopened.change, isPartOfIt: true } }
      : reopened;
  }
  if (view.status === 'REJECTED') return illegal('the exchange reports a fill of an order that it refused');
  const quantity = new Decimal(record.fills?.quantity ?? 0).plus(fill.quantity);
  const received = new Decimal(record.fills?.received ?? record.fills?.quantity ?? 0).plus(receivedBy(fill));
  const quote = new Decimal(record.fills?.quote ?? 0).plus(new Decimal(fill.quantity).times(fill.price));
  const filled = maxDecimal(
    maxDecimal(new Decimal(view.filledQuantity), quantity),
    new Decimal(report.filledQuantity),
  );
  const terms = termsAfter(record, report, filled);
  if (filled.gt(terms.quantity))
    return illegal('the exchange reports more filled than the quantity of the order');
  const status = nextStatus(record, report.status, filled, terms.quantity);
  const judged = changes(
    {
      ...record,
      ...(terms.atMs !== undefined && { venueTimeMs: terms.atMs }),
      appliedTradeIds: [...applied, fill.tradeId],
      fills: {
        quantity: quantity.toFixed(),
        quote: quote.toFixed(),
        ...(!received.eq(quantity) && { received: received.toFixed() }),
      },
    },
    {
      status,
      exchangeOrderId: report.exchangeOrderId,
      quantity: terms.quantity,
      ...(terms.price !== undefined && { price: terms.price }),
      filledQuantity: filled.toFixed(),
      averagePrice: quote.div(quantity).toDecimalPlaces(12).toFixed(),
      ...(view.status === 'UNKNOWN' && { reason: undefined }),
      ...endOf(report, status),
    },
    atMs,
    'filled',
  );
  return { ...judged, change: { ...judged.change, fill } };
}

/** On spot the fee of a purchase may be taken out of what was bought. */
function receivedBy({ market, side, quantity, fee, feeAsset, baseAsset }: Fill): Decimal {
  const isTakenOut = market === 'spot' && side === 'BUY' && feeAsset !== '' && feeAsset === baseAsset;
  return isTakenOut ? new Decimal(quantity).minus(fee) : new Decimal(quantity);
}

function evaluateAmended(
  record: JournalRecord,
  approvalId: string,
  report: VenueReport | undefined,
  atMs: number,
): Judgement {
  if (record.amendment?.approvalId !== approvalId) return KNOWN;
  const { amendment: _settled, ...rest } = record;
  const judged = report && evaluateReport(rest, report, atMs);
  if (judged?.verdict === 'illegal') return judged;
  return judged?.verdict === 'changes' ? judged : changes(rest, {}, atMs, 'updated');
}

/** What the Algo service says of an order that has become one of the exchange's own is older than that. */
const isFromBefore = ({ exchangeOrderId }: OrderView, report: VenueReport): boolean =>
  exchangeOrderId !== undefined && !isAlgoNumber(exchangeOrderId) && isAlgoNumber(report.exchangeOrderId);

interface Terms {
  readonly quantity: string;
  readonly price: string | undefined;
  readonly areNew: boolean;
  readonly atMs: number | undefined;
}

/**
 * Price and quantity by the newest word of the exchange; a closed order keeps those it closed with. Amended to less than
 * what is filled, the exchange cancels the order: then its quantity is what was filled.
 */
function termsAfter({ view, venueTimeMs }: JournalRecord, report: VenueReport, filled: Decimal): Terms {
  const standing = { quantity: view.quantity, price: view.price, areNew: false, atMs: venueTimeMs };
  const isOver = isClosedStatus(view.status) && !isInferred(view);
  // Nothing changes after the end, so what was said in the same millisecond is older than it.
  const oldestMs = (venueTimeMs ?? 0) + (isOver ? 1 : 0);
  if (report.atMs === undefined || report.atMs < oldestMs) return standing;
  const told = differs(report.quantity, view.quantity) ? report.quantity : view.quantity;
  const isCut = isClosedStatus(report.status) && new Decimal(report.filledQuantity).gt(told);
  const quantity = isCut ? filled.toFixed() : told;
  const price = view.price !== undefined && differs(report.price, view.price) ? report.price : view.price;
  const areNew = quantity !== view.quantity || price !== view.price;
  return { quantity, price, areNew, atMs: report.atMs };
}

const differs = (told: string | undefined, known: string): told is string =>
  told !== undefined && new Decimal(told).gt(0) && !new Decimal(told).eq(known);

/** Two different ends cannot both be true, nor may what was refused be there; a late word about an open state is only late. */
const contradictsClosed = (view: OrderView, report: VenueReport): boolean =>
  (view.status === 'REJECTED' && report.status !== 'REJECTED') ||
  (isClosedStatus(report.status) &&
    report.status !== view.status &&
    report.status !== 'FILLED' &&
    view.status !== 'FILLED');

/**
 * Closed stays closed, unless the exchange says that it was filled; a complete fill closes, unless the exchange says that
 * it was canceled there, as after an amendment to what is filled; news that is older than what stands changes nothing.
 */
function nextStatus(
  { view, amendment }: JournalRecord,
  reported: OrderStatus,
  filled: Decimal,
  quantity: string,
): OrderStatus {
  // Where the order may have become larger, only the exchange knows whether that was all of it.
  const mayBeLarger = amendment !== undefined && filled.lt(amendment.quantity);
  const isWhole = filled.gte(quantity);
  if (isWhole && reported === 'FILLED') return 'FILLED';
  if (isClosedStatus(view.status) && !isInferred(view)) return view.status;
  if (isClosedStatus(reported) && reported !== 'FILLED') return reported;
  if (isWhole && !mayBeLarger) return 'FILLED';
  if (view.status === 'PENDING_CANCEL') return 'PENDING_CANCEL';
  return filled.gt(ZERO) ? 'PARTIALLY_FILLED' : 'NEW';
}
