/** One call of the REST interface: what it needs, what it costs, what it answers. */
import { Params } from './params';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** NONE is public, KEY wants the key alone, SIGNED wants key, timestamp and signature. */
type Security = 'NONE' | 'KEY' | 'SIGNED';

export interface Call {
  readonly params: Params;
  readonly account: string;
  /** The exchange's time when the call is executed. */
  readonly now: number;
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
  /** Whether the system's overload protection may refuse it. */
  readonly throttled?: (params: Params) => boolean;
}

/** A call that its account signs, with its weight or all that it costs. */
export const signed = (
  method: Method,
  path: string,
  cost: Route['weight'] | Pick<Route, 'weight' | 'orders' | 'weightWhenDone' | 'throttled'>,
  answer: Route['answer'],
): Route => {
  const costs = typeof cost === 'object' ? cost : { weight: cost };
  return { method, path, security: 'SIGNED', ...costs, answer };
};

/** A call that weighs less where it names this parameter. */
export const weightBy = (name: string, without: number, named: number) => (params: Params) =>
  params.get(name) === undefined ? without : named;
