/** Times in microseconds, for the spot clients that ask for it: a bare number of thirteen digits is a time there. */
import { Refusal } from '@elvis/simulation';

/** An id is whatever a client called its question by, and may look like a time. */
const TIME = /(?<!"id")([:[,])(\d{13})(?=[,}\]])/g;
const CANDLE = /\[(\d{13}),((?:"[^"]*",){5})(\d{13}),/g;
/** The end of a candle on a stream. */
const CANDLE_END = /"T":(\d{13}),"s"/g;

/** @throws Refusal -1194 */
export function isMicroseconds(unit: string | null | undefined): boolean {
  const asked = (unit ?? 'MILLISECOND').toUpperCase();
  if (asked !== 'MICROSECOND' && asked !== 'MILLISECOND')
    throw new Refusal(-1194, 'Invalid value for time unit; expected either MICROSECOND or MILLISECOND.');
  return asked === 'MICROSECOND';
}

/** The same text with every time in microseconds; a candle ends with the last one of its span. */
export const inMicroseconds = (text: string): string =>
  text.replace(CANDLE, '[$1000,$2$3999,').replace(CANDLE_END, '"T":$1999,"s"').replace(TIME, '$1$2000');
