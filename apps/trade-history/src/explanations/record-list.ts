/** The newest of the audit log; of bots, those of who asks. */
import { ListRecord, RecordEntry } from '@elvis/contracts';
import { Injectable } from '@nestjs/common';
import { millis, statement } from '../database/conditions';
import { Database } from '../database/database';

const NEWEST =
  statement(`SELECT seq::float8 AS seq, encode(hash, 'hex') AS hash, type, ${millis('event_time')} AS "atMs",
    ${millis('recorded_at')} AS "recordedAtMs", actor, body::jsonb ->> 'traceId' AS "traceId",
    coalesce(body::jsonb #>> '{data,order,clientOrderId}', body::jsonb #>> '{data,name}',
      body::jsonb #>> '{data,target}', body::jsonb #>> '{data,symbol}') AS about
  FROM audit_log WHERE seq < $1 AND (type NOT LIKE 'elvis.event.bot.%' OR strpos(body, $2) > 0)
  ORDER BY seq DESC LIMIT $3`);

@Injectable()
export class RecordList {
  constructor(private readonly database: Database) {}

  async list({
    owner,
    before = Number.MAX_SAFE_INTEGER,
    limit,
  }: ListRecord): Promise<{ readonly items: readonly RecordEntry[] }> {
    const values = [before, `"owner":${JSON.stringify(owner)}`, limit];
    return { items: await this.database.rows<RecordEntry & object>(NEWEST, values) };
  }
}
