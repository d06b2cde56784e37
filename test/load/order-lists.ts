/** The three lists that must agree: what the exchange has, what the events tell, what the database holds. */
import { connectNats } from '@elvis/platform';
import { AUDITOR_CONSUMER, EVENT_STREAM } from '@elvis/contracts';
import { Decimal } from '@elvis/trading';
import { Client } from 'pg';

export interface ListedOrder {
  readonly status: string;
  readonly filledQuantity: string;
}

export interface OrderLists {
  readonly orders: ReadonlyMap<string, ListedOrder>;
  /** Trade id -> client order id. */
  readonly fills: ReadonlyMap<string, string>;
}

const plain = (text: string): string => new Decimal(text).toFixed();

interface LoggedOrder {
  readonly order: { readonly clientOrderId: string; readonly status: string; readonly executedQty: string };
  readonly fills: readonly { readonly tradeId: string | number }[];
}

/** Elvis's word for what the exchange calls EXPIRED_IN_MATCH is EXPIRED. */
const statusOf = (word: string): string => (word === 'EXPIRED_IN_MATCH' ? 'EXPIRED' : word);

export async function fromExchange(adminUrl: string): Promise<OrderLists> {
  const answer = await fetch(`${adminUrl}/log/orders?account=elvis`);
  const { orders } = (await answer.json()) as { orders: readonly LoggedOrder[] };
  return {
    orders: new Map(
      orders.map(({ order }) => [
        order.clientOrderId,
        { status: statusOf(order.status), filledQuantity: plain(order.executedQty) },
      ]),
    ),
    fills: new Map(
      orders.flatMap(({ order, fills }) =>
        fills.map(({ tradeId }) => [`${tradeId}`, order.clientOrderId] as const),
      ),
    ),
  };
}

interface OrderEventData {
  readonly order?: {
    readonly clientOrderId: string;
    readonly status: string;
    readonly filledQuantity: string;
  };
  /** Of a denial: risk states it, and the order with it. */
  readonly deniedOrder?: {
    readonly clientOrderId: string;
    readonly status: string;
    readonly filledQuantity: string;
  };
  readonly revision?: number;
  readonly fill?: { readonly tradeId: string; readonly clientOrderId: string };
}

/** What an auditor learns: reads the durable consumer `AUDITOR` to its end each time it is asked. */
export class EventReader {
  private readonly newest = new Map<string, ListedOrder & { readonly revision: number }>();
  private readonly fills = new Map<string, string>();

  constructor(private readonly auditorUrl: string) {}

  /** The newest revision of an order is how it stands. */
  async lists(): Promise<OrderLists> {
    const connection = await connectNats(this.auditorUrl, 'order-lists');
    try {
      const consumer = await connection.jetstream().consumers.get(EVENT_STREAM, AUDITOR_CONSUMER);
      while ((await consumer.info()).num_pending > 0) {
        for await (const message of await consumer.fetch({ max_messages: 1_000, expires: 1_000 })) {
          this.read(message.json<{ type: string; data: OrderEventData }>());
          message.ack();
        }
      }
    } finally {
      await connection.drain();
    }
    const orders = [...this.newest].map(
      ([id, { status, filledQuantity }]) => [id, { status, filledQuantity }] as const,
    );
    return { orders: new Map(orders), fills: this.fills };
  }

  private read({ type, data }: { type: string; data: OrderEventData }): void {
    if (!type.startsWith('elvis.event.order.') && type !== 'elvis.event.risk.denied') return;
    const { revision, fill } = data;
    const order = type === 'elvis.event.risk.denied' ? data.deniedOrder : data.order;
    if (fill) this.fills.set(fill.tradeId, fill.clientOrderId);
    if (!order || revision === undefined) return;
    const { clientOrderId, status, filledQuantity } = order;
    if (revision < (this.newest.get(clientOrderId)?.revision ?? 0)) return;
    this.newest.set(clientOrderId, { status, filledQuantity: plain(filledQuantity), revision });
  }
}

export interface DatabaseAccess {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly name: string;
}

export async function fromDatabase({ name, ...access }: DatabaseAccess): Promise<OrderLists> {
  const client = new Client({ ...access, database: name });
  await client.connect();
  try {
    const orders = await client.query<{ client_order_id: string; status: string; filled_quantity: string }>(
      'SELECT client_order_id, status, filled_quantity::text FROM orders',
    );
    const trades = await client.query<{ trade_id: string; client_order_id: string }>(
      'SELECT trade_id, client_order_id FROM trades',
    );
    return {
      orders: new Map(
        orders.rows.map((row) => [
          row.client_order_id,
          { status: row.status, filledQuantity: plain(row.filled_quantity) },
        ]),
      ),
      fills: new Map(trades.rows.map((row) => [row.trade_id, row.client_order_id])),
    };
  } finally {
    await client.end();
  }
}

/** An order in one of these never stood on the exchange. */
const NEVER_TAKEN = ['DENIED', 'REJECTED'];

/** Every way in which `found` differs from `expected`, at most the first twenty. */
export function differences(expected: OrderLists, found: OrderLists, name: string): string[] {
  const problems: string[] = [];
  for (const [id, order] of expected.orders) {
    const other = found.orders.get(id);
    if (!other) problems.push(`${name} lacks order ${id}`);
    else if (other.status !== order.status || other.filledQuantity !== order.filledQuantity) {
      problems.push(
        `${name} has order ${id} as ${JSON.stringify(other)}, the exchange as ${JSON.stringify(order)}`,
      );
    }
  }
  for (const [id, { status, filledQuantity }] of found.orders) {
    const wasNeverTaken = NEVER_TAKEN.includes(status) && filledQuantity === '0';
    if (!expected.orders.has(id) && !wasNeverTaken) {
      problems.push(`${name} has order ${id} as ${status}, and the exchange does not know it`);
    }
  }
  for (const [tradeId, id] of expected.fills) {
    if (found.fills.get(tradeId) !== id) problems.push(`${name} lacks fill ${tradeId} of ${id}`);
  }
  if (found.fills.size !== expected.fills.size) {
    problems.push(`${name} has ${found.fills.size} fills, the exchange ${expected.fills.size}`);
  }
  return problems.slice(0, 20);
}
