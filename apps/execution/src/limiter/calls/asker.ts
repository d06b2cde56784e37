/**
 * Who wanted a call to the exchange: anyone who begins a piece of work names it once, and every call made in it,
 * however deep, is counted for it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

/** A part of this service by its work, or a question that another service asked. */
export type Asker =
  | 'orders'
  | 'reconciler'
  | 'account'
  | 'comparison'
  | 'account-mode'
  | 'user-stream'
  | 'leverage'
  | 'instruments'
  | 'dead-man'
  | 'stop'
  | 'clock'
  | 'limits'
  | 'account-query'
  | 'leverage-query'
  | 'position-query'
  | 'income-query'
  | 'depth-query'
  | 'candle-query'
  | 'exchange-read';

const askers = new AsyncLocalStorage<Asker>();

export const askedBy = <Result>(asker: Asker, work: () => Result): Result => askers.run(asker, work);

/** Where nobody has named the work it is that of an order: placing it, canceling it, finding it. */
export const currentAsker = (): Asker => askers.getStore() ?? 'orders';
