/** How good the results were, over windows that end now. A result is one order that closed something, net of fees. */
import {
  FigureFilter,
  GetRollingStats,
  Incomplete,
  StatsWindow,
  TradingStats,
  WindowStats,
} from '@elvis/contracts';
import { Decimal } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { DAY_MS, everyDay, ratiosOf } from '../domain/ratios';
import { DIGITS } from '../domain/lots';
import { resultFigures } from '../domain/result-figures';
import { millis, statement } from '../database/conditions';
import { daySums, leftOut, together } from './day-sums';
import { closesOf, realizedOf, resultOf, scopeOf, total } from './figure-scope';

interface ResultsRow {
  readonly results: number;
  readonly wins: number;
  readonly losses: number;
  readonly won: string;
  readonly lost: string;
  readonly averageResult: string | null;
  readonly largestWin: string | null;
  readonly largestLoss: string | null;
  readonly profitFactor: number | null;
  readonly netPnl: string;
  readonly maxDrawdown: string;
}

interface Daily {
  readonly results: readonly number[];
  readonly traded: number;
  readonly incomplete: readonly Incomplete[];
}

@Injectable()
export class RollingStats {
  constructor(private readonly database: Database) {}

  async of({ windows, ...filter }: GetRollingStats): Promise<{ readonly items: readonly WindowStats[] }> {
    const toMs = filter.toMs ?? Date.now();
    const items = await Promise.all(
      [...new Set(windows)].map(async (window) => {
        const fromMs = startOf(window, toMs, filter.fromMs);
        return {
          window,
          fromMs: fromMs ?? null,
          toMs,
          ...(await this.stats({ ...filter, fromMs, toMs })),
        };
      }),
    );
    return { items };
  }

  async stats(filter: FigureFilter): Promise<TradingStats> {
    const conditions = scopeOf(filter);
    const [[row], daily] = await Promise.all([
      this.database.rows<ResultsRow>(statement(resultsQuery(filter, conditions.where)), conditions.values),
      this.daily(filter),
    ]);
    const { results = 0, wins = 0, losses = 0, ...amounts } = row ?? ({} as Partial<ResultsRow>);
    return {
      results,
      wins,
      losses,
      ...resultFigures({
        results,
        wins,
        profitFactor: amounts.profitFactor ?? null,
        averageResult: amounts.averageResult ?? null,
      }),
      largestWin: amounts.largestWin ?? null,
      largestLoss: amounts.largestLoss ?? null,
      netPnl: amounts.netPnl ?? '0',
      ...ratiosOf(daily.results, daily.traded),
      maxDrawdown: amounts.maxDrawdown ?? '0',
      incomplete: daily.incomplete,
    };
  }

  /** From the first day of the window, or of the first fill, to its last day. */
  private async daily(filter: FigureFilter): Promise<Daily> {
    const days = await daySums(this.database, filter, millis('day'), realizedOf(filter));
    const incomplete = together(days.map(leftOut));
    const [first] = days;
    if (!first) return { results: [], traded: 0, incomplete };
    const results = new Map(
      days.map(({ key, realized, fees }) => [`${key}`, new Decimal(realized).minus(fees).toNumber()]),
    );
    const from =
      filter.fromMs === undefined ? Number(first.key) : Math.floor(filter.fromMs / DAY_MS) * DAY_MS;
    const to = Math.floor(((filter.toMs ?? Date.now()) - 1) / DAY_MS) * DAY_MS;
    return { results: everyDay(results, from, to, (dayMs) => `${dayMs}`), traded: days.length, incomplete };
  }
}

const resultsQuery = (scope: FigureFilter, where: string): string => `
  WITH per_order AS (
    SELECT client_order_id AS id, exchange_order_id AS number, max(created_at) AS at,
      sum(${resultOf(scope)} - coalesce(fee_quote, 0)) AS net, bool_or(${closesOf(scope)}) AS closes
    FROM trades ${where} GROUP BY market, symbol, client_order_id, exchange_order_id
  ), curve AS (
    SELECT *, sum(net) OVER (ORDER BY at, id, number) AS so_far FROM per_order
  ), peaks AS (
    SELECT *, greatest(0, max(so_far) OVER (ORDER BY at, id, number)) AS peak FROM curve
  )
  SELECT count(*) FILTER (WHERE closes)::float8 AS results,
    count(*) FILTER (WHERE closes AND net > 0)::float8 AS wins,
    count(*) FILTER (WHERE closes AND net < 0)::float8 AS losses,
    trim_scale(round(avg(net) FILTER (WHERE closes), ${DIGITS}))::text AS "averageResult",
    trim_scale(max(net) FILTER (WHERE closes AND net > 0))::text AS "largestWin",
    trim_scale(min(net) FILTER (WHERE closes AND net < 0))::text AS "largestLoss",
    (coalesce(sum(net) FILTER (WHERE closes AND net > 0), 0)
      / nullif(-sum(net) FILTER (WHERE closes AND net < 0), 0))::float8 AS "profitFactor",
    ${total('net')} AS "netPnl",
    trim_scale(coalesce(max(peak - so_far), 0))::text AS "maxDrawdown"
  FROM peaks`;

/** Undefined: from the first fill on. */
function startOf(window: StatsWindow, toMs: number, fromMs: number | undefined): number | undefined {
  if (window === 'all') return fromMs;
  const start = toMs - Number(window.slice(0, -1)) * DAY_MS;
  return fromMs === undefined ? start : Math.max(start, fromMs);
}
