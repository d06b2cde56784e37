/** What an id is of: it is looked for as an order's first, then as everything else that it may be. */
import { EXPLAINED_BY } from '@elvis/contracts';
import { Injectable } from '@nestjs/common';
import { statement } from '../database/conditions';
import { Database } from '../database/database';

export interface StepName {
  readonly botConfigId: string;
  readonly run: number;
  readonly step: number;
}

export interface Found {
  readonly askedAs: (typeof EXPLAINED_BY)[number];
  readonly orders: readonly string[];
  readonly step?: StepName;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const AUDIT_NUMBER = /^[1-9]\d{0,14}$/;
const STEP = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([1-9]\d{0,8}):([1-9]\d{0,8})$/;
const OF_ORDER = statement(`SELECT client_order_id AS id FROM orders WHERE client_order_id = $1
  UNION SELECT client_order_id FROM decisions WHERE client_order_id = $1`);
const OF_EXCHANGE = statement(`SELECT client_order_id AS id FROM orders WHERE exchange_order_id = $1`);
const OF_DECISION = statement('SELECT client_order_id AS id FROM decisions WHERE id = $1');
const OF_TRACE = statement(
  'SELECT DISTINCT client_order_id AS id FROM decisions WHERE trace_id = $1 LIMIT 20',
);
const OF_FILL = statement('SELECT client_order_id AS id FROM trades WHERE id = $1');
const OF_AUDIT = statement('SELECT body FROM audit_log WHERE seq = $1');

interface AuditedData {
  readonly order?: { readonly clientOrderId?: string };
  readonly fill?: { readonly clientOrderId?: string };
  readonly target?: string | null;
  readonly botConfigId?: string;
  readonly run?: number;
  readonly step?: number;
}

@Injectable()
export class FoundIds {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<Found | undefined> {
    const [, botConfigId, run, step] = STEP.exec(id) ?? [];
    if (botConfigId !== undefined)
      return { askedAs: 'step', orders: [], step: { botConfigId, run: Number(run), step: Number(step) } };
    return (
      (await this.by('order', OF_ORDER, id)) ??
      (UUID.test(id) ? await this.by('decision', OF_DECISION, id) : undefined) ??
      (await this.by('fill', OF_FILL, id)) ??
      (await this.by('trace', OF_TRACE, id)) ??
      (AUDIT_NUMBER.test(id) ? await this.ofAudit(Number(id)) : undefined) ??
      (await this.by('order', OF_EXCHANGE, id))
    );
  }

  private async by(
    askedAs: Found['askedAs'],
    looked: ReturnType<typeof statement>,
    id: string,
  ): Promise<Found | undefined> {
    const rows = await this.database.rows<{ id: string }>(looked, [id]);
    return rows.length > 0 ? { askedAs, orders: rows.map((row) => row.id) } : undefined;
  }

  private async ofAudit(seq: number): Promise<Found | undefined> {
    const [row] = await this.database.rows<{ body: string }>(OF_AUDIT, [seq]);
    if (!row) return undefined;
    const { data } = JSON.parse(row.body) as { readonly data: AuditedData };
    const named = data.order?.clientOrderId ?? data.fill?.clientOrderId ?? data.target;
    if (typeof named === 'string')
      return { ...(await this.by('order', OF_ORDER, named)), askedAs: 'audit', orders: [named] };
    const { botConfigId, run, step } = data;
    if (botConfigId === undefined || run === undefined || step === undefined) return undefined;
    return { askedAs: 'audit', orders: [], step: { botConfigId, run, step } };
  }
}
