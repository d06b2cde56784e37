/** What the reserve script is asked: the request of `@elvis/rules` with what it needs of this Redis, as texts. */
import {
  CLOCK_DRIFT,
  MAX_CLOCK_AGE_MS,
  MAX_CLOCK_ERROR_MS,
  balancesSinceField,
  reservationField,
  walletField,
} from '@elvis/contracts';
import { Wanted as Asked, reserveRequest } from '@elvis/rules';
import { Reservation } from '@elvis/trading';
import { hash } from 'node:crypto';

export interface Wanted extends Omit<Asked, 'amending'> {
  /** The epoch of the view that the order was judged by. */
  readonly epoch: number;
  /** A change of an order that rests: the text of its reservation as it was read. */
  readonly amending?: string;
  /** Only judged: nothing is written. */
  readonly isTrial?: boolean;
}

/** @returns the request, and what the same order is called under any id where repeats are limited */
export function requestOf(
  { amending, epoch, isTrial, ...wanted }: Wanted,
  runId: string,
): { readonly request: object; readonly likeness?: string } {
  const held = amending === undefined ? undefined : (JSON.parse(amending) as Reservation);
  const { reservation, likeness, funds, ...asked } = reserveRequest({ ...wanted, amending: held });
  const order = digest(asked.order);
  const body = JSON.stringify(held ? reservation : { ...reservation, order });
  const request = {
    ...asked,
    runId,
    epoch: `${epoch}`,
    order,
    field: reservationField(asked.id),
    // What is new gets its time in the script.
    body: held ? body : `${body.slice(0, -1)},"atMs":`,
    amending: undefined,
    amend: amending,
    trial: isTrial,
    maxClockErrorMs: MAX_CLOCK_ERROR_MS,
    maxClockAgeMs: MAX_CLOCK_AGE_MS,
    clockDrift: CLOCK_DRIFT,
    ...(funds && {
      ...funds,
      since: balancesSinceField(wanted.content.market),
      wallet: walletField(wanted.content.market, funds.asset),
    }),
  };
  return { request, likeness: likeness && digest(likeness) };
}

/** Texts of any length as short names in Redis. */
export const digest = (text: string): string => hash('sha256', text, 'base64url').slice(0, 22);
