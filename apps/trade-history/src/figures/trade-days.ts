/**
 * Sums over any time without reading every fill: whole days (UTC) come from `trade_days`, which the database keeps in
 * step with the fills, and only the parts of a day at both ends from the fills themselves.
 */
import { DAY_MS } from '../domain/ratios';
import { Conditions, asTime } from '../database/conditions';
import { FigureScope, scopeOf } from './figure-scope';

/** The fills of `scope` as rows with the columns of `trade_days`. */
export function tradeDays(scope: FigureScope, values: unknown[]): string {
  const { whole, parts } = cut(scope);
  const rows = parts.map((part) => dayPart({ ...scope, ...part }, values));
  if (whole) rows.unshift(wholeDays({ ...scope, ...whole }, values));
  return `(${rows.length > 0 ? rows.join(' UNION ALL ') : wholeDays({ ...scope, fromMs: 0, toMs: 0 }, values)})`;
}

interface Range {
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** An end that is not given is open. */
export function cut({ fromMs, toMs }: Range): { readonly whole?: Range; readonly parts: readonly Range[] } {
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) return { parts: [] };
  const first = fromMs === undefined ? undefined : Math.ceil(fromMs / DAY_MS) * DAY_MS;
  const last = toMs === undefined ? undefined : Math.floor(toMs / DAY_MS) * DAY_MS;
  if (first !== undefined && last !== undefined && first > last) return { parts: [{ fromMs, toMs }] };
  return {
    ...((first === undefined || last === undefined || first < last) && {
      whole: { fromMs: first, toMs: last },
    }),
    parts: [
      ...(fromMs !== first ? [{ fromMs, toMs: first }] : []),
      ...(toMs !== last ? [{ fromMs: last, toMs }] : []),
    ],
  };
}

const wholeDays = ({ market, symbol, botConfigId, fromMs, toMs }: FigureScope, values: unknown[]): string => `
  SELECT bot_config_id, day, market, symbol, origin, fee_asset, trades, volume, realized, own_realized, fees,
    unconverted, unbooked FROM trade_days
  ${
    new Conditions(values)
      .and('market = ?', market)
      .and('symbol = ?', symbol)
      .and('bot_config_id = ?', botConfigId)
      .and('day >= ?::date', asTime(fromMs)?.slice(0, 10))
      .and('day < ?::date', asTime(toMs)?.slice(0, 10)).where
  }`;

const dayPart = (scope: FigureScope, values: unknown[]): string => `
  SELECT bot_config_id, (created_at AT TIME ZONE 'UTC')::date AS day, market, symbol, origin, fee_asset, 1 AS trades,
    quote_quantity AS volume, coalesce(result, realized_pnl) AS realized,
    coalesce(own_result, realized_pnl) AS own_realized, coalesce(fee_quote, 0) AS fees,
    CASE WHEN fee_quote IS NULL THEN fee ELSE 0 END AS unconverted,
    CASE WHEN own_result IS NULL THEN 1 ELSE 0 END AS unbooked
  FROM trades ${scopeOf(scope, values).where}`;
