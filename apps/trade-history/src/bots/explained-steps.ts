/** One step, whole: what it knew and why it did what it did, and of each of its orders decision, fills and audit numbers. */
import { BotStepEffect, BotStepView, GetBotStep, RiskDecided } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { millis, statement } from '../database/conditions';
import { Database } from '../database/database';
import { ORDER_VIEWS_OF, toOrderView } from '../lists/orders';
import { TRADES_OF, TradeRecord, toTradeView } from '../lists/trades';
import { BotConfigs } from './bot-configs';
import { SUMMARY_COLUMNS } from './bot-lists';

const STEP = statement(`SELECT ${SUMMARY_COLUMNS}, coalesce(cause_id, '') AS "causeId", candle, signal,
    coalesce(${millis('decide_by')}, 0) AS "decideByMs", coalesce(inputs, '{}') AS inputs,
    coalesce(inputs_hash, '') AS "inputsHash", coalesce(intents, '[]') AS intents, coalesce(answers, '[]') AS answers
  FROM bot_steps WHERE bot_config_id = $1 AND step = $3
    AND run = coalesce($2::int, (SELECT max(run) FROM bot_steps WHERE bot_config_id = $1))`);
/** The newest decision of each order. */
const DECISIONS =
  statement(`SELECT DISTINCT ON (client_order_id) client_order_id AS id, id AS "decisionId", verdict
  FROM decisions WHERE client_order_id = ANY ($1::text[]) ORDER BY client_order_id, created_at DESC`);
/** The audit log is asked for the week behind the step: its entries are kept by when they were recorded. Entries whose events name one of these orders, from the step's time on. */
const AUDIT =
  statement(`SELECT seq::float8 AS seq, coalesce(body::jsonb #>> '{data,order,clientOrderId}', '') AS id
  FROM audit_log WHERE recorded_at >= $2::timestamptz AND recorded_at < $2::timestamptz + interval '7 days'
    AND (type LIKE 'elvis.event.order.%' OR type LIKE 'elvis.event.risk.%')
    AND body::jsonb #>> '{data,order,clientOrderId}' = ANY ($1::text[]) ORDER BY seq`);

type Step = Omit<BotStepView, 'effects'>;
type Verdict = Pick<RiskDecided, 'decisionId' | 'verdict'> & { readonly id: string };

@Injectable()
export class ExplainedSteps {
  constructor(
    private readonly database: Database,
    private readonly configs: BotConfigs,
  ) {}

  /** @throws TradingFailure BOT_NOT_FOUND, BOT_STEP_NOT_FOUND */
  async get({ botConfigId, owner, run, step }: GetBotStep): Promise<BotStepView> {
    await this.configs.requireOwn(botConfigId, owner);
    const [found] = await this.database.rows<Step & object>(STEP, [botConfigId, run ?? null, step]);
    if (!found)
      throw new TradingFailure(
        'BOT_STEP_NOT_FOUND',
        `The bot has no step ${step} in this run, or it is not stored yet; check it, or retry`,
      );
    return { ...found, effects: found.orders.length > 0 ? await this.effectsOf(found) : [] };
  }

  private async effectsOf({ orders, atMs }: Step): Promise<BotStepEffect[]> {
    const [views, trades, decisions, audited] = await Promise.all([
      this.database.rows(ORDER_VIEWS_OF, [orders]),
      this.database.rows<TradeRecord & object>(TRADES_OF, [orders]),
      this.database.rows<Verdict & object>(DECISIONS, [orders]),
      this.database.rows<{ seq: number; id: string }>(AUDIT, [orders, new Date(atMs - 60_000).toISOString()]),
    ]);
    const orderViews = views.map(toOrderView);
    const fills = trades.map(toTradeView);
    return orders.map((clientOrderId) => {
      const decision = decisions.find(({ id }) => id === clientOrderId);
      return {
        clientOrderId,
        decisionId: decision?.decisionId ?? null,
        verdict: decision?.verdict ?? null,
        order: orderViews.find((order) => order.clientOrderId === clientOrderId) ?? null,
        fills: fills.filter((fill) => fill.clientOrderId === clientOrderId),
        auditSeqs: audited.filter(({ id }) => id === clientOrderId).map(({ seq }) => seq),
      };
    });
  }
}
