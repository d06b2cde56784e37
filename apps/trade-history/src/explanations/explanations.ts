/**
 * The chain of an order from why it was wished to its last fill, out of the audit log; a bot's step is added for whoever
 * owns the bot. The same chain comes of whatever it is asked by.
 */
import {
  BotStepView,
  ExplainedChain,
  ExplainedStage,
  Explanation,
  GetExplanation,
  OrderChanged,
  OrderView,
} from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { BotConfigs } from '../bots/bot-configs';
import { ExplainedSteps } from '../bots/explained-steps';
import { statement } from '../database/conditions';
import { Database } from '../database/database';
import { ORDER_VIEWS_OF, toOrderView } from '../lists/orders';
import { FoundIds, StepName } from './found-ids';
import {
  Entry,
  Stage,
  decisionStages,
  isDecision,
  isRequest,
  orderStage,
  requestStage,
  stepStages,
} from './stages';

/** Before an order is made it is decided on, and its last entry comes soon after its last change. */
const BEFORE_MS = 60_000;
const AFTER_MS = 120_000;
const ENTRIES_AT_MOST = 500;
/** The log is kept by time: an order's entries lie between its making and its last change. */
const ENTRIES = statement(`SELECT seq::float8 AS seq, encode(hash, 'hex') AS hash, body FROM audit_log
  WHERE recorded_at >= $2::timestamptz AND recorded_at < $3::timestamptz AND strpos(body, $1) > 0
    AND (type LIKE 'elvis.event.order.%' OR type LIKE 'elvis.event.risk.%' OR type = 'elvis.event.request.audited')
  ORDER BY seq LIMIT ${ENTRIES_AT_MOST}`);
const STEP_OF_ORDER = statement(`SELECT run, step FROM bot_steps WHERE bot_config_id = $1
    AND due_at BETWEEN $3::timestamptz - interval '1 day' AND $3::timestamptz + interval '1 minute'
    AND intents @> jsonb_build_array(jsonb_build_object('clientOrderId', $2::text))
  ORDER BY run DESC, step DESC LIMIT 1`);
const DUE =
  statement(`SELECT floor(extract(epoch FROM coalesce(due_at, committed_at)) * 1000)::float8 AS "dueAtMs"
  FROM bot_steps WHERE bot_config_id = $1 AND run = $2 AND step = $3`);

@Injectable()
export class Explanations {
  constructor(
    private readonly database: Database,
    private readonly ids: FoundIds,
    private readonly steps: ExplainedSteps,
    private readonly configs: BotConfigs,
  ) {}

  /** @throws TradingFailure EXPLANATION_NOT_FOUND */
  async get({ id, owner }: GetExplanation): Promise<Explanation> {
    const found = await this.ids.find(id);
    if (!found) throw notFound(id);
    const step = found.step && (await this.ownStep(found.step, owner));
    if (found.step && !step) throw notFound(id);
    const orders = step ? step.view.orders : found.orders;
    const chains = await Promise.all(orders.map((order) => this.chainOf(order, owner)));
    if (step && orders.length === 0)
      chains.push(chain(null, nameOf(step.view), null, stepStages(step.view, step.dueAtMs, null)));
    if (chains.every(({ stages }) => stages.length === 0)) throw notFound(id);
    return { id, askedAs: found.askedAs, chains };
  }

  private async chainOf(clientOrderId: string, owner: string): Promise<ExplainedChain> {
    const [row] = await this.database.rows(ORDER_VIEWS_OF, [[clientOrderId]]);
    const order = row ? toOrderView(row) : undefined;
    const entries = await this.entriesOf(clientOrderId, order);
    const request = entries.find(isRequest);
    const decisions = entries.filter((entry) => isDecision(entry) && isOf(entry, clientOrderId));
    const events = entries.filter(
      (entry) => !isRequest(entry) && !isDecision(entry) && isOf(entry, clientOrderId),
    );
    const step = order && (await this.stepOf(order, owner));
    const stages: Stage[] = [
      ...(step ? stepStages(step.view, step.dueAtMs, clientOrderId) : []),
      ...(request && !step ? [requestStage(request)] : []),
      ...decisions.flatMap(decisionStages),
      ...events.sort((left, right) => revisionOf(left) - revisionOf(right)).map(orderStage),
    ];
    return chain(clientOrderId, step ? nameOf(step.view) : null, order ?? null, stages);
  }

  /** An order that was refused before it was one has no times of its own: its decision has. */
  private async entriesOf(clientOrderId: string, order: OrderView | undefined): Promise<readonly Entry[]> {
    const from = order?.createdAtMs ?? Date.now() - 86_400_000;
    const to = order?.updatedAtMs ?? Date.now();
    const rows = await this.database.rows<{ seq: number; hash: string; body: string }>(ENTRIES, [
      JSON.stringify(clientOrderId),
      new Date(from - BEFORE_MS).toISOString(),
      new Date(to + AFTER_MS).toISOString(),
    ]);
    return rows.map(({ seq, hash, body }) => ({ seq, hash, event: JSON.parse(body) as Entry['event'] }));
  }

  private async stepOf(
    { botConfigId, clientOrderId, createdAtMs }: OrderView,
    owner: string,
  ): Promise<ToldStep | undefined> {
    if (botConfigId === undefined) return undefined;
    const values = [botConfigId, clientOrderId, new Date(createdAtMs).toISOString()];
    const [at] = await this.database.rows<{ run: number; step: number }>(STEP_OF_ORDER, values);
    return at && this.ownStep({ botConfigId, ...at }, owner);
  }

  /** Undefined where the bot is somebody else's, or has no such step. */
  private async ownStep(name: StepName, owner: string): Promise<ToldStep | undefined> {
    const { botConfigId, run, step } = name;
    if (!(await this.configs.isOwn(botConfigId, owner))) return undefined;
    const [row] = await this.database.rows<{ dueAtMs: number }>(DUE, [botConfigId, run, step]);
    return row && { view: await this.steps.get({ ...name, owner }), dueAtMs: row.dueAtMs };
  }
}

interface ToldStep {
  readonly view: BotStepView;
  readonly dueAtMs: number;
}

const nameOf = ({ botConfigId, run, step }: BotStepView): string => `${botConfigId}:${run}:${step}`;

const revisionOf = ({ event }: Entry): number => (event.data as OrderChanged).revision;

const isOf = ({ event }: Entry, clientOrderId: string): boolean =>
  (event.data as Partial<OrderChanged>).order?.clientOrderId === clientOrderId;

function chain(
  clientOrderId: string | null,
  stepId: string | null,
  order: OrderView | null,
  stages: readonly Stage[],
): ExplainedChain {
  const timed = stages.map((stage, at): ExplainedStage => {
    const before = stages[at - 1];
    return { ...stage, since: before ? stage.atMs - before.atMs : null };
  });
  return { clientOrderId, stepId, order, stages: timed };
}

const notFound = (id: string): TradingFailure =>
  new TradingFailure(
    'EXPLANATION_NOT_FOUND',
    `The history has nothing under ${id}; check the id, or retry if it is new`,
  );
