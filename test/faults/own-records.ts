/** What Elvis itself wrote down, read from the streams: the newest record of each order, and every event. */
import { EVENT_STREAM, EventEnvelope, JOURNAL_STREAM, OrderChanged } from '@elvis/contracts';
import { Fill, JournalRecord } from '@elvis/trading';
import { NatsConnection } from 'nats';

const READS_AT_ONCE = 200;

export class OwnRecords {
  private readonly known = new Map<string, { readonly messages: unknown[]; next: number }>();

  constructor(private readonly nats: NatsConnection) {}

  /** The newest record of every order whose id begins like this. @throws if a message cannot be read */
  async journal(prefix: string): Promise<ReadonlyMap<string, JournalRecord>> {
    const records = new Map<string, JournalRecord>();
    for (const record of await this.read<JournalRecord>(JOURNAL_STREAM)) {
      if (record.order.clientOrderId.startsWith(prefix)) records.set(record.order.clientOrderId, record);
    }
    return records;
  }

  /** Every record of the orders whose id begins like this, as they were written. */
  async history(prefix: string): Promise<readonly JournalRecord[]> {
    const records = await this.read<JournalRecord>(JOURNAL_STREAM);
    return records.filter(({ order }) => order.clientOrderId.startsWith(prefix));
  }

  events(): Promise<readonly EventEnvelope<OrderChanged>[]> {
    return this.read<EventEnvelope<OrderChanged>>(EVENT_STREAM);
  }

  /** Everything in the stream; what was read before is not read again. */
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

/** Each fill that the events tell of, once. */
export function fillsIn(events: readonly EventEnvelope<OrderChanged>[]): readonly Fill[] {
  const fills = new Map<string, Fill>();
  for (const { id, data } of events) {
    const { fill } = data as OrderChanged & { readonly fill?: Fill };
    if (fill) fills.set(id, fill);
  }
  return [...fills.values()];
}
