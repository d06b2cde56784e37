/** Judgements, what they rest on, and clearances. */
import { MigrationInterface, QueryRunner } from 'typeorm';

export class KeepClearances1763700000090 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  'ALTER TABLE backtests ADD COLUMN evidence jsonb',
  `CREATE TABLE proofs (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('rehearsal', 'testnet', 'drill', 'doctor')),
    build text NOT NULL,
    mode text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    counts jsonb NOT NULL,
    broken jsonb NOT NULL,
    audit_seq bigint NOT NULL
  )`,
  `CREATE TABLE go_no_go_runs (
    id uuid PRIMARY KEY,
    bot_config_id uuid,
    owner text NOT NULL,
    actor text NOT NULL,
    status text NOT NULL CHECK (status IN ('RUNNING', 'FINISHED', 'FAILED')),
    problem text,
    verdict text,
    says text,
    missing text[] NOT NULL DEFAULT '{}',
    days_missing integer,
    earliest_day text,
    report_hash text,
    bound jsonb,
    min_notional text,
    symbol text,
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz
  )`,
  'CREATE INDEX go_no_go_runs_created ON go_no_go_runs (created_at DESC)',
  `CREATE TABLE go_no_go_gates (
    run_id uuid NOT NULL REFERENCES go_no_go_runs (id),
    gate text NOT NULL,
    place integer NOT NULL,
    answer text NOT NULL CHECK (answer IN ('pass', 'fail', 'unknown')),
    PRIMARY KEY (run_id, gate)
  )`,
  `CREATE TABLE go_no_go_papers (
    run_id uuid NOT NULL REFERENCES go_no_go_runs (id),
    paper text NOT NULL,
    packed bytea NOT NULL,
    PRIMARY KEY (run_id, paper)
  )`,
  `CREATE TABLE go_no_go_decisions (
    run_id uuid NOT NULL REFERENCES go_no_go_runs (id),
    actor text NOT NULL,
    persons text[] NOT NULL,
    decision text NOT NULL CHECK (decision IN ('approve', 'reject')),
    reason text NOT NULL,
    decided_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, actor)
  )`,
  `CREATE TABLE clearances (
    id uuid PRIMARY KEY,
    run_id uuid NOT NULL UNIQUE REFERENCES go_no_go_runs (id),
    bot_config_id uuid,
    verdict text NOT NULL CHECK (verdict IN ('GO', 'GO_LIMITED')),
    binding text NOT NULL,
    bound jsonb NOT NULL,
    limits jsonb,
    decided_by_1 text NOT NULL,
    decided_by_2 text,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_because text
  )`,
  'CREATE INDEX clearances_bot ON clearances (bot_config_id, created_at DESC)',
  `CREATE TABLE clearance_events (
    id text PRIMARY KEY,
    type text NOT NULL,
    actor text NOT NULL,
    data jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    told_at timestamptz
  )`,
  'CREATE INDEX clearance_events_untold ON clearance_events (created_at) WHERE told_at IS NULL',
];

const DOWN = [
  'DROP TABLE clearance_events',
  'DROP TABLE clearances',
  'DROP TABLE go_no_go_decisions',
  'DROP TABLE go_no_go_papers',
  'DROP TABLE go_no_go_gates',
  'DROP TABLE go_no_go_runs',
  'DROP TABLE proofs',
  'ALTER TABLE backtests DROP COLUMN evidence',
];
