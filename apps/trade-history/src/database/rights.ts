/**
 * What the service may do with the history when it signs in as a role of its own: read everything, add to what is a
 * record, and change only what is not. Nothing it may delete or truncate; the audit log it may only extend.
 */
import { Client, escapeIdentifier } from 'pg';

/** Written once and never again. */
const RECORDS = [
  'audit_log',
  'audit_checkpoints',
  'backtest_trials',
  'bot_config_revisions',
  'bot_states',
  'candle_days',
  'candles',
  'dead_letters',
  'decisions',
  'equity_snapshots',
  'event_ids',
  'go_no_go_decisions',
  'go_no_go_gates',
  'go_no_go_papers',
  'income',
  'proofs',
  'recorded_prices',
  'superseded_orders',
  'trades',
];
/** What is known now, and is known differently later. */
const PRESENT = [
  'alerts',
  'orders',
  'statements',
  'users',
  'access_keys',
  'api_keys',
  'instruments',
  'books',
  'book_marks',
  'bot_configs',
  'bot_config_changes',
  'bot_runs',
  'bot_steps',
  'backtests',
  'clearance_events',
  'clearances',
  'go_no_go_runs',
];
/** The one row that says where the chain ends; the fees that find their price later, and what a fill closed. */
const COLUMNS = {
  audit_head: ['seq', 'hash', 'recorded_at'],
  trades: ['fee_quote', 'result', 'closes', 'own_result', 'own_closes'],
};

/** In one transaction: what was granted before and is not named any more is taken away. */
export async function grantRights(client: Client, serviceRole: string): Promise<void> {
  const role = escapeIdentifier(serviceRole);
  await client.query('BEGIN');
  for (const statement of [
    `REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${role}`,
    `GRANT USAGE ON SCHEMA public TO ${role}`,
    `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`,
    `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO ${role}`,
    `GRANT INSERT ON ${RECORDS.join(', ')} TO ${role}`,
    `GRANT INSERT, UPDATE ON ${PRESENT.join(', ')} TO ${role}`,
    ...Object.entries(COLUMNS).map(
      ([table, columns]) => `GRANT UPDATE (${columns.join(', ')}) ON ${table} TO ${role}`,
    ),
    `GRANT EXECUTE ON FUNCTION make_month_partition(text, date), drop_month_partition(text, date) TO ${role}`,
  ]) {
    await client.query(statement);
  }
  await client.query('COMMIT');
}

/** Whether this role could change the schema, as the one that owns it can. */
export async function isOwner(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ isOwner: boolean }>(
    `SELECT has_schema_privilege('public', 'CREATE') AS "isOwner"`,
  );
  return rows[0]?.isOwner === true;
}
