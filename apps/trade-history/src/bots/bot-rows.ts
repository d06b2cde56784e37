/** How runs, states and steps of bots are written; what is told again changes nothing. */
import { BotRows, RunEnd, StepRow } from './bot-records';
import { ColumnOf, UnnestInsert, instant } from '../database/unnest';

type Run = BotRows['runs'][number];
type State = BotRows['states'][number];

const json = (value: unknown): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value);
const time = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : instant(ms));

export const RUN_INSERT = new UnnestInsert<Run>(
  'bot_runs',
  [
    { name: 'id', type: 'uuid', value: ({ record }) => record.runId },
    { name: 'bot_config_id', type: 'uuid', value: ({ botId }) => botId },
    { name: 'run', type: 'integer', value: ({ record }) => record.run },
    { name: 'revision', type: 'integer', value: ({ record }) => record.config.revision },
    { name: 'code_hash', type: 'text', value: ({ record }) => record.codeHash },
    { name: 'build', type: 'text', value: ({ record }) => record.build },
    { name: 'clearance_id', type: 'text', value: ({ record }) => record.clearanceId },
    { name: 'started_at', type: 'timestamptz', value: ({ record }) => instant(record.atMs) },
    { name: 'started_by', type: 'text', value: ({ record }) => record.actor },
  ],
  'ON CONFLICT DO NOTHING',
);

export const STATE_INSERT = new UnnestInsert<State>(
  'bot_states',
  [
    { name: 'bot_config_id', type: 'uuid', value: ({ botId }) => botId },
    { name: 'status', type: 'text', value: ({ record }) => record.state },
    { name: 'run', type: 'integer', value: ({ record }) => record.run },
    { name: 'causes', type: 'text[]', value: ({ record }) => `{${record.causes.join(',')}}` },
    { name: 'reason', type: 'text', value: ({ record }) => record.reason },
    { name: 'actor', type: 'text', value: ({ record }) => record.actor },
    {
      name: 'detail',
      type: 'jsonb',
      value: ({ record: { fault, stop } }) => JSON.stringify({ fault, stop }),
    },
    { name: 'sequence', type: 'bigint', value: ({ sequence }) => sequence },
    { name: 'created_at', type: 'timestamptz', value: ({ record }) => instant(record.atMs) },
  ],
  'ON CONFLICT DO NOTHING',
);

const STEP_COLUMNS: readonly ColumnOf<StepRow>[] = [
  { name: 'bot_config_id', type: 'uuid', value: ({ botId }) => botId },
  { name: 'run', type: 'integer', value: ({ run }) => run },
  { name: 'step', type: 'integer', value: ({ step }) => step },
  { name: 'cause', type: 'text', value: ({ due }) => due?.cause },
  { name: 'cause_id', type: 'text', value: ({ due }) => due?.causeId },
  { name: 'candle', type: 'jsonb', value: ({ due }) => json(due?.candle) },
  { name: 'signal', type: 'jsonb', value: ({ due }) => json(due?.signal) },
  { name: 'due_at', type: 'timestamptz', value: ({ due }) => time(due?.dueAtMs) },
  { name: 'decide_by', type: 'timestamptz', value: ({ due }) => time(due?.decideByMs) },
  { name: 'inputs', type: 'jsonb', value: ({ intents, commit }) => json(intents?.inputs ?? commit?.inputs) },
  { name: 'inputs_hash', type: 'text', value: ({ intents, commit }) => (intents ?? commit)?.inputsHash },
  { name: 'reasons', type: 'jsonb', value: ({ intents, commit }) => json((commit ?? intents)?.reasons) },
  { name: 'intents', type: 'jsonb', value: ({ intents }) => json(intents?.intents) },
  { name: 'answers', type: 'jsonb', value: ({ commit }) => json(commit?.answers) },
  { name: 'failure', type: 'text', value: ({ commit }) => commit?.failure },
  { name: 'took_ms', type: 'integer', value: ({ commit }) => commit && Math.round(commit.tookMs) },
  { name: 'late_ms', type: 'integer', value: ({ commit }) => commit && Math.round(commit.lateMs) },
  { name: 'is_late', type: 'boolean', value: ({ commit }) => commit?.isLate },
  { name: 'committed_at', type: 'timestamptz', value: ({ commit }) => time(commit?.atMs) },
];

export const STEP_INSERT = new UnnestInsert<StepRow>(
  'bot_steps',
  STEP_COLUMNS,
  `ON CONFLICT (bot_config_id, run, step) DO UPDATE SET ${STEP_COLUMNS.slice(3)
    .map(({ name }) => `${name} = coalesce(EXCLUDED.${name}, bot_steps.${name})`)
    .join(', ')}`,
);

const END_RUN = `UPDATE bot_runs SET stopped_at = $3, stopped_by = $4, stop_mode = $5, remainder = $6
  WHERE bot_config_id = $1 AND run = $2`;

export const endOf = ({ botId, record }: RunEnd): { text: string; values: unknown[] } => ({
  text: END_RUN,
  values: [
    botId,
    record.run,
    instant(record.atMs),
    record.actor,
    record.stop?.mode ?? null,
    json(record.stop?.remainder) ?? null,
  ],
});
