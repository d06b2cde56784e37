import { JournalRecord } from '@elvis/contracts';
import { connect, NatsConnection } from 'nats';
import { PrivateNats, startNats } from '../../../scripts/servers';
import { natsOptions } from './nats-connection';
import { OrderJournal } from './order-journal';

describe('the order journal', () => {
  let nats: PrivateNats;
  let connection: NatsConnection;
  let journal: OrderJournal;

  beforeAll(async () => {
    nats = await startNats();
    connection = await connect(natsOptions(nats.urls.execution, 'journal-spec'));
    journal = new OrderJournal(connection);
  });
  afterAll(async () => {
    await connection.close();
    await nats.stop();
  });

  const record = (clientOrderId: string, type: JournalRecord['type']): JournalRecord =>
    ({ version: 1, type, order: { clientOrderId }, view: { clientOrderId } }) as JournalRecord;

  it('is empty, and can be read, on a new installation', async () => {
    expect(await journal.all()).toEqual([]);
    expect(await journal.last('never-used')).toBeUndefined();
  });

  it('takes a record only from the writer who read the one before it', async () => {
    const first = await journal.append(record('a.b/c:1', 'INTENT'), 0);
    expect(await journal.append(record('a.b/c:1', 'VOID'), 0)).toBeUndefined();
    expect(await journal.append(record('a.b/c:1', 'OUTCOME'), first ?? 0)).toBeGreaterThan(first ?? 0);
    expect((await journal.last('a.b/c:1'))?.record.type).toBe('OUTCOME');
  });

  it('answers each order once, with its newest record', async () => {
    await journal.append(record('another', 'DENIED'), 0);
    const all = await journal.all();
    expect(all.map((entry) => [entry.record.order.clientOrderId, entry.record.type])).toEqual([
      ['a.b/c:1', 'OUTCOME'],
      ['another', 'DENIED'],
    ]);
  });
});
