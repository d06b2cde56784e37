/** Backtests and their trials: a report may be hidden, a trial never goes. */
import { MigrationInterface, QueryRunner } from 'typeorm';

export class KeepBacktests1763700000060 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `CREATE TABLE backtests (
    id uuid PRIMARY KEY,
    owner text NOT NULL,
    strategy text NOT NULL,
    version integer NOT NULL,
    series text NOT NULL,
    code_hash text NOT NULL,
    params jsonb NOT NULL,
    data_hash text NOT NULL,
    rules_hash text NOT NULL,
    build_hash text NOT NULL,
    seed bigint NOT NULL,
    status text NOT NULL CHECK (status IN ('RUNNING', 'FINISHED', 'FAILED')),
    failure text,
    metrics jsonb,
    report text,
    report_hash text,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    hidden_at timestamptz
  )`,
  `CREATE INDEX backtests_owner ON backtests (owner, created_at DESC)`,
  `CREATE TABLE backtest_trials (
    backtest_id uuid NOT NULL,
    n integer NOT NULL,
    owner text NOT NULL,
    series text NOT NULL,
    params jsonb NOT NULL,
    per_period_sharpe numeric NOT NULL,
    audit_seq bigint NOT NULL,
    PRIMARY KEY (backtest_id, n)
  )`,
  `CREATE INDEX backtest_trials_series ON backtest_trials (owner, series)`,
];

const DOWN = ['DROP TABLE backtest_trials', 'DROP TABLE backtests'];
