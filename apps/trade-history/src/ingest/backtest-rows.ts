/** Writes what events tell of backtests, whatever order they come in: what ended stays ended. */
import { BacktestStarted, BacktestTrial } from '@elvis/contracts';
import { PoolClient } from 'pg';
import { UnnestInsert, instant } from '../database/unnest';
import { BacktestFact } from './backtest-facts';

const TRIAL_INSERT = new UnnestInsert<
  BacktestTrial & Pick<BacktestStarted, 'backtestId' | 'owner' | 'series'> & { readonly auditSeq: number }
>(
  'backtest_trials',
  [
    { name: 'backtest_id', type: 'uuid', value: ({ backtestId }) => backtestId },
    { name: 'n', type: 'integer', value: ({ n }) => n },
    { name: 'owner', type: 'text', value: ({ owner }) => owner },
    { name: 'series', type: 'text', value: ({ series }) => series },
    { name: 'params', type: 'jsonb', value: ({ params }) => JSON.stringify(params) },
    { name: 'per_period_sharpe', type: 'numeric', value: ({ perPeriodSharpe }) => perPeriodSharpe },
    { name: 'audit_seq', type: 'bigint', value: ({ auditSeq }) => auditSeq },
  ],
  'ON CONFLICT DO NOTHING',
);

/** @param auditSeq where the event stands in the audit log: by it a trial that was taken away is missed */
export async function writeBacktest(client: PoolClient, fact: BacktestFact, auditSeq: number): Promise<void> {
  if (fact.what === 'deleted') {
    const { backtestId, deletedAtMs } = fact.data;
    await client.query('UPDATE backtests SET hidden_at = coalesce(hidden_at, $2) WHERE id = $1', [
      backtestId,
      instant(deletedAtMs),
    ]);
    return;
  }
  await upsert(client, fact);
  if (fact.what !== 'finished') return;
  const { backtestId, owner, series, trials } = fact.data;
  if (trials.length === 0) return;
  await client.query(
    TRIAL_INSERT.of(trials.map((trial) => ({ ...trial, backtestId, owner, series, auditSeq }))),
  );
}

const STATUS_AFTER = { started: 'RUNNING', finished: 'FINISHED', failed: 'FAILED' } as const;

async function upsert(client: PoolClient, fact: Exclude<BacktestFact, { what: 'deleted' }>): Promise<void> {
  const { data } = fact;
  const finished = fact.what === 'finished' ? fact.data : undefined;
  const failed = fact.what === 'failed' ? fact.data : undefined;
  const endedAtMs = finished?.finishedAtMs ?? failed?.failedAtMs;
  await client.query(
    `INSERT INTO backtests (id, owner, strategy, version, series, code_hash, params, data_hash, rules_hash, build_hash,
        seed, created_at, status, failure, metrics, report, report_hash, ended_at, evidence)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
      ON CONFLICT (id) DO UPDATE SET status = EXCLUDED.status, failure = EXCLUDED.failure,
        metrics = EXCLUDED.metrics, report = EXCLUDED.report, report_hash = EXCLUDED.report_hash,
        ended_at = EXCLUDED.ended_at, evidence = EXCLUDED.evidence, data_hash = EXCLUDED.data_hash
      WHERE EXCLUDED.status = 'FINISHED' OR (EXCLUDED.status IN ('FAILED', 'CANCELED') AND backtests.status = 'RUNNING')`,
    [
      data.backtestId,
      data.owner,
      data.strategy,
      data.version,
      data.series,
      data.codeHash,
      JSON.stringify(data.params),
      data.dataHash,
      data.rulesHash,
      data.buildHash,
      data.seed,
      instant(data.startedAtMs),
      failed?.isCanceled ? 'CANCELED' : STATUS_AFTER[fact.what],
      failed?.why ?? null,
      finished === undefined ? null : JSON.stringify(finished.metrics),
      finished?.report ?? null,
      finished?.reportHash ?? null,
      endedAtMs === undefined ? null : instant(endedAtMs),
      finished?.evidence === undefined ? null : JSON.stringify(finished.evidence),
    ],
  );
}
