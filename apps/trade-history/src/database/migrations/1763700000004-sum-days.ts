/**
 * What the fills of each bot, day, market and symbol come to, kept by the database itself in the transaction that
 * writes the fills: whoever writes them, in whatever order, the sums are those of the rows that are there.
 */
import { MigrationInterface, QueryRunner } from 'typeorm';

export class SumDays1763700000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const AS_OWNER = 'SECURITY DEFINER SET search_path = public, pg_temp';
const KEY = 'bot_config_id, day, market, symbol';
const SUMS = ['trades', 'volume', 'realized', 'fees'];

/** The sums of `rows`; a row counts `sign` times. A fee that has no price yet counts once it has one. */
const sumsOf = (rows: string, sign = '1'): string => `
  SELECT bot_config_id, (created_at AT TIME ZONE 'UTC')::date AS day, market, symbol, sum(${sign}) AS trades,
    sum(${sign} * quote_quantity) AS volume, sum(${sign} * realized_pnl) AS realized,
    sum(${sign} * coalesce(fee_quote, 0)) AS fees
  FROM ${rows} GROUP BY 1, 2, 3, 4`;

/** In the order of the key, so that two writers never wait for each other in a circle. */
const add = (sums: string): string => `
  INSERT INTO trade_days AS kept (${KEY}, ${SUMS.join(', ')})
  SELECT ${KEY}, ${SUMS.join(', ')} FROM (${sums}) AS sums
  WHERE (${SUMS.join(', ')}) <> (0, 0, 0, 0) ORDER BY ${KEY}
  ON CONFLICT (${KEY}) DO UPDATE SET ${SUMS.map((sum) => `${sum} = kept.${sum} + EXCLUDED.${sum}`).join(', ')}`;

const CHANGED = `(SELECT 1 AS sign, * FROM added UNION ALL SELECT -1, * FROM removed) AS changed`;

/** As it was before, with what is done as a month of trades goes. */
const dropMonthPartition = (andThen = ''): string => `
  CREATE OR REPLACE FUNCTION drop_month_partition(parent text, month date) RETURNS boolean LANGUAGE plpgsql ${AS_OWNER} AS $$
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
      EXECUTE format('DROP TABLE %I', name);${andThen}
      RETURN true;
    END $$`;

const UP = [
  `CREATE TABLE trade_days (
    bot_config_id uuid,
    day date NOT NULL,
    market text NOT NULL,
    symbol text NOT NULL,
    trades bigint NOT NULL,
    volume numeric NOT NULL,
    realized numeric NOT NULL,
    fees numeric NOT NULL,
    UNIQUE NULLS NOT DISTINCT (${KEY})
  ) WITH (fillfactor = 80)`,
  `CREATE INDEX trade_days_day ON trade_days (day)`,
  `CREATE FUNCTION sum_trade_days() RETURNS trigger LANGUAGE plpgsql ${AS_OWNER} AS $$
    BEGIN
      IF TG_OP = 'INSERT' THEN ${add(sumsOf('added'))};
      ELSIF TG_OP = 'UPDATE' THEN ${add(sumsOf(CHANGED, 'sign'))};
      ELSIF TG_OP = 'DELETE' THEN ${add(sumsOf('removed', '-1'))};
      ELSE DELETE FROM trade_days;
      END IF;
      RETURN NULL;
    END $$`,
  // For the owner: what was there before this table, or was written around its triggers.
  `CREATE FUNCTION rebuild_trade_days() RETURNS void LANGUAGE plpgsql ${AS_OWNER} AS $$
    BEGIN
      LOCK TABLE trades IN SHARE ROW EXCLUSIVE MODE;
      DELETE FROM trade_days;
      ${add(sumsOf('trades'))};
    END $$`,
  `REVOKE EXECUTE ON FUNCTION sum_trade_days(), rebuild_trade_days() FROM PUBLIC`,
  `CREATE TRIGGER trades_added AFTER INSERT ON trades REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION sum_trade_days()`,
  `CREATE TRIGGER trades_changed AFTER UPDATE ON trades REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION sum_trade_days()`,
  `CREATE TRIGGER trades_removed AFTER DELETE ON trades REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION sum_trade_days()`,
  `CREATE TRIGGER trades_emptied AFTER TRUNCATE ON trades FOR EACH STATEMENT EXECUTE FUNCTION sum_trade_days()`,
  `SELECT rebuild_trade_days()`,
  dropMonthPartition(`
      IF parent = 'trades' THEN
        DELETE FROM trade_days WHERE day >= first AND day < (first + interval '1 month')::date;
      END IF;`),
];

const DOWN = [
  dropMonthPartition(),
  ...['added', 'changed', 'removed', 'emptied'].map((name) => `DROP TRIGGER trades_${name} ON trades`),
  'DROP FUNCTION rebuild_trade_days',
  'DROP FUNCTION sum_trade_days',
  'DROP TABLE trade_days',
];
