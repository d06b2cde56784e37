/**
 * Holds our books against the exchange's own list, order by order, fill by fill, position by position, and the wallet to
 * the last digit. Whatever this finds is money that somebody does not know of.
 */
import { EVENT_STREAM, EXPOSURE_KEY, EventEnvelope, JOURNAL_STREAM, OrderChanged } from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import { Decimal, Fill, JournalRecord, isClosedStatus } from '@elvis/trading';
import { Redis } from 'ioredis';
import { NatsConnection, connect } from 'nats';
import { rebuildOrders } from '../../scripts/replay/rebuild';
import { ExchangeAccount } from './exchange-account';
import { Stage } from './stage';

interface ListedOrder {
  readonly order: {
    readonly clientOrderId: string;
    readonly orderId: number;
    readonly symbol: string;
    readonly side: 'BUY' | 'SELL';
    readonly status: string;
    readonly executedQty: string;
    readonly origQty: string;
    readonly price: string;
  };
  readonly fills: readonly { readonly tradeId: number; readonly quantity: string }[];
}

const READS_AT_ONCE = 200;

export interface Verdict {
  /** Orders of ours still without a known state. */
  readonly unresolved: readonly string[];
  readonly problems: readonly string[];
}

export class Books {
  private redis!: Redis;
  private nats!: NatsConnection;
  private readonly account: ExchangeAccount;
  /** What the wallet held before the first order. */
  private before = new Decimal(0);
  private readonly known = new Map<string, { readonly messages: unknown[]; next: number }>();

  constructor(private readonly stage: Stage) {
    this.account = new ExchangeAccount(stage);
  }

  async open(): Promise<void> {
    const { redis, nats } = this.stage;
    this.redis = new Redis({ host: redis.host, port: redis.port, password: redis.password, protocol: 2 });
    this.redis.on('error', () => undefined);
    this.nats = await connect({ ...natsOptions(nats.urls.provision, 'verdict'), maxReconnectAttempts: -1 });
    this.before = new Decimal((await this.account.futuresWallets()).get('USDT') ?? 0);
  }

  async close(): Promise<void> {
    this.redis.disconnect();
    await this.nats.close();
  }

  /** Only orders whose id begins with `prefix` are compared; positions and the wallet always are. */
  async compare(prefix: string): Promise<Verdict> {
    const listed = (await this.listed()).filter(({ order }) => order.clientOrderId.startsWith(prefix));
    const records = await this.journal(prefix);
    const problems: string[] = [];
    const unresolved: string[] = [];
    const byId = new Map<string, ListedOrder[]>();
    for (const each of listed) {
      const id = each.order.clientOrderId;
      byId.set(id, [...(byId.get(id) ?? []), each]);
    }
    for (const [id, orders] of byId) {
      if (orders.length > 1) problems.push(`${id}: ${orders.length} orders on the exchange`);
      if (!records.has(id)) problems.push(`${id}: on the exchange, not in the journal`);
    }
    for (const [id, record] of records) {
      const { view, type } = record;
      const theirs = byId.get(id)?.[0];
      if (type === 'RELEASED' || type === 'VOID' || type === 'DENIED') {
        if (theirs) problems.push(`${id}: ${type} here, ${theirs.order.status} on the exchange`);
        continue;
      }
      if (['PENDING_NEW', 'UNKNOWN', 'PENDING_CANCEL'].includes(view.status) || record.amendment) {
        unresolved.push(`${id}: ${view.status}`);
        continue;
      }
      if (!theirs) {
        if (view.status !== 'REJECTED') problems.push(`${id}: ${view.status} here, not on the exchange`);
        continue;
      }
      problems.push(...differencesOf(id, record, theirs));
    }
    const events = await this.events();
    problems.push(...(await this.positions()), ...(await this.reservations(records)));
    problems.push(...(await this.wallet(events)));
    const rebuilt = rebuildOrders(events);
    for (const [id, record] of records) {
      const told = rebuilt.get(id);
      if (type(record) === 'VOID') continue;
      if (!told) problems.push(`${id}: no event tells of it`);
      else if (
        told.view.status !== record.view.status ||
        told.view.filledQuantity !== record.view.filledQuantity
      )
        problems.push(
          `${id}: events end ${told.view.status} ${told.view.filledQuantity}, the journal ${record.view.status} ${record.view.filledQuantity}`,
        );
      else if ([...told.tradeIds].sort().join() !== [...(record.appliedTradeIds ?? [])].sort().join())
        problems.push(`${id}: its fills in the events differ from the journal's`);
    }
    return { unresolved, problems };
  }

  async listed(): Promise<readonly ListedOrder[]> {
    return (await this.stage.admin<{ orders: ListedOrder[] }>('GET', '/log/orders?account=elvis')).orders;
  }

