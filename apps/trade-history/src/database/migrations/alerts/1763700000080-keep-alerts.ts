/** Alerts: of one kind and key one is open, and counts what comes while it is. */
import { MigrationInterface, QueryRunner } from 'typeorm';

export class KeepAlerts1763700000080 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE alerts');
  }
}

const UP = [
  `CREATE TABLE alerts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind text NOT NULL,
    severity text NOT NULL,
    key text NOT NULL,
    message text NOT NULL,
    figures jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    count integer NOT NULL DEFAULT 1,
    trace_id text,
    audit_seq bigint,
    ends_at timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by text,
    note text,
    resolved_at timestamptz
  )`,
  `CREATE UNIQUE INDEX alerts_open ON alerts (kind, key) WHERE resolved_at IS NULL`,
  `CREATE INDEX alerts_created ON alerts (created_at DESC, id DESC)`,
];
