/** A cursor belongs to the source that made it; shown to the other one, it would skip or repeat orders. */
import { TradingFailure } from '@elvis/trading';

export type OrderSource = 'open' | 'stored';

export const writeCursor = (source: OrderSource, cursor: string | null): string | null =>
  cursor === null ? null : `${source}.${cursor}`;

/** @throws TradingFailure MESSAGE_MALFORMED it was made by the other source, or by nobody */
export function readCursor(source: OrderSource, cursor: string): string {
  if (cursor.startsWith(`${source}.`)) return cursor.slice(source.length + 1);
  throw new TradingFailure(
    'MESSAGE_MALFORMED',
    `Invalid cursor; use nextCursor of the previous page of ${source} orders`,
  );
}
