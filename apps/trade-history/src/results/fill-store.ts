/** Reads the fills of a symbol in order and writes what each closed. */
import { Decimal } from '@elvis/trading';
import { PoolClient, QueryResultRow } from 'pg';
import { Results, Traded } from '../domain/position-fill';
import { textArray } from '../database/unnest';
import { CURSOR_TIME } from '../database/conditions';
import { SymbolKey, Place } from './lots-store';

export interface StoredFill extends Traded, Place, QueryResultRow {
  readonly result: string | null;
  readonly closes: boolean | null;
  readonly ownResult: string | null;
  readonly ownCloses: boolean | null;
}

export type BookedFill = StoredFill & { readonly results: Results };

/** The first that has no results. */
export async function firstUnbooked(
  client: PoolClient,
  { market, symbol }: SymbolKey,
): Promise<Place | undefined> {
  const { rows } = await client.query<Place & QueryResultRow>(
    `SELECT ${CURSOR_TIME} AS time, id FROM trades WHERE market = $1 AND symbol = $2 AND own_result IS NULL
      ORDER BY created_at, id LIMIT 1`,
    [market, symbol],
  );
  return rows[0];
}

export async function fillsAfter(
  client: PoolClient,
  { market, symbol }: SymbolKey,
  after: Place | undefined,
  limit: number,
): Promise<StoredFill[]> {
  const { rows } = await client.query<StoredFill>(
    `SELECT ${CURSOR_TIME} AS time, id, market, side, price, quantity, quote_quantity AS "quoteQuantity", fee,
        fee_asset AS "feeAsset", realized_pnl AS "realizedPnl", bot_config_id AS "botConfigId", origin,
        result, closes, own_result AS "ownResult", own_closes AS "ownCloses"
      FROM trades WHERE market = $1 AND symbol = $2
        ${after ? 'AND created_at >= $4::timestamptz AND (created_at, id) > ($4::timestamptz, $5)' : ''}
      ORDER BY created_at, id LIMIT $3`,
    [market, symbol, limit, ...(after ? [after.time, after.id] : [])],
  );
  return rows;
}

/** Only those that changed. */
export async function writeResults(client: PoolClient, fills: readonly BookedFill[]): Promise<void> {
  const changed = fills.filter(isChanged);
  const [first, last] = [changed[0], changed.at(-1)];
  if (!first || !last) return;
  await client.query(
    `UPDATE trades SET result = booked.result::numeric, closes = booked.closes::boolean,
        own_result = booked.own_result::numeric, own_closes = booked.own_closes::boolean
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
        AS booked (created_at, id, result, closes, own_result, own_closes)
      WHERE trades.created_at = booked.created_at::timestamptz AND trades.id = booked.id
        AND trades.created_at >= $7::timestamptz AND trades.created_at <= $8::timestamptz`,
    [
      textArray(changed.map(({ time }) => time)),
      textArray(changed.map(({ id }) => id)),
      textArray(changed.map(({ results }) => results.result.toFixed())),
      textArray(changed.map(({ results }) => results.closes)),
      textArray(changed.map(({ results }) => results.ownResult.toFixed())),
      textArray(changed.map(({ results }) => results.ownCloses)),
      first.time,
      last.time,
    ],
  );
}

const isChanged = ({ result, closes, ownResult, ownCloses, results }: BookedFill): boolean =>
  result === null ||
  ownResult === null ||
  !new Decimal(result).eq(results.result) ||
  !new Decimal(ownResult).eq(results.ownResult) ||
  closes !== results.closes ||
  ownCloses !== results.ownCloses;
