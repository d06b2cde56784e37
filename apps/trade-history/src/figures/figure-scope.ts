/** Which fills a figure is about, as conditions on `trades`, and what each of them brought. */
import { FigureFilter } from '@elvis/contracts';
import { Conditions, asTime } from '../database/conditions';

export type FigureScope = FigureFilter;

export const scopeOf = (
  { market, symbol, botConfigId, fromMs, toMs }: FigureScope,
  values: unknown[] = [],
): Conditions =>
  new Conditions(values)
    .and('market = ?', market)
    .and('symbol = ?', symbol)
    .and('bot_config_id = ?', botConfigId)
    .and('created_at >= ?::timestamptz', asTime(fromMs))
    .and('created_at < ?::timestamptz', asTime(toMs));

/** A sum as a plain decimal without idle zeros; nothing summed is zero. */
export const total = (expression: string): string => `trim_scale(coalesce(sum(${expression}), 0))::text`;

/** By bot means by that bot's own lots; otherwise the account's average counts. */
export const isByOwnLots = ({ by, botConfigId }: { by?: string; botConfigId?: string }): boolean =>
  by === 'bot' || botConfigId !== undefined;

/** What a fill brought; one without results yet brought what the exchange tells. */
export const resultOf = (scope: { botConfigId?: string }): string =>
  `coalesce(${isByOwnLots(scope) ? 'own_result' : 'result'}, realized_pnl)`;

export const closesOf = (scope: { botConfigId?: string }): string =>
  `coalesce(${isByOwnLots(scope) ? 'own_closes' : 'closes'}, realized_pnl <> 0)`;

/** The same, of the sums of days. */
export const realizedOf = (scope: { by?: string; botConfigId?: string }): string =>
  isByOwnLots(scope) ? 'own_realized' : 'realized';

/** Who made a fill: a bot, or what is none. */
export const OWNER = `coalesce(bot_config_id::text, CASE origin WHEN 'elvis' THEN 'none' ELSE origin END)`;
