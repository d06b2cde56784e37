/** Clearances: given by two people on a finished judgement, bound to what was judged, ended by time, change or a person. */
import { Decided, Decider, daysOf, decideOn, hashOf, limitedBy } from '@elvis/clearance';
import {
  Clearance,
  DecideGoNoGo,
  GoNoGoRun,
  ListClearances,
  RevokeClearance,
  clearanceRevoked,
  goNoGoDecided,
} from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { PoolClient } from 'pg';
import { Conditions, millis, statement } from '../database/conditions';
import { Database } from '../database/database';
import { TradeHistoryConfig } from '../trade-history.config';
import { ClearanceOutbox } from './clearance-outbox';
import { StoredRuns } from './stored-runs';

const DAY_MS = 86_400_000;
const INSTALLATION = 'installation';
const COLUMNS = `id, run_id AS "runId", bot_config_id AS "botConfigId", verdict, binding, bound, limits,
  array_remove(ARRAY[decided_by_1, decided_by_2], NULL) AS "decidedBy", ${millis('created_at')} AS "createdAtMs",
  ${millis('expires_at')} AS "expiresAtMs", ${millis('revoked_at')} AS "revokedAtMs", revoked_because AS "revokedBecause"`;
const ONE = statement(`SELECT ${COLUMNS} FROM clearances WHERE id = $1`);
const JUDGED = `SELECT bot_config_id AS "botConfigId", status, verdict, bound, min_notional AS "minNotional", symbol,
    EXISTS (SELECT 1 FROM clearances WHERE run_id = $1)
      OR EXISTS (SELECT 1 FROM go_no_go_decisions WHERE run_id = $1 AND decision = 'reject') AS "isDecided"
  FROM go_no_go_runs WHERE id = $1 FOR UPDATE`;

interface Judged {
  readonly botConfigId: string | null;
  readonly status: string;
  readonly verdict: string | null;
  readonly bound: Readonly<Record<string, string>>;
  readonly minNotional: string | null;
  readonly symbol: string | null;
  readonly isDecided: boolean;
}

@Injectable()
export class Clearances {
  constructor(
    private readonly database: Database,
    private readonly runs: StoredRuns,
    private readonly outbox: ClearanceOutbox,
    private readonly config: TradeHistoryConfig,
  ) {}

  /** @throws TradingFailure GO_NO_GO_NOT_FOUND, GO_NO_GO_NOT_DECIDABLE, ANOTHER_PERSON_REQUIRED */
  async decide({ id, decision, reason, actor, persons }: DecideGoNoGo): Promise<GoNoGoRun> {
    await this.database.transaction(async (client) => {
      // Locked: of two who decide at once the second sees the first.
      const judged = (await client.query<Judged>(JUDGED, [id])).rows[0];
      if (!judged) throw runNotFound(id);
      requireDecidable(judged);
      const { rows: before } = await client.query<Decider>(
        'SELECT actor, persons, decision FROM go_no_go_decisions WHERE run_id = $1 ORDER BY decided_at',
        [id],
      );
      const decided = decideOn(before, { actor, persons, decision }, this.config.GO_TWO_PERSON === 'true');
      requireOther(decided);
      await client.query(
        'INSERT INTO go_no_go_decisions (run_id, actor, persons, decision, reason) VALUES ($1, $2, $3, $4, $5)',
        [id, actor, persons, decision, reason],
      );
      const deciders = [...before, { actor }].map((each) => each.actor);
      const clearanceId = decided === 'cleared' ? await this.clear(client, id, judged, deciders) : null;
      const { botConfigId } = judged;
      const data = { runId: id, botConfigId, decision, reason, clearanceId, atMs: Date.now() };
      await this.outbox.write(client, goNoGoDecided, { id: `clearance.decided:${id}:${actor}`, actor, data });
    });
    this.outbox.soon();
    return this.runs.get({ id });
  }

  async list({ of }: ListClearances): Promise<{ readonly items: readonly Clearance[] }> {
    const conditions = new Conditions();
    if (of === INSTALLATION) conditions.and('bot_config_id IS NULL');
    else conditions.and('bot_config_id = ?', of);
    const question = `SELECT ${COLUMNS} FROM clearances ${conditions.where} ORDER BY created_at DESC, id LIMIT 1000`;
    return { items: await this.database.rows<Clearance & object>(statement(question), conditions.values) };
  }

  /** @throws TradingFailure CLEARANCE_NOT_FOUND */
  async revoke({ id, reason, actor }: RevokeClearance): Promise<Clearance> {
    await this.database.transaction(async (client) => {
      const { rows } = await client.query<{ botConfigId: string | null }>(
        `UPDATE clearances SET revoked_at = now(), revoked_because = $2 WHERE id = $1 AND revoked_at IS NULL
          RETURNING bot_config_id AS "botConfigId"`,
        [id, reason],
      );
      if (!rows[0]) return;
      const data = { clearanceId: id, ...rows[0], because: reason, atMs: Date.now() };
      await this.outbox.write(client, clearanceRevoked, { id: `clearance.revoked:${id}`, actor, data });
    });
    this.outbox.soon();
    const [found] = await this.database.rows<Clearance & object>(ONE, [id]);
    if (found) return found;
    throw new TradingFailure('CLEARANCE_NOT_FOUND', `There is no clearance ${id}; nothing was revoked`);
  }

  private async clear(
    client: PoolClient,
    runId: string,
    { botConfigId, verdict, bound, minNotional, symbol }: Judged,
    [first, second]: readonly string[],
  ): Promise<string> {
    const id = randomUUID();
    const isLimited = verdict === 'GO_LIMITED';
    const limits =
      isLimited && symbol !== null && minNotional !== null ? limitedBy(symbol, minNotional) : null;
    const days = daysOf(isLimited ? 'GO_LIMITED' : 'GO', this.config.GO_CLEARANCE_DAYS);
    await client.query(
      `INSERT INTO clearances (id, run_id, bot_config_id, verdict, binding, bound, limits, decided_by_1, decided_by_2,
        expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        id,
        runId,
        botConfigId,
        verdict,
        hashOf(bound),
        JSON.stringify(bound),
        limits && JSON.stringify(limits),
        first,
        second ?? null,
        new Date(Date.now() + days * DAY_MS).toISOString(),
      ],
    );
    return id;
  }
}

const runNotFound = (id: string): TradingFailure =>
  new TradingFailure('GO_NO_GO_NOT_FOUND', `There is no judgement ${id}; nothing was decided`);

function requireDecidable({ status, verdict, isDecided }: Judged): void {
  const isOpen = verdict === 'GO' || verdict === 'GO_LIMITED';
  if (status === 'FINISHED' && isOpen && !isDecided) return;
  throw new TradingFailure(
    'GO_NO_GO_NOT_DECIDABLE',
    `The judgement is ${verdict ?? status}${isDecided ? ' and decided already' : ''}; only GO and GO_LIMITED can be decided, once`,
    { context: { verdict } },
  );
}

function requireOther(decided: Decided): void {
  if (decided === 'same person')
    throw new TradingFailure(
      'ANOTHER_PERSON_REQUIRED',
      'This key, or a person behind it, has approved it already; nothing was decided. Another person has to approve it',
    );
  if (decided === 'unknown person')
    throw new TradingFailure(
      'ANOTHER_PERSON_REQUIRED',
      'It cannot be told who holds this key; nothing was decided. The second who approves is a user who signed in',
    );
}
