/** Which fills a figure is about, as conditions on `trades`. */
import { FigureFilter } from '@elvis/contracts';
import { Conditions, asTime } from './conditions';

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

/** Net of fees, those that could not be converted left out. */
export const NET = 'realized_pnl - coalesce(fee_quote, 0)';
