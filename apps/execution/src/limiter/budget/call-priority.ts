/** Which class a call belongs to where its caller does not say: ways out first, then the truth, orders, curiosity. */
import { BinanceRequest } from '@elvis/binance';
import { ACCOUNT_SHARE, Priority } from '../domain/ledger';
import { Meter } from './meter-limits';
import { BudgetCall } from './request-budget';

const CLASSES: Readonly<Record<Exclude<Priority, 'P3'>, readonly string[]>> = {
  P0: [
    // A cancel is signed by the exchange's clock.
    'GET /fapi/v1/time',
    'GET /api/v3/time',
    'DELETE /fapi/v1/order',
    'DELETE /fapi/v1/batchOrders',
    'DELETE /fapi/v1/allOpenOrders',
    'DELETE /fapi/v1/algoOrder',
    'DELETE /fapi/v1/algoOpenOrders',
    'POST /fapi/v1/countdownCancelAll',
    'DELETE /api/v3/order',
    'DELETE /api/v3/openOrders',
    'DELETE /api/v3/orderList',
  ],
  P1: [
    'GET /fapi/v1/order',
    'GET /fapi/v1/openOrders',
    'GET /fapi/v1/openAlgoOrders',
    'GET /fapi/v1/algoOrder',
    'GET /fapi/v1/userTrades',
    'GET /fapi/v3/positionRisk',
    'POST /fapi/v1/listenKey',
    'PUT /fapi/v1/listenKey',
    'GET /api/v3/order',
    'GET /api/v3/openOrders',
    'GET /api/v3/myTrades',
  ],
  P2: ['POST /fapi/v1/leverage', 'POST /fapi/v1/marginType', 'GET /fapi/v1/symbolConfig'],
};

const BY_CALL: ReadonlyMap<string, Priority> = new Map(
  (['P0', 'P1', 'P2'] as const).flatMap((priority) =>
    CLASSES[priority].map((call) => [call, priority] as const),
  ),
);

/** Whatever is not listed and reads is P3; whatever changes something stands with new orders. */
export function priorityOf({ method, path }: Pick<BinanceRequest, 'method' | 'path'>): Priority {
  return BY_CALL.get(`${method} ${path}`) ?? (method === 'GET' ? 'P3' : 'P2');
}

/** Which queue of the fleet a call waits in: those of one class that must not wait for each other have queues of their own. */
export function queueNameOf(call: BudgetCall): string {
  const { priority, cost, readsLimits, refreshes, sharer } = call;
  const kind = cost.orders > 0 ? 'orders' : readsLimits ? 'limits' : refreshes;
  const name = kind === undefined ? priority : `${priority}:${kind}`;
  return sharer === undefined || !hasShares(call) ? name : `${name}:${sharer}`;
}

/** New orders and reads are what one asks for more than another; ways out and the truth are nobody's part. */
const hasShares = ({ priority, readsLimits, refreshes }: BudgetCall): boolean =>
  (priority === 'P2' || priority === 'P3') && !readsLimits && !refreshes;

/** Of orders each has a part of what may be ordered, of reads a part of the weight. */
export const isShared = (call: BudgetCall, { kind }: Meter): boolean =>
  hasShares(call) && (call.priority === 'P2') === (kind === 'orders');

/** What this call must leave to the refresh of what decisions need: nothing of an order meter, and no cancel leaves anything. */
export const heldBackOf = ({ priority, refreshes }: BudgetCall, { kind, limit }: Meter): number =>
  kind === 'orders' || priority === 'P0' || refreshes ? 0 : Math.floor(limit * ACCOUNT_SHARE);
