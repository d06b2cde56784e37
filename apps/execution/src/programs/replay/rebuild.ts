/** Every order as the events alone tell it: of all that speak of an order the one with the highest revision is newest. */
import {
  EventEnvelope,
  ORDER_EVENTS,
  OrderChanged,
  RiskDecided,
  orderFilled,
  riskDenied,
} from '@elvis/contracts';
import { Fill, OrderView } from '@elvis/trading';

export interface RebuiltOrder {
  readonly view: OrderView;
  readonly revision: number;
  /** The outcome of its intent: gone again without being sent, or an order. */
  readonly isReleased: boolean;
  readonly tradeIds: ReadonlySet<string>;
}

const TYPES: ReadonlySet<string> = new Set(ORDER_EVENTS.map(({ type }) => type));

/** In whatever order, and however often, the events come. */
export function rebuildOrders(events: Iterable<EventEnvelope>): Map<string, RebuiltOrder> {
  const orders = new Map<string, RebuiltOrder>();
  for (const { type, data } of events) {
    if (TYPES.has(type)) take(orders, type, data as OrderChanged & { readonly fill?: Fill });
    if (type !== riskDenied.type) continue;
    const { deniedOrder, revision } = data as RiskDecided;
    if (deniedOrder && revision !== undefined) take(orders, type, { order: deniedOrder, revision });
  }
  return orders;
}

function take(
  orders: Map<string, RebuiltOrder>,
  type: string,
  { order, revision, fill }: OrderChanged & { readonly fill?: Fill },
): void {
  const known = orders.get(order.clientOrderId);
  const tradeIds = new Set(known?.tradeIds);
  if (type === orderFilled.type && fill) tradeIds.add(fill.tradeId);
  const isNewer = !known || revision > known.revision;
  orders.set(order.clientOrderId, {
    view: isNewer ? order : known.view,
    revision: isNewer ? revision : known.revision,
    isReleased: isNewer ? type.endsWith('.released') : known.isReleased,
    tradeIds,
  });
}
