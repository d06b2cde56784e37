/** What the structure's answer to a reservation means: a refusal with its numbers, a time to send by, or a failure. */
import { ExposureFigures, exposureLimits, checkExposure } from '@elvis/rules';
import { DenialCode, Refusal, TradingFailure } from '@elvis/trading';
import { Case } from './order-facts';
import { Charged, Reservation } from '../exposure/reserve-reply';

const PERMIT_WAIT_MS = 500;

export const figuresOf = (reservation: Reservation): ExposureFigures | undefined =>
  'figures' in reservation ? reservation.figures : undefined;

/** What it charged to its actor; nothing where it stood already. */
export const chargedOf = (reservation: Reservation): Charged | undefined =>
  reservation.kind === 'reserved' ? reservation.charged : undefined;

/** What the reservation's refusal means, with the numbers of the same rules; undefined if it is none. */
export function refusalOf(reservation: Reservation, { order, facts, limits }: Case): Refusal | undefined {
  switch (reservation.kind) {
    case 'halted':
      return { code: 'STATE_HALTED', context: { scope: 'global' } };
    case 'mark-missing':
      return { code: 'MARK_MISSING', context: { symbol: reservation.symbol } };
    case 'refused': {
      const stake = exposureLimits(limits, facts);
      const verdict = checkExposure(order, facts.state.state, reservation.figures, stake);
      // The script has refused it: should the numbers ever say otherwise, its word stands.
      return verdict.approved ? { code: reservation.code as DenialCode, context: {} } : verdict.denial;
    }
    default:
      return undefined;
  }
}

export function exchangeTimeOf(reservation: Reservation): number {
  switch (reservation.kind) {
    case 'reserved':
      return reservation.exchangeNowMs;
    case 'no-permit':
      throw new TradingFailure(
        'PERMIT_MISSING',
        'Trading has no valid permit at the moment; nothing was sent. Retry',
        {
          retryAfterMs: PERMIT_WAIT_MS,
        },
      );
    case 'other-epoch':
      throw new TradingFailure(
        'EPOCH_CHANGED',
        'The trading state changed during the check; nothing was sent. Retry',
        {
          retryAfterMs: PERMIT_WAIT_MS,
        },
      );
    case 'clock':
      throw new TradingFailure(
        'CLOCK_UNCERTAIN',
        `The clock of the exchange cannot be relied on (${reservation.why}); nothing was sent. Retry`,
        {
          retryAfterMs: 1_000,
        },
      );
    case 'rebuilding':
      throw new TradingFailure('STORE_REBUILDING', `Nothing was sent, because ${reservation.why}`, {
        retryAfterMs: 1_000,
      });
    case 'taken':
      throw new TradingFailure(
        'ORDER_ID_TAKEN',
        'An order with other content is being sent under this id; this one was not sent. Use another id',
      );
    case 'moved':
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        'The reservation of this order was being changed at the same time; the order is unchanged. Retry',
      );
    case 'halted':
    case 'refused':
    case 'mark-missing':
      throw new TypeError(
        `A refused reservation (${reservation.kind}) has no time to send by; this is a bug`,
      );
  }
}
