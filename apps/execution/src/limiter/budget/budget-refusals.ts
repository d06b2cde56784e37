/** What a refusal of the script means to the caller. */
import { TradingFailure } from '@elvis/trading';
import { Refused } from './ledger-store';
import { SendRefusal } from './request-budget';

export const sendRefusalOf = (code: Refused['code']): SendRefusal =>
  code === 'QUEUED' ? 'BUDGET' : code === 'PROBE' ? 'FROZEN' : code;

export function failureOf({ code, waitMs = 500, endsAt, kind }: Refused): TradingFailure {
  const retryAfterMs = Math.max(1, Math.ceil(waitMs));
  if (code === 'CLOCK') {
    const text = 'The time of the exchange is unknown; nothing was sent. Retry';
    return new TradingFailure('CLOCK_UNCERTAIN', text, { retryAfterMs });
  }
  if (code === 'FROZEN' || code === 'PROBE') {
    return new TradingFailure(
      'VENUE_FROZEN',
      'The exchange has rate-limited this IP or account; nothing was sent. Retry when the limit ends',
      {
        retryAfterMs,
        context: { because: kind, untilMs: endsAt },
      },
    );
  }
  return new TradingFailure(
    'VENUE_BUDGET_SPENT',
    'The request budget that the exchange allows is used up; nothing was sent. Retry in a moment',
    { retryAfterMs },
  );
}
