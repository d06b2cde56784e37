/**
 * Sealed minutes, split by month, each revision beside the ones before it; and what each day's comparison with the exchange
 * found, with a hash over the day that follows from the hash of the day before.
 */
import { MigrationInterface, QueryRunner } from 'typeorm';

export class KeepCandles1763700000030 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const makeMonthPartition = (parents: readonly string[]): string => `
  CREATE OR REPLACE FUNCTION make_month_partition(parent text, month date) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
      first date := date_trunc('month', month)::date;
    BEGIN
      IF parent NOT IN (${parents.map((parent) => `'${parent}'`).join(', ')}) THEN
        RAISE EXCEPTION '% is not split by month', parent USING ERRCODE = 'insufficient_privilege';
      END IF;
      PERFORM pg_advisory_xact_lock(hashtext(parent));
      EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
        parent || to_char(first, '_YYYY_MM'), parent,
        first || ' 00:00:00+00', (first + interval '1 month')::date || ' 00:00:00+00');
    END $$`;

const UP = [
  `CREATE TABLE candles (
    market text NOT NULL,
    symbol text NOT NULL,
    open_time timestamptz NOT NULL,
    revision integer NOT NULL,
    open numeric NOT NULL,
    high numeric NOT NULL,
    low numeric NOT NULL,
    close numeric NOT NULL,
    volume numeric NOT NULL,
    quote_volume numeric NOT NULL,
    trades bigint NOT NULL,
    first_id bigint,
    last_id bigint,
    sealed_by text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (market, symbol, open_time, revision)
  ) PARTITION BY RANGE (open_time)`,
  `CREATE TABLE candle_days (
    market text NOT NULL,
    symbol text NOT NULL,
    day date NOT NULL,
    candles integer NOT NULL,
    equal integer NOT NULL,
    differences jsonb NOT NULL,
    hash bytea NOT NULL,
    previous_hash bytea NOT NULL,
    compared_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (market, symbol, day)
  )`,
  makeMonthPartition(['trades', 'audit_log', 'candles']),
];

const DOWN = ['DROP TABLE candle_days', 'DROP TABLE candles', makeMonthPartition(['trades', 'audit_log'])];
