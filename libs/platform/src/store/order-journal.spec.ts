import { JournalRecord } from '@elvis/trading';
import { aRecord, opened, startNats } from '@elvis/testing';
import { connectNats } from '../bus/nats-connection';
import { OrderJournal } from './order-journal';

const record = (clientOrderId: string, status: 'PENDING_NEW' | 'NEW' = 'PENDING_NEW'): JournalRecord =>
  aRecord({ clientOrderId, status });

describe('order journal', () => {
  const server = opened(() => startNats());
  const nats = opened(() => connectNats(server.urls.execution, 'journal-spec'));
  const journal = opened(() => new OrderJournal(nats));

  it('is empty when nothing was ever written', async () => {
    expect(await journal.all()).toEqual([]);
    expect(await journal.last('nobody')).toBeUndefined();
  });

  it('lets one of two first writers win', async () => {
    const written = await Promise.all([journal.append(record('race'), 0), journal.append(record('race'), 0)]);
    expect(written.filter((sequence) => sequence !== undefined)).toHaveLength(1);
  });

  it('takes the next record only from who read the last one', async () => {
    const first = await journal.append(record('step'), 0);
    expect(await journal.append(record('step', 'NEW'), (first ?? 0) + 1)).toBeUndefined();
    expect(await journal.append(record('step', 'NEW'), first ?? 0)).toBeDefined();
    expect((await journal.last('step'))?.record.view.status).toBe('NEW');
  });

  it.each(['a.b', 'a:b', 'A/b', '.', 'x'.repeat(36), 'a*b'.replace('*', '-')])(
    'keeps the id %s apart from others',
    async (id) => {
      await journal.append(record(id), 0);
      expect((await journal.last(id))?.record.order.clientOrderId).toBe(id);
    },
  );

  it('gives the newest record of each order when it is read whole', async () => {
    const all = await journal.all();
    expect(all.filter(({ record: { order } }) => order.clientOrderId === 'step')).toHaveLength(1);
    expect(all.find(({ record: { order } }) => order.clientOrderId === 'step')?.record.view.status).toBe(
      'NEW',
    );
  });
});
