/** How facts become rows. */
import { OrderView, RiskDecided } from '@elvis/contracts';
import { ChainedEntry } from '../audit/chain';
import { OrderFact } from './facts';
import { ColumnOf, UnnestInsert, instant, textArray } from '../database/unnest';

const orderColumn = (
  name: string,
  type: string,
  value: (order: OrderView) => unknown,
): ColumnOf<OrderFact> => ({
  name,
  type,
  value: ({ order }) => value(order),
});

const ORDER_COLUMNS: readonly ColumnOf<OrderFact>[] = [
  orderColumn('client_order_id', 'text', (order) => order.clientOrderId),
  orderColumn('market', 'text', (order) => order.market),
  orderColumn('symbol', 'text', (order) => order.symbol),
  orderColumn('side', 'text', (order) => order.side),
  orderColumn('type', 'text', (order) => order.type),
  orderColumn('time_in_force', 'text', (order) => order.timeInForce),
  orderColumn('quantity', 'numeric', (order) => order.quantity),
  orderColumn('price', 'numeric', (order) => order.price),
  orderColumn('stop_price', 'numeric', (order) => order.stopPrice),
  orderColumn('callback_rate', 'numeric', (order) => order.callbackRate),
  orderColumn('working_type', 'text', (order) => order.workingType),
  orderColumn('reduce_only', 'boolean', (order) => order.reduceOnly),
  orderColumn('close_position', 'boolean', (order) => order.closePosition),
  orderColumn('bot_config_id', 'uuid', (order) => order.botConfigId),
  orderColumn('filled_quantity', 'numeric', (order) => order.filledQuantity),
  orderColumn('average_price', 'numeric', (order) => order.averagePrice),
  orderColumn('status', 'text', (order) => order.status),
  orderColumn('code', 'text', (order) => order.code),
  orderColumn('reason', 'text', (order) => order.reason),
  orderColumn('decision_id', 'text', (order) => order.decisionId),
  orderColumn('actor', 'text', (order) => order.actor),
  orderColumn('exchange_order_id', 'text', (order) => order.exchangeOrderId),
  orderColumn('origin', 'jsonb', (order) => order.origin && JSON.stringify(order.origin)),
  orderColumn('created_at', 'timestamptz', (order) => instant(order.createdAtMs)),
  orderColumn('updated_at', 'timestamptz', (order) => instant(order.updatedAtMs)),
  { name: 'revision', type: 'bigint', value: ({ revision }) => revision },
  { name: 'is_released', type: 'boolean', value: ({ isReleased }) => isReleased },
];

const ORDER_CHANGES = ORDER_COLUMNS.slice(1)
  .map(({ name }) => `${name} = EXCLUDED.${name}`)
  .join(', ');

/** The highest revision stays, whatever order they come in. */
export const ORDER_INSERT = new UnnestInsert<OrderFact>(
  'orders',
  ORDER_COLUMNS,
  `ON CONFLICT (client_order_id) DO UPDATE SET ${ORDER_CHANGES} WHERE orders.revision < EXCLUDED.revision`,
);

const ORDER_COLUMN_NAMES = ORDER_COLUMNS.map(({ name }) => name).join(', ');

/** Keeps a closed order whose id is used by another one now: an id is unique only until some time after the close. */
export const KEEP_SUPERSEDED = {
  name: 'keep-superseded-orders',
  text: `INSERT INTO superseded_orders (${ORDER_COLUMN_NAMES})
    SELECT ${ORDER_COLUMN_NAMES.replace(/(\w+)/g, 'o.$1')}
    FROM orders o
    JOIN unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS n (id, revision, decision, created)
      ON n.id = o.client_order_id
    WHERE NOT o.is_released AND o.status IN ('FILLED', 'CANCELED', 'REJECTED', 'EXPIRED', 'DENIED')
      AND n.revision::bigint > o.revision AND n.decision <> o.decision_id AND n.created::timestamptz > o.updated_at
    ON CONFLICT DO NOTHING
    RETURNING client_order_id`,
};