  private async positions(): Promise<string[]> {
    const theirs = new Map<string, Decimal>();
    for (const { order, fills } of await this.listed()) {
      for (const { quantity } of fills) {
        const signed = order.side === 'BUY' ? new Decimal(quantity) : new Decimal(quantity).negated();
        theirs.set(order.symbol, (theirs.get(order.symbol) ?? new Decimal(0)).plus(signed));
      }
    }
    const ours = await this.redis.hgetall(EXPOSURE_KEY);
    return [...theirs].flatMap(([symbol, quantity]) => {
      const known = ours[`p:futures:${symbol}`] ?? '0';
      return quantity.eq(known) ? [] : [`position of ${symbol}: ours ${known}, theirs ${quantity.toFixed()}`];
    });
  }

  /** Our own record of every fill, with its profit and its fee, must make up what the exchange says is there. */
  private async wallet(events: readonly EventEnvelope<OrderChanged>[]): Promise<string[]> {
    const fills = new Map<string, Fill>();
    for (const { id, data } of events) {
      const { fill } = data as OrderChanged & { readonly fill?: Fill };
      if (fill) fills.set(id, fill);
    }
    const funding = await this.account.funding();
    const ours = [...fills.values()]
      .reduce((sum, { realizedPnl, fee }) => sum.plus(realizedPnl).minus(fee), this.before)
      .plus(funding);
    const theirs = (await this.account.futuresWallets()).get('USDT') ?? '0';
    return ours.eq(theirs) ? [] : [`wallet: ours ${ours.toFixed()}, theirs ${theirs}`];
  }

  private async reservations(records: ReadonlyMap<string, JournalRecord>): Promise<string[]> {
    const fields = new Set(await this.redis.hkeys(EXPOSURE_KEY));
    return [...records].flatMap(([id, { view, type: kind }]) => {
      const isOpen = (kind === 'INTENT' || kind === 'OUTCOME') && !isClosedStatus(view.status);
      const isReserved = fields.has(`r:${id}`);
      if (isOpen === isReserved) return [];
      return [isOpen ? `${id}: open without a reservation` : `${id}: ${view.status} and still reserved`];
    });
  }

  private async journal(prefix: string): Promise<ReadonlyMap<string, JournalRecord>> {
    const records = new Map<string, JournalRecord>();
    for (const record of await this.read<JournalRecord>(JOURNAL_STREAM)) {
      if (record.order.clientOrderId.startsWith(prefix)) records.set(record.order.clientOrderId, record);
    }
    return records;
  }

  private events(): Promise<readonly EventEnvelope<OrderChanged>[]> {
    return this.read<EventEnvelope<OrderChanged>>(EVENT_STREAM);
  }

  /** Everything in the stream; what was read before is not read again. @throws if a message cannot be read */
  private async read<Message>(stream: string): Promise<readonly Message[]> {
    const known = this.known.get(stream) ?? { messages: [], next: 1 };
    this.known.set(stream, known);
    const manager = await this.nats.jetstreamManager();
    const { state } = await manager.streams.info(stream);
    while (known.next <= state.last_seq) {
      const length = Math.min(READS_AT_ONCE, state.last_seq - known.next + 1);
      const messages = await Promise.all(
        Array.from({ length }, (_, offset) =>
          manager.streams.getMessage(stream, { seq: known.next + offset }),
        ),
      );
      known.messages.push(...messages.map(({ data }) => JSON.parse(Buffer.from(data).toString()) as unknown));
      known.next += length;
    }
    return known.messages as readonly Message[];
  }
}

const type = (record: JournalRecord): string => record.type;

function differencesOf(id: string, record: JournalRecord, { order, fills }: ListedOrder): string[] {
  const { view } = record;
  const problems: string[] = [];
  const status = order.status === 'EXPIRED_IN_MATCH' ? 'EXPIRED' : order.status;
  if (view.status !== status) problems.push(`${id}: ${view.status} here, ${status} on the exchange`);
  if (!new Decimal(view.filledQuantity).eq(order.executedQty))
    problems.push(`${id}: filled ${view.filledQuantity} here, ${order.executedQty} on the exchange`);
  if (!new Decimal(view.quantity).eq(order.origQty))
    problems.push(`${id}: quantity ${view.quantity} here, ${order.origQty} on the exchange`);
  const ours = [...(record.appliedTradeIds ?? [])].sort().join();
  const theirs = fills
    .map(({ tradeId }) => `${tradeId}`)
    .sort()
    .join();
  if (ours !== theirs) problems.push(`${id}: trades ${ours} here, ${theirs} on the exchange`);
  return problems;
}
