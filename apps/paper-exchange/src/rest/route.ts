/** One call of the REST interface: what it needs, what it costs, what it answers. */
import { Refusal } from '@elvis/simulation';
import { Params } from './params';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** NONE is public, KEY wants the key alone, SIGNED wants key, timestamp and signature. */
type Security = 'NONE' | 'KEY' | 'SIGNED';

export interface Call {
  readonly params: Params;
  readonly account: string;
  /** The exchange's time when the call is executed. */
  readonly now: number;
  /** Why no further order may be sent now, for a call that goes on all the same. */
  readonly overLimit?: Refusal;
}

export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly security: Security;
  readonly weight: number | ((params: Params) => number);
  /** What it costs on the account's order meters, shortest window first. */
  readonly orders?: readonly [number, number];
  /** The body of the answer, as JSON text. */
  readonly answer: (call: Call) => string;
  /** The weight of a call that succeeded, where it differs (spot orders). */
  readonly weightWhenDone?: number;
  /** Whether the call goes on where the account's order meter is full. */
  readonly goesOverLimit?: (params: Params) => boolean;
  /** Whether the system's overload protection may refuse it. */
  readonly throttled?: (params: Params) => boolean;
}

/** A call that its account signs, with its weight or all that it costs. */
export const signed = (
  method: Method,
  path: string,
  cost: Route['weight'] | Pick<Route, 'weight' | 'orders' | 'weightWhenDone' | 'throttled' | 'goesOverLimit'>,
  answer: Route['answer'],
): Route => {
  const costs = typeof cost === 'object' ? cost : { weight: cost };
  return { method, path, security: 'SIGNED', ...costs, answer };
};

/** A call that weighs less where it names this parameter. */
export const weightBy = (name: string, without: number, named: number) => (params: Params) =>
  params.get(name) === undefined ? without : named;

/**
 * Counts an order on the account's meter.
 *
 * @returns why there is no room, for a call that goes on without
 * @throws Refusal -1015 there is no room
 */
export function admitOrder(
  { orders, goesOverLimit }: Route,
  params: Params,
  admit: (cost: readonly [number, number]) => void,
): Refusal | undefined {
  if (!orders) return undefined;
  const goesOn = goesOverLimit?.(params) ?? false;
  try {
    admit(orders);
    return undefined;
  } catch (error) {
    if (goesOn && error instanceof Refusal) return error;
    throw error;
  }
}
