/** Sums of the days of a scope, grouped; each says what it had to leave out. */
import { Incomplete } from '@elvis/contracts';
import { Decimal } from '@elvis/trading';
import { QueryResultRow } from 'pg';
import { Database } from '../database/database';
import { statement } from '../database/conditions';
import { FigureScope, total } from './figure-scope';
import { tradeDays } from './trade-days';

export interface DaySum extends QueryResultRow {
  readonly key: string;
  readonly realized: string;
  /** By the account's average, whatever `realized` is by. */
  readonly accountRealized: string;
  readonly fees: string;
  readonly trades: number;
  readonly volume: string;
  readonly unconverted: readonly { readonly asset: string; readonly amount: string }[];
  readonly unbooked: number;
}

/** Of rows by fee asset, those whose price is not known. */
export const UNCONVERTED = `coalesce(jsonb_agg(jsonb_build_object('asset', fee_asset, 'amount', trim_scale(unconverted)::text)
  ORDER BY fee_asset) FILTER (WHERE unconverted <> 0), '[]') AS unconverted`;

/** Grouped by `key`, an expression on the columns of `trade_days`, in its order; what every fill left has no line. */
export async function daySums(
  database: Database,
  scope: FigureScope,
  key: string,
  realized: string,
): Promise<DaySum[]> {
  const values: unknown[] = [];
  return database.rows<DaySum>(
    statement(`SELECT key, ${total('realized')} AS realized, ${total('of_account')} AS "accountRealized",
        ${total('fees')} AS fees,
        sum(trades)::float8 AS trades, ${total('volume')} AS volume, sum(unbooked)::float8 AS unbooked,
        ${UNCONVERTED}
      FROM (SELECT ${key} AS key, fee_asset, sum(${realized}) AS realized, sum(realized) AS of_account, sum(fees) AS fees, sum(trades) AS trades,
          sum(volume) AS volume, sum(unbooked) AS unbooked, sum(unconverted) AS unconverted
        FROM ${tradeDays(scope, values)} AS days GROUP BY 1, 2) AS parts
      GROUP BY key HAVING sum(trades) > 0 ORDER BY key`),
    values,
  );
}

/** It is paid on the position that all bots share. */
export const FUNDING: Incomplete = { what: 'FUNDING', asset: null, amount: null };

/** What a sum in quote leaves out. */
export const leftOut = ({
  unconverted,
  unbooked,
}: Pick<DaySum, 'unconverted' | 'unbooked'>): Incomplete[] => [
  ...unconverted.map(({ asset, amount }): Incomplete => ({ what: 'FEES_UNCONVERTED', asset, amount })),
  ...(unbooked > 0 ? [{ what: 'FILLS_NOT_BOOKED', asset: null, amount: `${unbooked}` } as const] : []),
];

/** What several sums together leave out. */
export function together(parts: readonly (readonly Incomplete[])[]): Incomplete[] {
  const sums = new Map<string, Incomplete>();
  for (const part of parts.flat()) {
    const key = `${part.what} ${part.asset ?? ''}`;
    const known = sums.get(key);
    const amount =
      known?.amount && part.amount ? new Decimal(known.amount).plus(part.amount).toFixed() : part.amount;
    sums.set(key, { ...part, amount });
  }
  return [...sums.values()];
}
