/**
 * Bots: configurations with their revisions, and what the journal of bots tells of runs, states and steps. Rows that were
 * there before get an owner and a short code of their own.
 */
import { MigrationInterface, QueryRunner } from 'typeorm';

export class KeepBots1763700000040 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `ALTER TABLE bot_configs
    ADD COLUMN owner text NOT NULL DEFAULT 'key:unknown',
    ADD COLUMN short_code text COLLATE "C" NOT NULL DEFAULT substr(md5(gen_random_uuid()::text), 1, 6),
    ADD COLUMN interval text NOT NULL DEFAULT '1m',
    ADD COLUMN capital numeric NOT NULL DEFAULT 0,
    ADD COLUMN protections jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN limits jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN leverage integer NOT NULL DEFAULT 1,
    ADD COLUMN mode text NOT NULL DEFAULT 'paper',
    ADD COLUMN api_key_id uuid CHECK (api_key_id IS NULL),
    ADD COLUMN code_hash text NOT NULL DEFAULT '',
    ADD COLUMN revision integer NOT NULL DEFAULT 1,
    ADD COLUMN signal_secret_hash text,
    ADD COLUMN deleted_at timestamptz`,
  `UPDATE bot_configs SET owner = 'user:' || user_id WHERE user_id IS NOT NULL`,
  `UPDATE bot_configs AS older SET deleted_at = now() WHERE EXISTS (
    SELECT 1 FROM bot_configs AS newer WHERE newer.owner = older.owner AND newer.market = older.market
      AND newer.symbol = older.symbol AND (newer.created_at, newer.id) > (older.created_at, older.id))`,
  `CREATE UNIQUE INDEX bot_configs_short_code ON bot_configs (short_code)`,
  `CREATE UNIQUE INDEX bot_configs_live ON bot_configs (market, symbol, owner) WHERE deleted_at IS NULL`,
  `CREATE INDEX bot_configs_owner ON bot_configs (owner, created_at DESC)`,
  `CREATE TABLE bot_config_revisions (
    bot_config_id uuid NOT NULL REFERENCES bot_configs (id) ON DELETE CASCADE,
    revision integer NOT NULL,
    body jsonb NOT NULL,
    actor text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (bot_config_id, revision)
  )`,
  `CREATE TABLE bot_config_changes (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    bot_config_id uuid NOT NULL,
    owner text NOT NULL,
    revision integer NOT NULL,
    change text NOT NULL,
    actor text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    told_at timestamptz
  )`,
  `CREATE INDEX bot_config_changes_untold ON bot_config_changes (created_at) WHERE told_at IS NULL`,
  `CREATE TABLE bot_runs (
    id uuid PRIMARY KEY,
    bot_config_id uuid NOT NULL,
    run integer NOT NULL,
    revision integer NOT NULL,
    code_hash text NOT NULL,
    build text NOT NULL,
    clearance_id text,
    started_at timestamptz NOT NULL,
    started_by text NOT NULL,
    stopped_at timestamptz,
    stopped_by text,
    stop_mode text,
    remainder jsonb,
    UNIQUE (bot_config_id, run)
  )`,
  `ALTER TABLE bot_states DROP CONSTRAINT bot_states_bot_config_id_fkey,
    ADD COLUMN run integer NOT NULL DEFAULT 0,
    ADD COLUMN causes text[] NOT NULL DEFAULT '{}',
    ADD COLUMN reason text NOT NULL DEFAULT '',
    ADD COLUMN actor text NOT NULL DEFAULT '',
    ADD COLUMN sequence bigint`,
  `CREATE UNIQUE INDEX bot_states_record ON bot_states (bot_config_id, created_at, sequence)`,
  `CREATE TABLE bot_steps (
    bot_config_id uuid NOT NULL,
    run integer NOT NULL,
    step integer NOT NULL,
    cause text,
    cause_id text,
    candle jsonb,
    signal jsonb,
    due_at timestamptz,
    decide_by timestamptz,
    inputs jsonb,
    inputs_hash text,
    reasons jsonb,
    intents jsonb,
    answers jsonb,
    failure text,
    took_ms integer,
    late_ms integer,
    is_late boolean,
    committed_at timestamptz,
    PRIMARY KEY (bot_config_id, run, step)
  )`,
];

const DOWN = [
  'DROP TABLE bot_steps',
  'DROP INDEX bot_states_record',
  `ALTER TABLE bot_states DROP COLUMN run, DROP COLUMN causes, DROP COLUMN reason, DROP COLUMN actor,
    DROP COLUMN sequence`,
  'DELETE FROM bot_states WHERE bot_config_id NOT IN (SELECT id FROM bot_configs)',
  `ALTER TABLE bot_states ADD CONSTRAINT bot_states_bot_config_id_fkey
    FOREIGN KEY (bot_config_id) REFERENCES bot_configs (id) ON DELETE CASCADE`,
  'DROP TABLE bot_runs',
  'DROP TABLE bot_config_changes',
  'DROP TABLE bot_config_revisions',
  ...['bot_configs_owner', 'bot_configs_live', 'bot_configs_short_code'].map((name) => `DROP INDEX ${name}`),
  `ALTER TABLE bot_configs ${[
    'owner',
    'short_code',
    'interval',
    'capital',
    'protections',
    'limits',
    'leverage',
    'mode',
    'api_key_id',
    'code_hash',
    'revision',
    'signal_secret_hash',
    'deleted_at',
  ]
    .map((column) => `DROP COLUMN ${column}`)
    .join(', ')}`,
];
