/**
 * What lets the service sign in as a role that owns nothing: months are made and dropped by functions that act as the
 * owner, and only within what the owner allows.
 */
import { MigrationInterface, QueryRunner } from 'typeorm';

export class LeastRights1763700000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const AS_OWNER = 'SECURITY DEFINER SET search_path = public, pg_temp';

const UP = [
  // Whole months kept beside the present one; 0 keeps everything. Only the owner changes it.
  `CREATE TABLE retention_limits (
    table_name text PRIMARY KEY CHECK (table_name IN ('trades', 'audit_log')),
    months integer NOT NULL CHECK (months >= 0)
  )`,
  `INSERT INTO retention_limits VALUES ('trades', 0), ('audit_log', 0)`,
  `CREATE OR REPLACE FUNCTION make_month_partition(parent text, month date) RETURNS void LANGUAGE plpgsql ${AS_OWNER} AS $$
    DECLARE
      first date := date_trunc('month', month)::date;
    BEGIN
      IF parent NOT IN ('trades', 'audit_log') THEN
        RAISE EXCEPTION '% is not split by month', parent USING ERRCODE = 'insufficient_privilege';
      END IF;
      PERFORM pg_advisory_xact_lock(hashtext(parent));
      EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
        parent || to_char(first, '_YYYY_MM'), parent,
        first || ' 00:00:00+00', (first + interval '1 month')::date || ' 00:00:00+00');
    END $$`,
  // The clock is the newest entry's. A month of the audit log goes only behind a checkpoint and with entries after it.
  `CREATE FUNCTION drop_month_partition(parent text, month date) RETURNS boolean LANGUAGE plpgsql ${AS_OWNER} AS $$
    DECLARE
      first date := date_trunc('month', month)::date;
      name text := parent || to_char(first, '_YYYY_MM');
      kept integer;
      head record;
      ending bigint;
    BEGIN
      SELECT months INTO kept FROM retention_limits WHERE table_name = parent;
      SELECT seq, date_trunc('month', recorded_at AT TIME ZONE 'UTC') AS present INTO head FROM audit_head;
      IF kept IS NULL OR kept = 0 OR first >= head.present - kept * interval '1 month' THEN
        RETURN false;
      END IF;
      IF parent = 'audit_log' THEN
        EXECUTE format('SELECT max(seq) FROM %I', name) INTO ending;
        IF ending >= head.seq
          OR (ending IS NOT NULL AND NOT EXISTS (SELECT 1 FROM audit_checkpoints WHERE seq = ending)) THEN
          RETURN false;
        END IF;
      END IF;
      EXECUTE format('DROP TABLE %I', name);
      RETURN true;
    END $$`,
  `REVOKE EXECUTE ON FUNCTION make_month_partition(text, date), drop_month_partition(text, date) FROM PUBLIC`,
];

const DOWN = [
  'DROP FUNCTION drop_month_partition',
  'ALTER FUNCTION make_month_partition(text, date) SECURITY INVOKER RESET search_path',
  'GRANT EXECUTE ON FUNCTION make_month_partition(text, date) TO PUBLIC',
  'DROP TABLE retention_limits',
];
