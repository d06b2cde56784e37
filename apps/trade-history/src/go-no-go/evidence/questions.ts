/** The questions of a judgement, as SQL. Of a period: `$1` the bot, `$2` its begin. */
import { millis } from '../../database/conditions';
import { closesOf, resultOf, total } from '../../figures/figure-scope';

const OWN = { botConfigId: 'own' };
const UTC_DAY = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD')`;

/** `$1` the bot, `$2` its code now: runs of the very same configuration, whatever its name and mode were. */
export const PERIOD = `SELECT to_char(min(r.started_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "from"
  FROM bot_runs r JOIN bot_config_revisions v ON v.bot_config_id = r.bot_config_id AND v.revision = r.revision
  WHERE r.bot_config_id = $1 AND r.code_hash = $2 AND v.body - 'mode' - 'name' = (
    SELECT newest.body - 'mode' - 'name' FROM bot_config_revisions newest
      WHERE newest.bot_config_id = $1 ORDER BY newest.revision DESC LIMIT 1)`;

export const AUDIT_RANGE = `SELECT min(seq)::float8 AS first, max(seq)::float8 AS last FROM audit_log
  WHERE recorded_at >= $1::timestamptz`;

export const PROOFS = `SELECT id, build, ${millis('ended_at')} AS "endedAtMs", mode, counts, broken,
    audit_seq::float8 AS "auditSeq"
  FROM proofs WHERE kind = $1 ORDER BY audit_seq`;

export const PROBLEMS = `SELECT 'orders whose outcome is unknown' AS what, count(*)::float8 AS count
    FROM orders WHERE status = 'UNKNOWN'
  UNION ALL SELECT 'messages that could not be stored', count(*)::float8 FROM dead_letters
  UNION ALL SELECT 'differences to the exchange within a day', count(*)::float8 FROM audit_log
    WHERE type = 'elvis.event.account.differed' AND recorded_at > now() - interval '1 day'
  ORDER BY what`;

/** `$1` the bot, `$2` since when: an order that the exchange was asked about for minutes and did not tell of. */
export const OLD_UNKNOWN = `SELECT client_order_id AS id FROM orders
  WHERE bot_config_id = $1 AND status = 'UNKNOWN' AND created_at >= $2::timestamptz
    AND created_at < now() - interval '5 minutes' ORDER BY created_at LIMIT 1`;

/** One row an order that closed something. */
export const TRADES = `SELECT client_order_id AS id, max(${millis('created_at')}) AS "closedAtMs",
    ${total(`${resultOf(OWN)} - coalesce(fee_quote, 0)`)} AS net
  FROM trades WHERE bot_config_id = $1 AND created_at >= $2::timestamptz
  GROUP BY market, symbol, client_order_id, exchange_order_id HAVING bool_or(${closesOf(OWN)})
  ORDER BY max(created_at), client_order_id`;

/** Days on which it took a step. */
export const PAPER_DAYS = `SELECT stepped.day, coalesce(brought.net, '0') AS net
  FROM (SELECT DISTINCT ${UTC_DAY('committed_at')} AS day FROM bot_steps
    WHERE bot_config_id = $1 AND committed_at >= $2::timestamptz) stepped
  LEFT JOIN (SELECT ${UTC_DAY('created_at')} AS day,
      ${total(`${resultOf(OWN)} - coalesce(fee_quote, 0)`)} AS net
    FROM trades WHERE bot_config_id = $1 AND created_at >= $2::timestamptz GROUP BY 1) brought USING (day)
  ORDER BY stepped.day`;

/** `$3` milliseconds of a candle. Between two steps on candles of one run no candle is left out. */
export const STEPS = `SELECT day, count(*)::float8 AS steps, (count(*) FILTER (WHERE is_late))::float8 AS late,
    coalesce(sum(greatest(0, (opened - before) / $3::float8 - 1)), 0)::float8 AS missed
  FROM (SELECT ${UTC_DAY('committed_at')} AS day, is_late, (candle->>'openTimeMs')::float8 AS opened,
      lag((candle->>'openTimeMs')::float8) OVER (PARTITION BY run ORDER BY step) AS before
    FROM bot_steps WHERE bot_config_id = $1 AND committed_at >= $2::timestamptz AND cause = 'candle') each_step
  GROUP BY day ORDER BY day`;

/** Each position that was told of as unprotected, until its next protection. */
export const UNPROTECTED = `SELECT "atMs", greatest(0, coalesce(ended, "atMs") - since) / 1000 AS seconds
  FROM (SELECT (body::jsonb #>> '{data,sinceMs}')::float8 AS since, (body::jsonb #>> '{data,atMs}')::float8 AS "atMs",
      type, lead((body::jsonb #>> '{data,atMs}')::float8) OVER (ORDER BY seq) AS ended
    FROM audit_log WHERE recorded_at >= $2::timestamptz AND body::jsonb #>> '{data,botConfigId}' = $1::text
      AND type IN ('elvis.event.bot.unprotected', 'elvis.event.bot.protected', 'elvis.event.bot.stopped')) told
  WHERE type = 'elvis.event.bot.unprotected' ORDER BY "atMs"`;

/** Nothing is lost by these: what was would be open, and counts with SAFE-5. */
export const INTERRUPTIONS = `SELECT CASE WHEN 'halt' = ANY (causes) THEN 'halt' ELSE 'feed-loss' END AS kind,
    ${millis('created_at')} AS "atMs", 0::float8 AS lost
  FROM bot_states WHERE bot_config_id = $1 AND created_at >= $2::timestamptz AND causes && ARRAY['halt', 'stale']
  ORDER BY created_at`;

/** `$3` market, `$4` symbol: close against open of each day it took a step on. */
export const MARKET_DAYS = `SELECT day, (last / first - 1)::float8 AS change
  FROM (SELECT ${UTC_DAY('open_time')} AS day, (array_agg(open ORDER BY open_time))[1] AS first,
      (array_agg(close ORDER BY open_time DESC))[1] AS last
    FROM (SELECT DISTINCT ON (open_time) open_time, open, close FROM candles
      WHERE market = $3 AND symbol = $4 AND open_time >= date_trunc('day', $2::timestamptz)
      ORDER BY open_time, revision DESC) newest GROUP BY 1) days
  WHERE day IN (SELECT ${UTC_DAY('committed_at')} FROM bot_steps WHERE bot_config_id = $1)
  ORDER BY day`;

export const BACKTESTS = `SELECT id, data_hash AS "dataHash", build_hash AS "buildHash", params, evidence FROM backtests
  WHERE strategy = $1 AND series = $2 AND code_hash = $3 AND status = 'FINISHED' AND evidence IS NOT NULL
    AND hidden_at IS NULL ORDER BY ended_at DESC`;

export const TRIALS = `SELECT backtest_id AS "backtestId", n::float8 AS n, per_period_sharpe::float8 AS "dailySharpe",
    audit_seq::float8 AS "auditSeq"
  FROM backtest_trials WHERE series = $1 ORDER BY audit_seq, n`;
