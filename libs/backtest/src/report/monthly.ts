/** What each month brought, by when positions were closed. */
import { Decimal } from '@elvis/trading';
import { Trade } from '../engine/position';
import { monthOf } from './utc';

export function monthly(
  trades: readonly Trade[],
): readonly { readonly month: string; readonly net: string; readonly trades: number }[] {
  const months = new Map<string, { net: Decimal; trades: number }>();
  for (const { closedAtMs, net } of trades) {
    const month = monthOf(closedAtMs);
    const row = months.get(month) ?? { net: new Decimal(0), trades: 0 };
    months.set(month, { net: row.net.plus(net), trades: row.trades + 1 });
  }
  return [...months].sort().map(([month, row]) => ({ month, net: row.net.toFixed(), trades: row.trades }));
}
