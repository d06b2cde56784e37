/** The stored alerts: listed, acknowledged, and told to whoever listens when they change. */
import {
  ALERT_STATES,
  AcknowledgeAlert,
  AlertState,
  AlertView,
  ListAlerts,
  Page,
  alertAcknowledged,
  alertFeed,
} from '@elvis/contracts';
import { EventLog, NATS } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { JSONCodec, NatsConnection } from 'nats';
import { Conditions, millis, statement } from '../database/conditions';
import { Database } from '../database/database';
import { Keyed, keysetPage } from '../lists/keyset-page';
import { acknowledge } from './alert-rows';

const STATE = `CASE WHEN resolved_at IS NOT NULL THEN 'resolved' WHEN acknowledged_at IS NOT NULL THEN 'acknowledged'
  ELSE 'open' END`;
const COLUMNS = `id, kind, severity, ${STATE} AS state, key, message AS text, figures, count,
  ${millis('created_at')} AS "openedAtMs", ${millis('last_at')} AS "lastAtMs", trace_id AS "traceId",
  audit_seq::float8 AS "auditSeq", ${millis('acknowledged_at')} AS "acknowledgedAtMs",
  acknowledged_by AS "acknowledgedBy", note, ${millis('resolved_at')} AS "resolvedAtMs"`;
const OF_IDS = statement(`SELECT ${COLUMNS} FROM alerts WHERE id = ANY ($1::uuid[])`);
const CONDITIONS: Readonly<Record<AlertState, string>> = {
  open: 'resolved_at IS NULL AND acknowledged_at IS NULL',
  acknowledged: 'resolved_at IS NULL AND acknowledged_at IS NOT NULL',
  resolved: 'resolved_at IS NOT NULL',
};
const codec = JSONCodec<AlertView>();

@Injectable()
export class StoredAlerts {
  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
    @Inject(NATS) private readonly nats: NatsConnection,
  ) {}

  /** @throws TradingFailure MESSAGE_MALFORMED the cursor is none of ours */
  async list({ state, kind, cursor, limit }: ListAlerts): Promise<Page<AlertView>> {
    const conditions = new Conditions().and('kind = ?', kind);
    for (const one of ALERT_STATES) if (one === state) conditions.and(CONDITIONS[one]);
    const { rows, nextCursor } = await keysetPage<AlertView & Keyed>(this.database, {
      table: 'alerts',
      columns: COLUMNS,
      id: 'id',
      idField: 'id',
      conditions,
      direction: 'older',
      limit,
      ...(cursor !== undefined && { cursor }),
    });
    return { items: rows.map(({ keyMicros: _, ...alert }) => alert), nextCursor };
  }

  /**
   * The event is in the log before the row is committed: what happens to the commit, the log has the last word.
   *
   * @throws TradingFailure ALERT_NOT_FOUND
   */
  async acknowledge({ alertId, note, actor }: AcknowledgeAlert): Promise<AlertView> {
    const { kind, key } = await this.find(alertId);
    await this.database.transaction(async (client) => {
      const acknowledgement = { alertId, kind, actor, note, acknowledgedAtMs: Date.now() };
      if ((await acknowledge(client, acknowledgement)).length === 0) return;
      const id = `alert-acknowledged-${alertId}`;
      await this.events.publish(alertAcknowledged, { ...acknowledgement, key }, { id, actor });
    });
    await this.tell([alertId]);
    return this.find(alertId);
  }

  /** As they stand now, to whoever listens. */
  async tell(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    for (const alert of await this.database.rows<AlertView & object>(OF_IDS, [ids]))
      this.nats.publish(`${alertFeed.prefix}.${alert.id}`, codec.encode(alert));
  }

  private async find(alertId: string): Promise<AlertView> {
    const [alert] = await this.database.rows<AlertView & object>(OF_IDS, [[alertId]]);
    if (alert) return alert;
    throw new TradingFailure('ALERT_NOT_FOUND', `There is no alert ${alertId}; nothing was changed`);
  }
}
