/**
 * Where a page ended: the time and the id of a row. The time is carried as the database wrote it, to the
 * microsecond; through a JavaScript date rows would be skipped or told twice.
 */
export interface Cursor {
  readonly createdAt: string;
  readonly id: string;
}

/** The database knows no year 0. */
const TIME = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
/** Symbols, which are part of it, may be in any script. */
const ID = /^[^\s\p{Cc}]{1,100}$/u;

export const writeCursor = ({ createdAt, id }: Cursor): string => `${createdAt}~${id}`;

/** Microseconds since 1970 as a cursor has them. */
export const microTime = (micros: number): string => {
  const ms = Math.floor(micros / 1_000);
  return `${new Date(ms).toISOString().slice(0, -1)}${String(micros - ms * 1_000).padStart(3, '0')}Z`;
};

/** Undefined for text that no page of ours ever gave. */
export function readCursor(text: string): Cursor | undefined {
  const [createdAt = '', id = ''] = splitOnce(text);
  return TIME.test(createdAt) && isInCalendar(createdAt) && ID.test(id) ? { createdAt, id } : undefined;
}

/** February the 30th has the form of a day and is none. */
const isInCalendar = (time: string): boolean => {
  const ms = Date.parse(time);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(time.slice(0, 19));
};

const splitOnce = (text: string): string[] => {
  const at = text.indexOf('~');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
};
