/** How alerts are opened, counted, acknowledged and resolved. Each answers the ids of those that it changed. */
import { ALERT_KINDS, Alert, AlertAcknowledged, AlertEnd } from '@elvis/contracts';
import { PoolClient } from 'pg';
import { instant } from '../database/unnest';

export interface AlertSource {
  /** ISO 8601. */
  readonly time: string;
  readonly traceId?: string;
  readonly auditSeq?: number;
}

type Asks = Pick<PoolClient, 'query'>;

async function idsOf(client: Asks, text: string, values: readonly unknown[]): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(text, [...values]);
  return rows.map(({ id }) => id);
}

export const openAlert = (
  client: Asks,
  { kind, key, text, facts, endsAtMs }: Omit<Alert, 'id'>,
  { time, traceId, auditSeq }: AlertSource,
): Promise<string[]> =>
  idsOf(
    client,
    `INSERT INTO alerts (kind, severity, key, message, figures, created_at, last_at, trace_id, audit_seq, ends_at)
      VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9)
      ON CONFLICT (kind, key) WHERE resolved_at IS NULL DO UPDATE SET count = alerts.count + 1,
        last_at = greatest(alerts.last_at, EXCLUDED.last_at), message = EXCLUDED.message,
        figures = EXCLUDED.figures, ends_at = EXCLUDED.ends_at
      RETURNING id`,
    [
      kind,
      ALERT_KINDS[kind].severity,
      key,
      text,
      JSON.stringify(facts),
      time,
      traceId ?? null,
      auditSeq ?? null,
      endsAtMs === undefined ? null : instant(endsAtMs),
    ],
  );

/** A key that ends in a blank stands for all that begin with it. */
export const endAlerts = (client: Asks, { kinds, key }: AlertEnd, time: string): Promise<string[]> =>
  idsOf(
    client,
    `UPDATE alerts SET resolved_at = greatest(created_at, $3)
      WHERE resolved_at IS NULL AND kind = ANY ($1::text[])
        AND (key = $2 OR (right($2, 1) = ' ' AND starts_with(key, $2))) RETURNING id`,
    [kinds, key, time],
  );

/** What is over anyway is closed by it. The first acknowledgement stands. */
export const acknowledge = (
  client: Asks,
  { alertId, kind, actor, note, acknowledgedAtMs }: Omit<AlertAcknowledged, 'key'>,
): Promise<string[]> =>
  idsOf(
    client,
    `UPDATE alerts SET acknowledged_at = $2, acknowledged_by = $3, note = $4,
        resolved_at = CASE WHEN $5 THEN coalesce(resolved_at, $2) ELSE resolved_at END
      WHERE id = $1 AND acknowledged_at IS NULL RETURNING id`,
    [alertId, instant(acknowledgedAtMs), actor, note, ALERT_KINDS[kind].isOver],
  );
