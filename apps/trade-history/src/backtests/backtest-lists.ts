/** One's own backtests and the trials of their series, as their events told of them. */
import { GetBacktest, ListBacktests, ListTrials, Page, StoredBacktest } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { Conditions, millis, statement } from '../database/conditions';
import { Database } from '../database/database';
import { Keyed, keysetPage } from '../lists/keyset-page';

const COLUMNS = `id, strategy, version, series, params AS parameters, seed::float8 AS seed, status, failure AS problem,
  metrics, code_hash AS "codeHash", data_hash AS "dataHash", rules_hash AS "rulesHash", build_hash AS "buildHash",
  report_hash AS "reportHash", ${millis('created_at')} AS "createdAtMs", ${millis('ended_at')} AS "endedAtMs",
  (SELECT count(*) FROM backtest_trials WHERE backtest_id = backtests.id)::float8 AS trials,
  (SELECT count(*) FROM backtest_trials AS of_series
    WHERE of_series.owner = backtests.owner AND of_series.series = backtests.series)::float8 AS "trialsOfSeries"`;
const ONE = statement(`SELECT ${COLUMNS} FROM backtests WHERE id = $1 AND owner = $2 AND hidden_at IS NULL`);
const TRIALS = statement(
  `SELECT per_period_sharpe::float8 AS sharpe FROM backtest_trials
    WHERE owner = $1 AND series = $2 AND backtest_id <> $3 ORDER BY audit_seq, n`,
);

@Injectable()
export class BacktestLists {
  constructor(private readonly database: Database) {}

  /** @throws TradingFailure MESSAGE_MALFORMED the cursor is none of ours */
  async list({ owner, strategy, cursor, limit }: ListBacktests): Promise<Page<StoredBacktest>> {
    const conditions = new Conditions();
    conditions.and('owner = ?', owner);
    conditions.and('hidden_at IS NULL');
    if (strategy !== undefined) conditions.and('strategy = ?', strategy);
    const { rows, nextCursor } = await keysetPage<StoredBacktest & Keyed>(this.database, {
      table: 'backtests',
      columns: COLUMNS,
      id: 'id',
      idField: 'id',
      conditions,
      direction: 'older',
      limit,
      ...(cursor !== undefined && { cursor }),
    });
    return { items: rows.map(({ keyMicros: _, ...item }) => item), nextCursor };
  }

  /** @throws TradingFailure BACKTEST_NOT_FOUND */
  async get({ id, owner }: GetBacktest): Promise<StoredBacktest> {
    const [found] = await this.database.rows<StoredBacktest & object>(ONE, [id, owner]);
    if (found) return found;
    throw new TradingFailure('BACKTEST_NOT_FOUND', `There is no backtest ${id} of yours`);
  }

  async trials({
    owner,
    series,
    exceptId,
  }: ListTrials): Promise<{ readonly perPeriodSharpes: readonly number[] }> {
    const rows = await this.database.rows<{ sharpe: number }>(TRIALS, [owner, series, exceptId]);
    return { perPeriodSharpes: rows.map(({ sharpe }) => sharpe) };
  }
}
