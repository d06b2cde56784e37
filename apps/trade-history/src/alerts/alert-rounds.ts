/** What no event tells: an order whose outcome has been unknown for too long, and alerts whose time or cause is over. */
import { unknownTooOld } from '@elvis/contracts';
import { LOG, Log, Rounds } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { millis, statement } from '../database/conditions';
import { Database } from '../database/database';
import { TradeHistoryConfig } from '../trade-history.config';
import { StoredAlerts } from './stored-alerts';
import { openAlert } from './alert-rows';

const EVERY_MS = 1_000;
const UNKNOWN = statement(
  `SELECT client_order_id AS "clientOrderId", symbol, ${millis('updated_at')} AS "sinceMs" FROM orders
    WHERE status = 'UNKNOWN' AND NOT is_released AND updated_at < now() - $1 * interval '1 millisecond'
      AND NOT EXISTS (SELECT FROM alerts WHERE kind = 'UNKNOWN_TOO_OLD' AND key = client_order_id
        AND resolved_at IS NULL)`,
);
const OVER = statement(
  `UPDATE alerts SET resolved_at = now() WHERE resolved_at IS NULL AND (ends_at <= now()
    OR (kind = 'UNKNOWN_TOO_OLD' AND NOT EXISTS (SELECT FROM orders WHERE client_order_id = key
      AND status = 'UNKNOWN' AND NOT is_released))) RETURNING id`,
);

interface UnknownOrder {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly sinceMs: number;
}

@Injectable()
export class AlertRounds implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds = new Rounds(() => this.round());

  constructor(
    private readonly database: Database,
    private readonly alerts: StoredAlerts,
    private readonly config: TradeHistoryConfig,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(EVERY_MS);
  }

  onModuleDestroy(): void {
    this.rounds.stop();
  }

  private async round(): Promise<number> {
    await this.database.untilMigrated();
    try {
      const over = await this.database.rows<{ id: string }>(OVER);
      const unknown = await this.database.rows<UnknownOrder & object>(UNKNOWN, [
        this.config.ALERT_UNKNOWN_AGE_MS,
      ]);
      const opened = await this.open(unknown);
      await this.alerts.tell([...over.map(({ id }) => id), ...opened]);
    } catch (error) {
      this.log.info(
        { reason: error instanceof Error ? error.message : error },
        'Alerts could not be looked through; the next look is in a second',
      );
    }
    return EVERY_MS;
  }

  private async open(orders: readonly UnknownOrder[]): Promise<readonly string[]> {
    if (orders.length === 0) return [];
    return this.database.transaction(async (client) => {
      const ids: string[] = [];
      for (const { clientOrderId, symbol, sinceMs } of orders) {
        const alert = unknownTooOld(clientOrderId, symbol, Date.now() - sinceMs);
        ids.push(...(await openAlert(client, alert, { time: new Date().toISOString() })));
      }
      return ids;
    });
  }
}
