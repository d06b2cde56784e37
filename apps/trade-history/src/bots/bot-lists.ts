/** Runs, states and steps of one's own bots, newest first, each page by the key of its last row. */
import {
  BotStepSummary,
  ListBotRuns,
  ListBotStateHistory,
  ListBotSteps,
  ListRunSteps,
  Page,
  RunStep,
  StoredBotRun,
  StoredBotState,
} from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { millis, statement } from '../database/conditions';
import { Database } from '../database/database';
import { BotConfigs } from './bot-configs';

const STATES =
  statement(`SELECT run, status AS state, causes, reason, actor, ${millis('created_at')} AS "atMs",
    coalesce(sequence, 0)::text AS key FROM bot_states
  WHERE bot_config_id = $1 AND ($2::bigint IS NULL OR sequence < $2) ORDER BY created_at DESC, sequence DESC LIMIT $3`);
const RUNS = statement(`SELECT id AS "runId", run, revision, code_hash AS "codeHash", build,
    ${millis('started_at')} AS "startedAtMs", started_by AS "startedBy", ${millis('stopped_at')} AS "stoppedAtMs",
    stopped_by AS "stoppedBy", stop_mode AS "stopMode", remainder, run::text AS key FROM bot_runs
  WHERE bot_config_id = $1 AND ($2::int IS NULL OR run < $2) ORDER BY run DESC LIMIT $3`);
/** A step as `BotStepSummary`. */
export const SUMMARY_COLUMNS = `bot_config_id AS "botConfigId", run, step, coalesce(cause, '') AS cause,
  (candle ->> 'openTimeMs')::float8 AS "candleOpenTimeMs", coalesce(${millis('coalesce(committed_at, due_at)')}, 0) AS "atMs",
  coalesce(reasons, '[]') AS reasons,
  ARRAY(SELECT intent ->> 'clientOrderId' FROM jsonb_array_elements(coalesce(intents, '[]')) AS intent) AS orders,
  coalesce(took_ms, 0) AS "tookMs", coalesce(late_ms, 0) AS "lateMs", coalesce(is_late, false) AS "isLate",
  failure`;
const STEPS = statement(`SELECT ${SUMMARY_COLUMNS}, run || '.' || step AS key FROM bot_steps
  WHERE bot_config_id = $1 AND ($2::int IS NULL OR (run, step) < ($2, $3)) AND ($5::int IS NULL OR run = $5)
  ORDER BY run DESC, step DESC LIMIT $4`);

const RUN_STEPS =
  statement(`SELECT step, coalesce(cause, '') AS cause, candle, coalesce(${millis('due_at')}, 0) AS "dueAtMs",
    coalesce(inputs, '{}') AS inputs, coalesce(reasons, '[]') AS reasons, coalesce(intents, '[]') AS intents,
    coalesce(answers, '[]') AS answers, coalesce(is_late, false) AS "isLate", failure FROM bot_steps
  WHERE bot_config_id = $1 AND run = $2 AND step > $3 AND committed_at IS NOT NULL ORDER BY step LIMIT $4`);
/** Of one answer: NATS carries a million bytes. */
const MOST_CHARACTERS = 400_000;

type WithKey<Item> = Item & { readonly key: string };

@Injectable()
export class BotLists {
  constructor(
    private readonly database: Database,
    private readonly configs: BotConfigs,
  ) {}

  /** @throws TradingFailure BOT_NOT_FOUND */
  async states({ botConfigId, owner, cursor, limit }: ListBotStateHistory): Promise<Page<StoredBotState>> {
    await this.configs.requireOwn(botConfigId, owner);
    const [before] = numbersOf(cursor, 1);
    return pageOf(await this.rows<StoredBotState>(STATES, [botConfigId, before, limit + 1]), limit);
  }

  /** @throws TradingFailure BOT_NOT_FOUND */
  async runs({ botConfigId, owner, cursor, limit }: ListBotRuns): Promise<Page<StoredBotRun>> {
    await this.configs.requireOwn(botConfigId, owner);
    const [before] = numbersOf(cursor, 1);
    return pageOf(await this.rows<StoredBotRun>(RUNS, [botConfigId, before, limit + 1]), limit);
  }

  /** @throws TradingFailure BOT_NOT_FOUND */
  async steps({ botConfigId, owner, cursor, limit, run }: ListBotSteps): Promise<Page<BotStepSummary>> {
    await this.configs.requireOwn(botConfigId, owner);
    const [beforeRun, beforeStep] = numbersOf(cursor, 2);
    const values = [botConfigId, beforeRun, beforeStep, limit + 1, run ?? null];
    return pageOf(await this.rows<BotStepSummary>(STEPS, values), limit);
  }

  async runSteps({ botConfigId, run, after, limit }: ListRunSteps): Promise<{ items: RunStep[] }> {
    const steps = await this.database.rows<RunStep & object>(RUN_STEPS, [botConfigId, run, after, limit]);
    let characters = 0;
    const items = steps.filter((step, at) => {
      characters += JSON.stringify(step).length;
      return at === 0 || characters <= MOST_CHARACTERS;
    });
    return { items };
  }

  private rows<Item>(text: typeof STEPS, values: unknown[]): Promise<WithKey<Item>[]> {
    return this.database.rows<WithKey<Item> & object>(text, values);
  }
}

function pageOf<Item>(rows: readonly WithKey<Item>[], limit: number): Page<Item> {
  const items = rows.slice(0, limit);
  const nextCursor = rows.length > limit ? (items.at(-1)?.key ?? null) : null;
  return { items: items.map(({ key: _, ...item }) => item as unknown as Item), nextCursor };
}

/** @throws TradingFailure MESSAGE_MALFORMED the cursor is none of ours */
function numbersOf(cursor: string | undefined, count: number): (number | null)[] {
  if (cursor === undefined) return Array.from({ length: count }, () => null);
  const numbers = cursor.split('.').map(Number);
  if (numbers.length === count && numbers.every((number) => Number.isSafeInteger(number) && number >= 0))
    return numbers;
  throw new TradingFailure('MESSAGE_MALFORMED', 'Invalid `cursor`; use `nextCursor` of the previous page');
}
