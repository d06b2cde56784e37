/**
 * When a signed request counts, by Binance's rule: less than a second ahead of the exchange's clock, and no older than
 * its window. The clock is the exchange's as Elvis knows it, so a wrong clock here or at the client's changes nothing
 * but what it must.
 */
import { Market } from '@elvis/trading';
import { Parameters, badData, illegal } from '../requests/parameters';
import { exactly, refused } from '../words/domain/words';
import { FrontRefusal } from '../words/front-refusal';

const AHEAD_MS = 1_000;
const DEFAULT_WINDOW_MS = 5_000;
const LONGEST_WINDOW_MS = 60_000;
/** A time of so many digits is in microseconds. */
const MICROSECOND_DIGITS = 16;

/**
 * @param nowMs the exchange's clock, with fractions
 * @returns until when the request counts
 * @throws FrontRefusal -1021, -1100, -1102, -1130, -1131
 */
export function countsUntilMs(parameters: Parameters, market: Market, nowMs: number): number {
  const timestamp = parameters.required('timestamp');
  if (!/^\d{1,16}$/.test(timestamp)) throw FrontRefusal.of(illegal('timestamp'));
  const sentMs = timestamp.length === MICROSECOND_DIGITS ? Number(timestamp) / 1_000 : Number(timestamp);
  const windowMs = windowOf(parameters, market);
  if (sentMs >= nowMs + AHEAD_MS)
    throw FrontRefusal.of(
      exactly(-1021, "Timestamp for this request was 1000ms ahead of the server's time."),
    );
  if (nowMs - sentMs > windowMs)
    throw FrontRefusal.of(exactly(-1021, 'Timestamp for this request is outside of the recvWindow.'));
  return sentMs + windowMs;
}

function windowOf(parameters: Parameters, market: Market): number {
  const text = parameters.get('recvWindow');
  if (text === undefined) return DEFAULT_WINDOW_MS;
  if (!/^\d{1,6}(\.\d{1,3})?$/.test(text)) throw FrontRefusal.of(illegal('recvWindow'));
  const windowMs = Number(text);
  if (windowMs <= LONGEST_WINDOW_MS) return windowMs;
  throw FrontRefusal.of(
    market === 'spot' ? refused(-1131, 'recvWindow must be less than 60000') : badData('recvWindow'),
  );
}
