/** How each bot did, by its trades; what it is called, if its configuration is here. */
import { BotPerformance, BotSummary, GetBotPerformance, ListBotSummaries } from '@elvis/contracts';
import { Decimal, ZERO } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { millis, statement } from './conditions';
import { NET, scopeOf, total } from './figure-scope';
import { PnlBreakdown } from './pnl-breakdown';
import { RollingStats } from './rolling-stats';

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
    const [[bot], pnl, stats, daily] = await Promise.all([
      this.database.rows<{ name: string; strategy: string; status: string | null }>(
        statement(`SELECT name, strategy, status FROM bot_configs
          LEFT JOIN (${LATEST_STATES}) AS states ON states.bot_config_id = id WHERE id = $1`),
        [botConfigId],
      ),
      this.pnl.of({ ...filter, by: 'symbol', method: 'average' }),
      this.stats.stats(filter),
      this.database.rows<{ day: string; net: string; firstMs: number; lastMs: number }>(
        statement(`SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, ${total(NET)} AS net,
            ${millis('min(created_at)')} AS "firstMs", ${millis('max(created_at)')} AS "lastMs"
          FROM trades ${conditions.where} GROUP BY 1 ORDER BY 1`),
        conditions.values,
      ),
    ]);
    let cumulative = ZERO;
    return {
      botConfigId,
      name: bot?.name ?? null,
      strategy: bot?.strategy ?? null,
      status: bot?.status ?? null,
      pnl: pnl.total,
      stats,
      firstTradeAtMs: daily[0]?.firstMs ?? null,
      lastTradeAtMs: daily.at(-1)?.lastMs ?? null,
      daily: daily.map(({ day, net }) => {
        cumulative = cumulative.plus(net);
        return { day, net, cumulative: cumulative.toFixed() };
      }),
    };
  }

  /** Every bot that is configured or has traded, the busiest first. */
  async summaries(filter: ListBotSummaries): Promise<{ readonly items: readonly BotSummary[] }> {
    const conditions = scopeOf(filter).and('bot_config_id IS NOT NULL');
    const rows = await this.database.rows<Omit<BotSummary, 'net' | 'funding' | 'unrealized'>>(
      statement(`SELECT coalesce(traded.bot, configs.id)::text AS "botConfigId", name, strategy, symbol, status,
          coalesce(realized, '0') AS realized, coalesce(fees, '0') AS fees, coalesce(trades, 0) AS trades,
          coalesce(volume, '0') AS volume, "lastTradeAtMs"
        FROM (SELECT bot_config_id AS bot, ${total('realized_pnl')} AS realized, ${total('fee_quote')} AS fees,
            count(*)::float8 AS trades, ${total('quote_quantity')} AS volume,
            ${millis('max(created_at)')} AS "lastTradeAtMs"
          FROM trades ${conditions.where} GROUP BY bot_config_id) AS traded
        FULL JOIN bot_configs AS configs ON configs.id = traded.bot
        LEFT JOIN (${LATEST_STATES}) AS states ON states.bot_config_id = configs.id
        ORDER BY trades DESC, 1`),
      conditions.values,
    );
    return {
      items: rows.map((row) => ({
        ...row,
        funding: null,
        net: new Decimal(row.realized).minus(row.fees).toFixed(),
        unrealized: null,
      })),
    };
  }
}