export const supersededValues = (facts: readonly OrderFact[]): unknown[] => [
  textArray(facts.map(({ order }) => order.clientOrderId)),
  textArray(facts.map(({ revision }) => revision)),
  textArray(facts.map(({ order }) => order.decisionId)),
  textArray(facts.map(({ order }) => instant(order.createdAtMs))),
];

export const DECISION_INSERT = new UnnestInsert<RiskDecided & { readonly traceId: string }>(
  'decisions',
  [
    { name: 'id', type: 'uuid', value: ({ decisionId }) => decisionId },
    { name: 'client_order_id', type: 'text', value: ({ order }) => order.clientOrderId },
    { name: 'actor', type: 'text', value: ({ actor }) => actor },
    { name: 'market', type: 'text', value: ({ order }) => order.market },
    { name: 'symbol', type: 'text', value: ({ order }) => order.symbol },
    { name: 'bot_config_id', type: 'uuid', value: ({ order }) => order.botConfigId },
    { name: 'verdict', type: 'text', value: ({ verdict }) => verdict },
    { name: 'denial_code', type: 'text', value: ({ denial }) => denial?.code },
    { name: 'denial', type: 'jsonb', value: ({ denial }) => denial && JSON.stringify(denial) },
    { name: 'requested', type: 'jsonb', value: ({ order }) => JSON.stringify(order) },
    { name: 'inputs', type: 'jsonb', value: ({ inputs }) => JSON.stringify(inputs) },
    {
      name: 'denied_order',
      type: 'jsonb',
      value: ({ deniedOrder }) => deniedOrder && JSON.stringify(deniedOrder),
    },
    { name: 'revision', type: 'bigint', value: ({ revision }) => revision },
    { name: 'trace_id', type: 'text', value: ({ traceId }) => traceId },
    { name: 'created_at', type: 'timestamptz', value: ({ decidedAtMs }) => instant(decidedAtMs) },
  ],
  'ON CONFLICT DO NOTHING',
);

export interface AuditRow extends ChainedEntry {
  readonly eventId: string;
  readonly type: string;
  readonly eventTime: string;
  readonly actor: string;
  readonly hash: Buffer;
}

export const AUDIT_INSERT = new UnnestInsert<AuditRow>(
  'audit_log',
  [
    { name: 'seq', type: 'bigint', value: ({ seq }) => seq },
    { name: 'recorded_at', type: 'timestamptz', value: ({ recordedAt }) => recordedAt },
    { name: 'stream_sequence', type: 'bigint', value: ({ streamSequence }) => streamSequence },
    { name: 'event_id', type: 'text', value: ({ eventId }) => eventId },
    { name: 'type', type: 'text', value: ({ type }) => type },
    { name: 'event_time', type: 'timestamptz', value: ({ eventTime }) => eventTime },
    { name: 'actor', type: 'text', value: ({ actor }) => actor },
    { name: 'body', type: 'text', value: ({ body }) => body },
    { name: 'hash', type: 'bytea', value: ({ hash }) => hash },
  ],
  '',
);

export interface DeadLetterRow {
  readonly sequence: number;
  readonly subject: string;
  readonly eventId: string | null;
  readonly problem: string;
  readonly body: string;
}

export const DEAD_LETTER_INSERT = new UnnestInsert<DeadLetterRow>(
  'dead_letters',
  [
    { name: 'stream_sequence', type: 'bigint', value: ({ sequence }) => sequence },
    { name: 'subject', type: 'text', value: ({ subject }) => subject },
    { name: 'event_id', type: 'text', value: ({ eventId }) => eventId },
    { name: 'problem', type: 'text', value: ({ problem }) => problem },
    { name: 'body', type: 'text', value: ({ body }) => body },
  ],
  'ON CONFLICT DO NOTHING RETURNING stream_sequence',
);
