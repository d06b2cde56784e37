/** The tables of round one. Money is NUMERIC, times are timestamptz, trades and the audit log are split by month. */
import { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateHistory1763700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const PEOPLE = [
  `CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text NOT NULL,
    password_hash text NOT NULL,
    scopes text[] NOT NULL DEFAULT '{}',
    locale text,
    created_at timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz
  )`,
  `CREATE UNIQUE INDEX users_email ON users (lower(email))`,
  `CREATE TABLE access_keys (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name text NOT NULL,
    key_hash text NOT NULL,
    scopes text[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz
  )`,
  `CREATE UNIQUE INDEX access_keys_key_hash ON access_keys (key_hash)`,
  `CREATE INDEX access_keys_user_id ON access_keys (user_id)`,
  `CREATE TABLE api_keys (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    label text NOT NULL,
    market text NOT NULL,
    key_hint text NOT NULL,
    key_sealed bytea NOT NULL,
    secret_sealed bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
  )`,
  `CREATE INDEX api_keys_user_id ON api_keys (user_id)`,
  `CREATE TABLE bot_configs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid REFERENCES users (id) ON DELETE CASCADE,
    name text NOT NULL,
    strategy text NOT NULL,
    market text NOT NULL,
    symbol text NOT NULL,
    parameters jsonb NOT NULL DEFAULT '{}',
    is_enabled boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE INDEX bot_configs_user_id ON bot_configs (user_id)`,
  `CREATE TABLE bot_states (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    bot_config_id uuid NOT NULL REFERENCES bot_configs (id) ON DELETE CASCADE,
    status text NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE INDEX bot_states_bot_config_id ON bot_states (bot_config_id, created_at DESC)`,
];

const ORDER_COLUMNS = `
    client_order_id text COLLATE "C" NOT NULL,
    market text NOT NULL,
    symbol text NOT NULL,
    side text NOT NULL,
    type text NOT NULL,
    time_in_force text,
    quantity numeric NOT NULL,
    price numeric,
    stop_price numeric,
    callback_rate numeric,
    working_type text,
    reduce_only boolean,
    close_position boolean,
    bot_config_id uuid,
    filled_quantity numeric NOT NULL,
    average_price numeric,
    status text NOT NULL,
    code text,
    reason text,
    decision_id text NOT NULL,
    actor text NOT NULL,
    exchange_order_id text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    is_released boolean NOT NULL`;

const ORDERS = [
  `CREATE TABLE orders (${ORDER_COLUMNS}, PRIMARY KEY (client_order_id))`,
  `CREATE INDEX orders_created ON orders (created_at DESC, client_order_id DESC)`,
  `CREATE INDEX orders_symbol_created ON orders (symbol, created_at DESC, client_order_id DESC)`,
  `CREATE INDEX orders_bot_created ON orders (bot_config_id, created_at DESC, client_order_id DESC)`,
  `CREATE INDEX orders_status_created ON orders (status, created_at DESC, client_order_id DESC)`,
  `CREATE TABLE superseded_orders (${ORDER_COLUMNS}, superseded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (client_order_id, revision))`,
  `CREATE TABLE trades (
    id text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    trade_id text NOT NULL,
    market text NOT NULL,
    symbol text NOT NULL,
    client_order_id text NOT NULL,
    exchange_order_id text NOT NULL,
    side text NOT NULL,
    price numeric NOT NULL,
    quantity numeric NOT NULL,
    quote_quantity numeric NOT NULL,
    fee numeric NOT NULL,
    fee_asset text NOT NULL,
    fee_quote numeric,
    realized_pnl numeric NOT NULL,
    is_maker boolean NOT NULL,
    bot_config_id uuid,
    PRIMARY KEY (created_at, id)
  ) PARTITION BY RANGE (created_at)`,
  `CREATE INDEX trades_symbol_created ON trades (symbol, created_at DESC, id DESC)`,
  `CREATE INDEX trades_bot_created ON trades (bot_config_id, created_at DESC, id DESC)`,
  `CREATE INDEX trades_order ON trades (client_order_id)`,
  `CREATE TABLE decisions (
    id uuid PRIMARY KEY,
    client_order_id text NOT NULL,
    actor text NOT NULL,
    market text NOT NULL,
    symbol text NOT NULL,
    bot_config_id uuid,
    verdict text NOT NULL,
    denial_code text,
    denial jsonb,
    requested jsonb NOT NULL,
    inputs jsonb NOT NULL,
    denied_order jsonb,
    revision bigint,
    created_at timestamptz NOT NULL
  )`,
  `CREATE INDEX decisions_order ON decisions (client_order_id, created_at DESC)`,
  `CREATE INDEX decisions_bot_created ON decisions (bot_config_id, created_at DESC)`,
  `CREATE INDEX decisions_created ON decisions (created_at DESC)`,
  `CREATE TABLE equity_snapshots (
    market text NOT NULL,
    asset text NOT NULL,
    created_at timestamptz NOT NULL,
    wallet numeric NOT NULL,
    unrealized_pnl numeric NOT NULL,
    equity numeric NOT NULL,
    positions jsonb NOT NULL,
    PRIMARY KEY (market, asset, created_at)
  )`,
  `CREATE INDEX equity_snapshots_created ON equity_snapshots (created_at DESC)`,
];

const RECORD = [
  `CREATE TABLE event_ids (
    event_id text PRIMARY KEY,
    recorded_at timestamptz NOT NULL
  )`,
  `CREATE INDEX event_ids_recorded ON event_ids USING brin (recorded_at)`,
  `CREATE TABLE audit_log (
    seq bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    stream_sequence bigint NOT NULL,
    event_id text NOT NULL,
    type text NOT NULL,
    event_time timestamptz NOT NULL,
    actor text NOT NULL,
    body text NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (recorded_at, seq)
  ) PARTITION BY RANGE (recorded_at)`,
  `CREATE INDEX audit_log_seq ON audit_log (seq)`,
  `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
    END $$`,
  `CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
  `CREATE TABLE audit_head (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    seq bigint NOT NULL,
    hash bytea NOT NULL,
    recorded_at timestamptz NOT NULL
  )`,
  `INSERT INTO audit_head (seq, hash, recorded_at) VALUES (0, decode(repeat('00', 32), 'hex'), 'epoch')`,
  `CREATE TABLE audit_checkpoints (
    seq bigint PRIMARY KEY,
    hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    key_id text NOT NULL,
    signature bytea NOT NULL
  )`,
  `CREATE TABLE dead_letters (
    stream_sequence bigint PRIMARY KEY,
    subject text NOT NULL,
    event_id text,
    problem text NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE FUNCTION make_month_partition(parent text, month date) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
      first date := date_trunc('month', month)::date;
    BEGIN
      PERFORM pg_advisory_xact_lock(hashtext(parent));
      EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
        parent || to_char(first, '_YYYY_MM'), parent,
        first || ' 00:00:00+00', (first + interval '1 month')::date || ' 00:00:00+00');
    END $$`,
];

const UP = [...PEOPLE, ...ORDERS, ...RECORD];

const DOWN = [
  ...[
    'dead_letters',
    'audit_checkpoints',
    'audit_head',
    'audit_log',
    'event_ids',
    'equity_snapshots',
    'decisions',
    'trades',
    'superseded_orders',
    'orders',
    'bot_states',
    'bot_configs',
    'api_keys',
    'access_keys',
    'users',
  ].map((table) => `DROP TABLE ${table}`),
  'DROP FUNCTION refuse_change',
  'DROP FUNCTION make_month_partition',
];
