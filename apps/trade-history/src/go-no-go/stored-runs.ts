/** Judgements as they are stored, and their papers. */
import { GoNoGoReport, sentence } from '@elvis/clearance';
import { GetGoNoGo, GoNoGoPaper, GoNoGoRun, ListGoNoGo, ReadGoNoGo, RunGoNoGo } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { PoolClient } from 'pg';
import { Conditions, millis, statement } from '../database/conditions';
import { Database } from '../database/database';

const PART_BYTES = 192 * 1024;
/** One that has not ended by then was lost with its process. */
const IS_LOST = `status = 'RUNNING' AND created_at < now() - interval '10 minutes'`;

const COLUMNS = `id, bot_config_id AS "botConfigId", owner, verdict, says, missing, days_missing AS "daysMissing",
  CASE WHEN ${IS_LOST} THEN 'FAILED' ELSE status END AS status,
  CASE WHEN ${IS_LOST} THEN 'The service ended while it judged; judge again' ELSE problem END AS problem,
  earliest_day AS "earliestDay", report_hash AS "reportHash",
  coalesce((SELECT jsonb_object_agg(gate, answer) FROM go_no_go_gates WHERE run_id = go_no_go_runs.id), '{}') AS answers,
  coalesce((SELECT jsonb_agg(jsonb_build_object('actor', actor, 'decision', decision, 'reason', reason,
    'atMs', ${millis('decided_at')}) ORDER BY decided_at) FROM go_no_go_decisions WHERE run_id = go_no_go_runs.id), '[]')
    AS deciders,
  (SELECT id FROM clearances WHERE run_id = go_no_go_runs.id) AS "clearanceId",
  ${millis('created_at')} AS "startedAtMs", ${millis('ended_at')} AS "endedAtMs"`;
const BEGIN = statement(
  `INSERT INTO go_no_go_runs (id, bot_config_id, owner, actor, status) VALUES ($1, $2, $3, $4, 'RUNNING')
    ON CONFLICT DO NOTHING RETURNING id`,
);
const FAIL = statement(
  `UPDATE go_no_go_runs SET status = 'FAILED', problem = $2, ended_at = now() WHERE id = $1`,
);
const FINISH = `UPDATE go_no_go_runs SET status = 'FINISHED', verdict = $2, says = $3, missing = $4, days_missing = $5,
  earliest_day = $6, report_hash = $7, bound = $8, min_notional = $9, symbol = $10, ended_at = now() WHERE id = $1`;
const PAPER = statement('SELECT packed FROM go_no_go_papers WHERE run_id = $1 AND paper = $2');

@Injectable()
export class StoredRuns {
  constructor(private readonly database: Database) {}

  /** Whether it was not there before. */
  async begin({ id, owner, actor, botConfigId }: RunGoNoGo): Promise<boolean> {
    const begun = await this.database.rows(BEGIN, [id, botConfigId ?? null, owner, actor]);
    return begun.length > 0;
  }

  async fail(id: string, problem: string): Promise<void> {
    await this.database.rows(FAIL, [id, problem.slice(0, 500)]);
  }

  /** In a transaction. */
  async finish(
    client: PoolClient,
    report: GoNoGoReport,
    reportHash: string,
    papers: readonly (readonly [GoNoGoPaper, Buffer])[],
  ): Promise<void> {
    const { runId: id, subject, gates } = report;
    await client.query(FINISH, [
      id,
      report.verdict,
      sentence(report),
      report.missing,
      report.daysMissing,
      report.earliestDay,
      reportHash,
      JSON.stringify(report.bound),
      subject.minNotional,
      subject.symbol,
    ]);
    for (const [place, gate] of gates.entries())
      await client.query('INSERT INTO go_no_go_gates (run_id, gate, place, answer) VALUES ($1, $2, $3, $4)', [
        id,
        gate.id,
        place,
        gate.answer,
      ]);
    for (const [paper, packed] of papers)
      await client.query('INSERT INTO go_no_go_papers (run_id, paper, packed) VALUES ($1, $2, $3)', [
        id,
        paper,
        packed,
      ]);
  }

  async list({ owner, botConfigId, limit }: ListGoNoGo): Promise<{ readonly items: readonly GoNoGoRun[] }> {
    const conditions = new Conditions().and('owner = ?', owner).and('bot_config_id = ?', botConfigId);
    const place = conditions.place(limit);
    const question = `SELECT ${COLUMNS} FROM go_no_go_runs ${conditions.where} ORDER BY created_at DESC LIMIT ${place}`;
    return { items: await this.database.rows<GoNoGoRun & object>(statement(question), conditions.values) };
  }

  /** @throws TradingFailure GO_NO_GO_NOT_FOUND */
  async get({ id, owner }: GetGoNoGo): Promise<GoNoGoRun> {
    const conditions = new Conditions().and('id = ?', id).and('owner = ?', owner);
    const question = statement(`SELECT ${COLUMNS} FROM go_no_go_runs ${conditions.where}`);
    const [found] = await this.database.rows<GoNoGoRun & object>(question, conditions.values);
    if (!found) throw notFound(id);
    return found;
  }

  /** @throws TradingFailure GO_NO_GO_NOT_FOUND */
  async read({
    paper,
    part,
    ...wish
  }: ReadGoNoGo): Promise<{ readonly parts: number; readonly data: string }> {
    await this.get(wish);
    const [row] = await this.database.rows<{ packed: Buffer }>(PAPER, [wish.id, paper]);
    if (!row) throw notFound(wish.id);
    return {
      parts: Math.max(1, Math.ceil(row.packed.length / PART_BYTES)),
      data: row.packed.subarray(part * PART_BYTES, (part + 1) * PART_BYTES).toString('base64'),
    };
  }
}

const notFound = (id: string): TradingFailure =>
  new TradingFailure('GO_NO_GO_NOT_FOUND', `There is no finished judgement ${id} that you may read`);
