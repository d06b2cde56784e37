/** How a configuration is written into its row and read again. */
import { BotConfigBody } from '@elvis/contracts';
import { millis } from '../database/conditions';

/** Those that a person decides, in the order of `bodyValues`. */
export const BODY_COLUMNS = [
  'name',
  'strategy',
  'market',
  'symbol',
  'interval',
  'capital',
  'parameters',
  'protections',
  'limits',
  'leverage',
  'mode',
] as const;

/** Nothing but what the body holds, with an object for each part that was left out. */
export const bodyOf = (body: BotConfigBody): BotConfigBody => ({
  name: body.name,
  strategy: body.strategy,
  market: body.market,
  symbol: body.symbol,
  interval: body.interval,
  initialCapital: body.initialCapital,
  parameters: body.parameters ?? {},
  protections: body.protections ?? {},
  limits: body.limits ?? {},
  leverage: body.leverage,
  mode: body.mode,
});

export function bodyValues(given: BotConfigBody): readonly unknown[] {
  const { name, strategy, market, symbol, interval, initialCapital, leverage, mode, ...parts } =
    bodyOf(given);
  const json = [parts.parameters, parts.protections, parts.limits].map((part) => JSON.stringify(part));
  return [name, strategy, market, symbol, interval, initialCapital, ...json, leverage, mode];
}

/** A row as `BotConfigView`. */
export const CONFIG_COLUMNS = `id, owner, short_code AS "shortCode", name, strategy, market, symbol, interval,
  trim_scale(capital)::text AS "initialCapital", parameters, protections, limits, leverage, mode,
  code_hash AS "codeHash", revision, signal_secret_hash IS NOT NULL AS "hasSignalSecret",
  ${millis('created_at')} AS "createdAtMs", ${millis('updated_at')} AS "updatedAtMs",
  ${millis('deleted_at')} AS "deletedAtMs"`;
