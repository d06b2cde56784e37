/** How each bot did, by its trades; what it is called, if its configuration is here. */
import { BotPerformance, BotSummary, GetBotPerformance, ListBotSummaries } from '@elvis/contracts';
import { Decimal, ZERO } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { BotConfig } from '../database/entities/bot-config.entity';
import { BotState } from '../database/entities/bot-state.entity';
import { millis, statement } from '../database/conditions';
import { DaySum, FUNDING, UNCONVERTED, leftOut } from './day-sums';
import { scopeOf, total } from './figure-scope';
import { PnlBreakdown } from './pnl-breakdown';
import { RollingStats } from './rolling-stats';
import { tradeDays } from './trade-days';

type SummaryRow = Pick<DaySum, 'unconverted' | 'unbooked'> &
  Omit<BotSummary, 'net' | 'funding' | 'other' | 'unrealized' | 'unrealizedAtMs' | 'incomplete'>;

const LATEST_STATES = `SELECT DISTINCT ON (bot_config_id) bot_config_id, status FROM bot_states
  ORDER BY bot_config_id, created_at DESC`;

@Injectable()
export class Bots {
  constructor(
    private readonly database: Database,
    private readonly pnl: PnlBreakdown,
    private readonly stats: RollingStats,
  ) {}

  async performance({ botConfigId, fromMs, toMs }: GetBotPerformance): Promise<BotPerformance> {
    const filter = { botConfigId, fromMs, toMs };
    const conditions = scopeOf(filter);
    const values: unknown[] = [];
    const [bot, state, pnl, stats, daily, [ends]] = await Promise.all([
      this.database.entities((entities) => entities.findOneBy(BotConfig, { id: botConfigId })),
      this.database.entities((entities) =>
        entities.findOne(BotState, { where: { botConfigId }, order: { createdAt: 'DESC' } }),
      ),
      this.pnl.of({ ...filter, by: 'symbol', method: 'average' }),
      this.stats.stats(filter),
      this.database.rows<{ day: string; net: string }>(
        statement(`SELECT to_char(day, 'YYYY-MM-DD') AS day, ${total('own_realized - fees')} AS net
          FROM ${tradeDays(filter, values)} AS days GROUP BY 1 HAVING sum(trades) > 0 ORDER BY 1`),
        values,
      ),
      this.database.rows<{ firstMs: number | null; lastMs: number | null }>(
        statement(`SELECT ${millis('min(created_at)')} AS "firstMs", ${millis('max(created_at)')} AS "lastMs"
          FROM trades ${conditions.where}`),
        conditions.values,
      ),
    ]);
    let cumulative = ZERO;
    return {
      botConfigId,
      name: bot?.name ?? null,
      strategy: bot?.strategy ?? null,
      status: (bot && state?.status) ?? null,
      pnl: pnl.total,
      stats,
      firstTradeAtMs: ends?.firstMs ?? null,
      lastTradeAtMs: ends?.lastMs ?? null,
      daily: daily.map(({ day, net }) => {
        cumulative = cumulative.plus(net);
        return { day, net, cumulative: cumulative.toFixed() };
      }),
    };
  }

  /** Every bot that is configured or has traded, the busiest first. */
  async summaries(filter: ListBotSummaries): Promise<{ readonly items: readonly BotSummary[] }> {
    const values: unknown[] = [];
    const days = tradeDays(filter, values);
    const lastDay = scopeOf(filter, values)
      .and('bot_config_id = traded.bot')
      .and(`created_at >= last_day::timestamp AT TIME ZONE 'UTC'`)
      .and(`created_at < (last_day + 1)::timestamp AT TIME ZONE 'UTC'`);
    const rows = await this.database.rows<SummaryRow>(
      statement(`SELECT coalesce(traded.bot, configs.id)::text AS "botConfigId", name, strategy, symbol, status,
          coalesce(realized, '0') AS realized, coalesce(fees, '0') AS fees, coalesce(trades, 0) AS trades,
          coalesce(volume, '0') AS volume, ${millis('last')} AS "lastTradeAtMs",
          coalesce(unconverted, '[]') AS unconverted, coalesce(unbooked, 0) AS unbooked
        FROM (SELECT bot, ${total('realized')} AS realized, ${total('fees')} AS fees, sum(trades)::float8 AS trades,
            ${total('volume')} AS volume, sum(unbooked)::float8 AS unbooked, max(last_day) AS last_day, ${UNCONVERTED}
          FROM (SELECT bot_config_id AS bot, fee_asset, sum(own_realized) AS realized, sum(fees) AS fees,
              sum(trades) AS trades, sum(volume) AS volume, sum(unbooked) AS unbooked,
              sum(unconverted) AS unconverted, max(day) FILTER (WHERE trades > 0) AS last_day
            FROM ${days} AS days WHERE bot_config_id IS NOT NULL GROUP BY 1, 2) AS parts
          GROUP BY bot HAVING sum(trades) > 0) AS traded
        LEFT JOIN LATERAL (SELECT max(created_at) AS last FROM trades ${lastDay.where}) AS ended ON true
        FULL JOIN bot_configs AS configs ON configs.id = traded.bot
        LEFT JOIN (${LATEST_STATES}) AS states ON states.bot_config_id = configs.id
        ORDER BY trades DESC, 1`),
      values,
    );
    return {
      items: rows.map(({ unconverted, unbooked, ...row }) => ({
        ...row,
        funding: null,
        other: null,
        net: new Decimal(row.realized).minus(row.fees).toFixed(),
        unrealized: null,
        unrealizedAtMs: null,
        incomplete: [...leftOut({ unconverted, unbooked }), FUNDING],
      })),
    };
  }
}
