/**
 * What a sweep has found and done, and the outcome of each order: canceled, filled before its cancel landed, or left.
 */
import { FilledOrder, RemainingOrder, StopProgress } from '@elvis/contracts';
import { Decimal, Market, TradingFailure, isConditional } from '@elvis/trading';
import { VenueReport } from '../domain/order-evidence';
import { WorkingOrder } from '../venue/venue-orders';

/** An order as the exchange listed it before its cancel was sent. */
export type SweptOrder = WorkingOrder & { readonly market: Market };

export interface Sweep {
  /** How many orders the list had before anything was canceled; 0 verifies that nothing is left. */
  readonly open: number;
  readonly canceled: readonly string[];
  readonly filled: readonly FilledOrder[];
  readonly remaining: readonly RemainingOrder[];
  /** Conditional orders among the canceled: what they protected may stand without protection now. */
  readonly conditionals: readonly Pick<WorkingOrder, 'symbol' | 'side'>[];
  readonly frozenUntilMs: number | null;
}

/** What a driver leaves to the next one: how far it came, and the orders whose cancels were under way. */
export interface DrivenProgress extends StopProgress {
  readonly underWay?: readonly SweptOrder[];
}

const NOTHING_SWEPT: Sweep = {
  open: 0,
  canceled: [],
  filled: [],
  remaining: [],
  conditionals: [],
  frozenUntilMs: null,
};

/** An order of which the exchange knows no more was canceled without a fill: only such ones it forgets. */
export function outcomeOf(order: SweptOrder, report: VenueReport | undefined): Sweep {
  const { clientOrderId, symbol, side } = order;
  const { status, filledQuantity } = report ?? { status: 'CANCELED', filledQuantity: order.filledQuantity };
  const hasFilled = new Decimal(filledQuantity).gt(order.filledQuantity);
  const filled = hasFilled ? [{ clientOrderId, symbol, filledQuantity }] : [];
  if (status === 'NEW' || status === 'PARTIALLY_FILLED') {
    const reason = `the exchange still shows it as ${status}`;
    return { ...NOTHING_SWEPT, filled, remaining: [{ clientOrderId, symbol, reason }] };
  }
  if (status !== 'CANCELED') return { ...NOTHING_SWEPT, filled };
  const conditionals = isConditional(order.type) ? [{ symbol, side }] : [];
  return { ...NOTHING_SWEPT, filled, canceled: [clientOrderId], conditionals };
}

/** It could not be canceled, or it is not known whether it was. */
export function leftBy(
  error: unknown,
  orders: readonly Pick<SweptOrder, 'clientOrderId' | 'symbol'>[],
): Sweep {
  const frozenUntilMs = frozenUntil(error);
  const reason =
    frozenUntilMs === null
      ? (error as Error).message
      : `the exchange has rate-limited this account or IP until ${new Date(frozenUntilMs).toISOString()}`;
  const remaining = orders.map(({ clientOrderId, symbol }) => ({ clientOrderId, symbol, reason }));
  return { ...NOTHING_SWEPT, remaining, frozenUntilMs };
}

export const unite = (sweeps: readonly Sweep[]): Sweep =>
  sweeps.reduce(
    (all, one) => ({
      open: all.open + one.open,
      canceled: [...all.canceled, ...one.canceled],
      filled: [...all.filled, ...one.filled],
      remaining: [...all.remaining, ...one.remaining],
      conditionals: [...all.conditionals, ...one.conditionals],
      frozenUntilMs: Math.max(all.frozenUntilMs ?? 0, one.frozenUntilMs ?? 0) || null,
    }),
    NOTHING_SWEPT,
  );

/** Exchange silence binds cancels too: the one thing they wait for. */
const frozenUntil = (error: unknown): number | null =>
  error instanceof TradingFailure && error.code === 'VENUE_FROZEN'
    ? Date.now() + (error.retryAfterMs ?? 0)
    : null;
