/** Which event a journal record is published as, under an id that follows from the record: published twice it is one. */
import {
  EventContract,
  ORDER_EVENTS,
  OrderChanged,
  orderCanceled,
  orderClaimed,
  orderDenied,
  orderExpired,
  orderFilled,
  orderPlaced,
  orderRejected,
  orderReleased,
  orderReopened,
  orderUnknown,
  orderUpdated,
} from '@elvis/contracts';
import { currentTraceId } from '@elvis/platform';
import { Fill, JournalRecord } from '@elvis/trading';
import { Change } from '../domain/order-evidence';

type Happened = Change['happened'] | 'claimed' | 'released' | 'denied';

const EVENTS: Readonly<Record<Happened, EventContract<OrderChanged>>> = {
  claimed: orderClaimed,
  placed: orderPlaced,
  filled: orderFilled,
  canceled: orderCanceled,
  rejected: orderRejected,
  expired: orderExpired,
  unknown: orderUnknown,
  updated: orderUpdated,
  reopened: orderReopened,
  released: orderReleased,
  denied: orderDenied,
};
const CONTRACTS = new Map<string, EventContract<OrderChanged>>(
  ORDER_EVENTS.map((contract) => [contract.type, contract]),
);

interface WrittenAfter {
  /** Sequence of the order's record before this one; 0 if there is none. */
  readonly sequence: number;
  readonly traceId: string;
}

/** Written now, under the trace that is under way. */
export const writtenAfter = (sequence: number): WrittenAfter => ({ sequence, traceId: currentTraceId() });

/**
 * The record with the event that the relay publishes of it. The id names the record before: of all writers that follow
 * the same record only one succeeds. The first record of a subject names its decision, for after a purge of the journal
 * an id may begin again. A fill's id is the exchange's, and its side: two orders of ours that trade with each other share
 * one trade.
 */
export function announced(
  record: JournalRecord,
  happened: Happened,
  { sequence, traceId }: WrittenAfter,
  fill?: Fill,
): JournalRecord {
  const { decision, ...rest } = record;
  const { clientOrderId, botConfigId } = record.order;
  const ownFill = fill && { ...fill, clientOrderId, botConfigId };
  return {
    ...rest,
    ...(happened === 'claimed' && decision !== undefined && { decision }),
    announcement: {
      type: EVENTS[happened].type,
      id: fill
        ? `fill:${fill.market}:${fill.symbol}:${fill.tradeId}:${fill.side}`
        : `order:${clientOrderId}:${sequence || `0:${record.view.decisionId}`}`,
      after: sequence,
      traceId,
      ...(ownFill && { fill: ownFill }),
    },
  };
}

/** The contract of the order's event; undefined where the record has none: risk's own carry their decision alone. */
export const contractOf = ({ announcement }: JournalRecord): EventContract<OrderChanged> | undefined =>
  announcement && CONTRACTS.get(announcement.type);
