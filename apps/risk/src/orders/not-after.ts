/**
 * Until when an order may be placed. Who sends one may have been frozen between writing and sending it, and what carries it
 * may hold it up: the time is judged on the exchange's clock, where the order is decided and again where it is sent.
 */
import { TradingFailure } from '@elvis/trading';

interface Dated {
  readonly clientOrderId: string;
  /** Exchange time; absent: whenever it comes. */
  readonly notAfterMs?: number;
}

export const isTooLate = ({ notAfterMs = Infinity }: Dated, exchangeNowMs: number): boolean =>
  exchangeNowMs > notAfterMs;

/** What an approval says. */
export const sendBy = ({ notAfterMs = Infinity }: Dated, sendByMs: number): number =>
  Math.min(sendByMs, notAfterMs);

export const tooLate = ({ clientOrderId, notAfterMs = 0 }: Dated): TradingFailure =>
  new TradingFailure(
    'ORDER_TOO_LATE',
    `Order ${clientOrderId} was to be sent until ${new Date(notAfterMs).toISOString()} and came later; nothing was sent and the id is free. Decide again on the market as it is now`,
    { context: { notAfterMs: `${notAfterMs}` } },
  );
