/** The kinds of orders and of requests about them that the faults are aimed at, one after the other. */
import { PLAIN, Target } from '../fault-list';

const request = (method: string, path: string) => (id: string) => new RegExp(`${method} ${path}\\?.*${id}`);

export const CONDITIONAL: Target = {
  name: 'conditional order',
  method: 'POST',
  path: '/fapi/v1/algoOrder',
  request: request('POST', '/fapi/v1/algoOrder'),
  answer: (id) => new RegExp(`"clientAlgoId":"${id}"`),
  told: ['placed', 'filled', 'rejected', 'expired', 'updated'],
  userEvents: ['ALGO_UPDATE', 'ORDER_TRADE_UPDATE'],
};

export const BATCH: Target = {
  ...PLAIN,
  name: 'batch',
  path: '/fapi/v1/batchOrders',
  request: request('POST', '/fapi/v1/batchOrders'),
};

export const AMENDMENT: Target = {
  ...PLAIN,
  name: 'amendment',
  method: 'PUT',
  request: request('PUT', '/fapi/v1/order'),
  told: ['updated', 'filled', 'canceled'],
};

export const SPOT: Target = {
  ...PLAIN,
  name: 'spot order',
  path: '/api/v3/order',
  request: request('POST', '/api/v3/order'),
  userEvents: ['executionReport'],
};

/** Its own requests; the order in the book is a plain one. */
export const DEAD_MAN: Target = {
  ...PLAIN,
  name: 'dead-man switch',
  path: '/fapi/v1/countdownCancelAll',
  request: () => /POST \/fapi\/v1\/countdownCancelAll/,
  answer: () => /"countdownTime"/,
};

/** A cancel asks for no leave to send: what Redis is told of it is that the reservation ends. */
const canceling = (target: Target): Target => ({
  ...target,
  name: `cancel of a ${target.name}`,
  method: 'DELETE',
  request: request('DELETE', target.path),
  script: (id) => new RegExp(`EVALSHA[\\s\\S]*r:${id}`),
  told: ['canceled'],
});

export const TARGETS: readonly Target[] = [
  CONDITIONAL,
  BATCH,
  AMENDMENT,
  SPOT,
  DEAD_MAN,
  ...[{ ...PLAIN, name: 'plain order' }, CONDITIONAL, SPOT].map(canceling),
];
