/** Steps as the history keeps them, bot by bot and run by run in the order of their numbers. */
import { StepIntent } from '@elvis/contracts';
import { Client } from 'pg';
import { Plan } from '../runner/plan';

export interface StoredStep {
  readonly botId: string;
  readonly run: number;
  readonly step: number;
  readonly cause: string;
  readonly inputs: Plan['inputs'];
  readonly inputsHash: string;
  readonly intents: readonly StepIntent[];
  readonly reasons: readonly string[];
  /** Why the strategy's hook came to no end; null: it did. */
  readonly failure: string | null;
  /** Of the strategy's file when the run began. */
  readonly codeHash: string | null;
}

export interface StepFilter {
  readonly botId: string | undefined;
  /** By when the step fell due; ISO 8601, the end exclusive. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

const PAGE = 500;
const STEPS = `SELECT bot_config_id AS "botId", run, step, cause, inputs, inputs_hash AS "inputsHash",
    coalesce(intents, '[]') AS intents, coalesce(reasons, '[]') AS reasons, failure, code_hash AS "codeHash"
  FROM bot_steps LEFT JOIN bot_runs USING (bot_config_id, run)
  WHERE inputs IS NOT NULL AND (bot_config_id, run, step) > ($1::uuid, $2, $3)
    AND ($4::uuid IS NULL OR bot_config_id = $4) AND ($5::timestamptz IS NULL OR due_at >= $5)
    AND ($6::timestamptz IS NULL OR due_at < $6)
  ORDER BY bot_config_id, run, step LIMIT ${PAGE}`;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

export async function* storedSteps(
  client: Client,
  { botId, from, to }: StepFilter,
): AsyncIterable<StoredStep> {
  for (let after: readonly [string, number, number] = [BEFORE_ALL, 0, 0]; ;) {
    const values = [...after, botId ?? null, from ?? null, to ?? null];
    const { rows } = await client.query<StoredStep>(STEPS, values);
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = [last.botId, last.run, last.step];
  }
}
