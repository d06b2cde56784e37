/** What trade-history has made of the events, held against them: each once, and every order and fill as they tell it. */
import { EventEnvelope, OrderChanged, requestAudited } from '@elvis/contracts';
import { Decimal } from '@elvis/trading';
import { Pool } from 'pg';
import { rebuildOrders } from '../../../apps/execution/src/programs/replay/rebuild';

type Envelope = EventEnvelope<OrderChanged>;

export class HistoryRows {
  constructor(private readonly pool: Pool) {}

  /** How the rows differ from all the events there are; of orders and fills those whose id begins like this. */
  async differences(prefix: string, events: readonly Envelope[]): Promise<string[]> {
    return [
      ...(await this.inAudit(events)),
      ...(await this.inOrders(prefix, events)),
      ...(await this.inDecisions(prefix, events)),
    ];
  }

  /** How often requests for this order were answered, by the audit records. */
  async audited(clientOrderId: string): Promise<number> {
    const rows = await this.rows(
      `SELECT count(*) AS n FROM audit_log WHERE type = $1 AND strpos(body, $2) > 0`,
      [requestAudited.type, clientOrderId],
    );
    return Number(rows[0]?.n);
  }

  private async inAudit(events: readonly Envelope[]): Promise<string[]> {
    const rows = await this.rows('SELECT event_id AS id, count(*) AS n FROM audit_log GROUP BY event_id');
    const stored = new Map(rows.map(({ id, n }) => [id, Number(n)]));
    const told = new Set(events.map(({ id }) => id));
    return [
      ...[...told].flatMap((id) => (stored.has(id) ? [] : [`event ${id} is not in the history`])),
      ...[...stored].flatMap(([id, n]) => (n === 1 ? [] : [`event ${id} is ${n} times in the history`])),
    ];
  }

  private async inOrders(prefix: string, events: readonly Envelope[]): Promise<string[]> {
    const like = [`${prefix}%`];
    const orders = await this.rows(
      `SELECT o.client_order_id AS id, o.status, o.filled_quantity AS filled, count(t.id) AS trades
         FROM orders o LEFT JOIN trades t USING (client_order_id)
        WHERE o.client_order_id LIKE $1 GROUP BY 1, 2, 3`,
      like,
    );
    const rows = new Map(
      orders.map(({ id, status, filled, trades }) => [
        id,
        textOf(status ?? '', filled ?? '0', Number(trades)),
      ]),
    );
    return [...rebuildOrders(events)].flatMap(([id, { view, tradeIds }]) => {
      if (!id.startsWith(prefix)) return [];
      const told = textOf(view.status, view.filledQuantity, tradeIds.size);
      const row = rows.get(id) ?? 'not there';
      return row === told ? [] : [`${id}: ${row} in the history, ${told} by the events`];
    });
  }

  private async inDecisions(prefix: string, events: readonly Envelope[]): Promise<string[]> {
    const rows = await this.rows('SELECT id FROM decisions WHERE client_order_id LIKE $1', [`${prefix}%`]);
    const decided = new Set(rows.map(({ id }) => id));
    return events.flatMap(({ id, data }) => {
      const { order, decisionId } = data as Partial<OrderChanged> & { readonly decisionId?: string };
      const isMissing =
        decisionId !== undefined && order?.clientOrderId.startsWith(prefix) && !decided.has(decisionId);
      return isMissing ? [`decision ${decisionId} of event ${id} is not in the history`] : [];
    });
  }

  private async rows(
    text: string,
    values: readonly string[] = [],
  ): Promise<readonly Readonly<Record<string, string>>[]> {
    return (await this.pool.query<Record<string, string>>(text, [...values])).rows;
  }
}

const textOf = (status: string, filled: string, trades: number): string =>
  `${status}, ${new Decimal(filled).toFixed()} filled in ${trades} trades`;
