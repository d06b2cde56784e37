/**
 * Which orders are open, found from the journal and its checkpoint: on a real server, with whatever dies between two
 * writes. It may name an order too many, and never one too few.
 */
import {
  EXPOSURE_KEY,
  JOURNAL_STREAM,
  OPEN_ORDERS_BUCKET,
  OPEN_ORDERS_KEY,
  OpenOrdersCheckpoint,
  journalSubject,
} from '@elvis/contracts';
import { OrderJournal, connectNats, createLog } from '@elvis/platform';
import { JetStreamManager, NatsConnection } from 'nats';
import { JournalRecord, JournalRecordType, OrderStatus } from '@elvis/trading';
import { aRecord, provision, until } from '@elvis/testing';
import { OpenOrders } from '../src/domain/open-orders';
import { OpenOrderIndex } from '../src/relay/open-order-index';
import { OpenOrdersStore } from '../src/relay/open-orders-store';
import { Replica, replicaOver } from './replica';
import { OpenStores, openStores } from './stores';
import { FakeVenue } from './venue.fake';

const log = createLog('execution', 0, 'fatal');
const STREAM = `KV_${OPEN_ORDERS_BUCKET}`;

const recordOf = (clientOrderId: string, type: JournalRecordType, status: OrderStatus): JournalRecord => {
  const isFilled = status === 'FILLED';
  const filled = { fills: { quantity: '1', quote: '100' }, appliedTradeIds: ['7'] };
  return aRecord(
    { clientOrderId, status, filledQuantity: isFilled ? '1' : '0' },
    { type, approvalId: 'a', ...(isFilled && filled) },
  );
};

describe('the open orders', () => {
  let stores: OpenStores;
  let journal: OrderJournal;

  beforeEach(async () => {
    stores = await openStores('open-orders');
    journal = new OrderJournal(stores.nats);
  });
  afterEach(() => stores.close());

  /** What a process starts with: nothing but what JetStream keeps. */
  const anIndex = (): OpenOrderIndex => new OpenOrderIndex(journal, stores.nats, log);
  const listed = async (index = anIndex()): Promise<string[]> => [...(await index.read()).keys()].sort();

  const write = async (id: string, type: JournalRecordType, status: OrderStatus): Promise<number> => {
    const before = (await journal.last(id))?.sequence ?? 0;
    return (await journal.append(recordOf(id, type, status), before)) as number;
  };
  const open = (id: string): Promise<number> => write(id, 'INTENT', 'PENDING_NEW');
  const close = (id: string): Promise<number> => write(id, 'OUTCOME', 'FILLED');

  /** Records put into the stream as they stand there long after, in the order given. */
  async function plant(records: readonly JournalRecord[]): Promise<void> {
    const { last } = await journal.extent();
    for (const record of records)
      stores.nats.publish(journalSubject(record.order.clientOrderId), JSON.stringify(record));
    await until(async () => (await journal.extent()).last === last + records.length, 'the planted records');
  }

  const made = async (): Promise<string> => (await journal.extent()).made;

  async function asProvisioner<Result>(
    work: (manager: JetStreamManager) => Promise<Result>,
  ): Promise<Result> {
    const connection = await connectNats(stores.natsUrls.provision, 'spec');
    try {
      return await work(await connection.jetstreamManager());
    } finally {
      await connection.close();
    }
  }

  const purge = (...ids: readonly string[]): Promise<void> =>
    asProvisioner(async ({ streams }) => {
      for (const id of ids) await streams.purge(JOURNAL_STREAM, { filter: journalSubject(id) });
    });

  const checkpoint = (): Promise<OpenOrdersCheckpoint | undefined> =>
    asProvisioner(async ({ streams }) => {
      const key = { last_by_subj: `$KV.${OPEN_ORDERS_BUCKET}.${OPEN_ORDERS_KEY}` };
      const stored = await streams.getMessage(STREAM, key).catch(() => undefined);
      return stored?.json<OpenOrdersCheckpoint>();
    });

  it.each<[what: string, type: JournalRecordType, status: OrderStatus, isOpen: boolean]>([
    ['was claimed', 'INTENT', 'PENDING_NEW', true],
    ['rests', 'OUTCOME', 'NEW', true],
    ['has no answer', 'OUTCOME', 'UNKNOWN', true],
    ['is filled', 'OUTCOME', 'FILLED', false],
    ['was refused by the exchange', 'OUTCOME', 'REJECTED', false],
    ['was denied', 'DENIED', 'DENIED', false],
    ['was released', 'RELEASED', 'PENDING_NEW', false],
    ['was voided', 'VOID', 'PENDING_NEW', false],
  ])('hold one that %s: %s %s %s', async (_what, type, status, isOpen) => {
    await write('it', type, status);
    expect(await listed()).toEqual(isOpen ? ['it'] : []);
  });

  it('hold one that was closed by inference and is there after all', async () => {
    const index = anIndex();
    await open('it');
    await write('it', 'OUTCOME', 'REJECTED');
    expect(await listed(index)).toEqual([]);
    await write('it', 'OUTCOME', 'NEW');
    expect(await listed(index)).toEqual(['it']);
    expect(await listed()).toEqual(['it']);
  });

  it('hold one whose newest message is no record, so that whoever reads it sees that', async () => {
    await stores.nats.jetstream().publish(journalSubject('it'), 'no record');
    expect(await listed()).toEqual(['it']);
  });

  it('are followed by the checkpoint as the relay publishes', async () => {
    await stores.letTrade();
    await replicaOver(stores, new FakeVenue());
    const sequence = await open('one');
    const last = await open('__proto__');
    await until(async () => (await checkpoint())?.sequence === last, 'the checkpoint');
    expect(await checkpoint()).toEqual({
      version: 1,
      journal: await made(),
      sequence: last,
      open: Object.fromEntries([
        ['one', sequence],
        ['__proto__', last],
      ]),
    });
    const closed = await close('one');
    await until(async () => (await checkpoint())?.sequence === closed, 'the checkpoint');
    expect(Object.keys((await checkpoint())?.open ?? {})).toEqual(['__proto__']);
  });

  it('are complete where a process died after the record and before the checkpoint', async () => {
    await open('before');
    const dying = anIndex();
    await dying.read();
    await dying.close();
    const sequence = await open('after');
    await close('before');
    expect((await checkpoint())?.sequence).toBeLessThan(sequence);
    expect(await listed()).toEqual(['after']);
  });

  it('name one too many at most where its records were purged after the checkpoint', async () => {
    await open('gone');
    const index = anIndex();
    await index.read();
    await index.close();
    await close('gone');
    await purge('gone');
    await stores.letTrade();
    const { liveOrders } = await replicaOver(stores, new FakeVenue());
    await open('there');
    expect(await listed()).toEqual(['gone', 'there']);
    expect((await liveOrders.fromJournal()).map(({ record }) => record.order.clientOrderId)).toEqual([
      'there',
    ]);
  });

  it('stay complete when two relays read the same checkpoint and both write', async () => {
    const [first, second] = [anIndex(), anIndex()];
    await open('one');
    await Promise.all([first.read(), second.read()]);
    const last = await open('two');
    await second.read();
    await second.close();
    // What the first one knows is older by now, and it lost the compare-and-set.
    await first.close();
    expect(await checkpoint()).toMatchObject({ sequence: last, open: { two: last } });
    const later = await open('three');
    await first.read();
    await first.close();
    expect(await checkpoint()).toMatchObject({ sequence: later });
    expect(await listed()).toEqual(['one', 'three', 'two']);
  });

  it('are read where the relay left a gap, in whatever order it brings what', async () => {
    const index = anIndex();
    await index.read();
    await open('missed');
    const [second, third] = [await open('second'), await open('third')];
    const message = (clientOrderId: string, sequence: number) => ({
      clientOrderId,
      sequence,
      record: recordOf(clientOrderId, 'INTENT', 'PENDING_NEW'),
    });
    index.follow([message('third', third)]);
    index.follow([message('second', second)]);
    await until(async () => {
      await index.close();
      return (await checkpoint())?.sequence === third;
    }, 'the gap to be closed');
    expect(Object.keys((await checkpoint())?.open ?? {}).sort()).toEqual(['missed', 'second', 'third']);
  });

  it('are found without a checkpoint by reading the journal once, over purged stretches', async () => {
    const closed = Array.from({ length: 700 }, (_, place) =>
      recordOf(`closed-${place}`, 'OUTCOME', 'FILLED'),
    );
    await plant([recordOf('old', 'OUTCOME', 'NEW'), ...closed, recordOf('new', 'INTENT', 'PENDING_NEW')]);
    await purge(...closed.map(({ order }) => order.clientOrderId));
    const index = anIndex();
    expect(await listed(index)).toEqual(['new', 'old']);
    await index.close();
    expect(await checkpoint()).toMatchObject({ sequence: 702, open: { old: 1, new: 702 } });
    // Where the journal ends, the checkpoint, and once more where it ends.
    expect(await sentWhile(stores.nats, () => listed())).toBe(3);
  });

  it.each<[what: string, change: Partial<Record<keyof OpenOrdersCheckpoint, unknown>>]>([
    ['of another journal', { journal: 'another' }],
    ['that reaches further than the journal', { sequence: 1_000 }],
    ['of a later format', { version: 2 }],
    ['that is damaged', { open: { it: 'one' } }],
  ])('are read from the journal, and written anew, where the checkpoint is one %s', async (_what, change) => {
    await open('it');
    const wrong = { version: 1, journal: await made(), sequence: 1, open: {}, ...change };
    await stores.nats
      .jetstream()
      .publish(`$KV.${OPEN_ORDERS_BUCKET}.${OPEN_ORDERS_KEY}`, JSON.stringify(wrong));
    const index = anIndex();
    expect(await listed(index)).toEqual(['it']);
    await open('other');
    await index.read();
    await index.close();
    expect(await listed()).toEqual(['it', 'other']);
  });

  it('are read from the beginning where the journal was made anew', async () => {
    const index = anIndex();
    for (const id of ['one', 'two', 'three']) await open(id);
    expect(await listed(index)).toHaveLength(3);
    await index.close();
    await asProvisioner(({ streams }) => streams.delete(JOURNAL_STREAM));
    await provision(stores.natsUrls.provision);
    await open('four');
    expect(await listed(index)).toEqual(['four']);
    expect(await listed()).toEqual(['four']);
  });

  it('keep the checkpoint of before, with an alert, when there are too many for one message', async () => {
    const many = Array.from({ length: 25_000 }, (_, place) => [`${'x'.repeat(30)}-${place}`, 1] as const);
    const alerts: unknown[] = [];
    const noted = Object.assign(Object.create(log) as typeof log, {
      error: (fields: unknown) => alerts.push(fields),
    });
    const store = new OpenOrdersStore(stores.nats, noted);
    await store.write('a', new OpenOrders(1, [['it', 1]]));
    await store.write('a', new OpenOrders(2, many));
    await store.write('a', new OpenOrders(3, many));
    expect((await checkpoint())?.sequence).toBe(1);
    expect(alerts).toEqual([expect.objectContaining({ alert: 'open-orders-checkpoint', orders: 25_000 })]);
    await store.write('a', new OpenOrders(4));
    expect(await checkpoint()).toMatchObject({ sequence: 4, open: {} });
  });

  describe('with 5,000 closed orders and 50 open ones in the journal', () => {
    const OPEN = 50;
    const idOf = (place: number): string => `planted-${place}`;
    /** What the relay of a process says meanwhile is fewer than this. */
    const ITS_RELAYS = 30;
    const connections: NatsConnection[] = [];
    let venue: FakeVenue;
    let replica: Replica;

    beforeEach(async () => {
      await plant(
        Array.from({ length: 5_000 + OPEN }, (_, place) => {
          const isOpen = place % 100 === 0 && place < OPEN * 100;
          const intent = recordOf(idOf(place), 'INTENT', 'PENDING_NEW');
          return [intent, recordOf(idOf(place), 'OUTCOME', isOpen ? 'NEW' : 'FILLED')];
        }).flat(),
      );
      venue = new FakeVenue();
      for (let place = 0; place < OPEN; place += 1)
        venue.byHand({
          clientOrderId: idOf(place * 100),
          symbol: 'BTCUSDT',
          side: 'BUY',
          type: 'LIMIT',
          exchangeOrderId: `${place}`,
          status: 'NEW',
          filledQuantity: '0',
          quantity: '1',
        });
      await stores.letTrade();
      replica = await replicaOver(stores, venue);
      const { last } = await journal.extent();
      await until(async () => (await checkpoint())?.sequence === last, 'the checkpoint', 30_000);
    });

    afterEach(() => Promise.all(connections.splice(0).map((connection) => connection.close())));

    /** A process that begins now, over a connection of its own. */
    async function startReplica(): Promise<{ readonly started: Replica; readonly nats: NatsConnection }> {
      const nats = await connectNats(stores.natsUrls.execution, 'started');
      connections.push(nats);
      return { nats, started: await replicaOver({ ...stores, nats }, venue) };
    }

    it('a start lists them in one read of each, and again in none', async () => {
      const { nats, started } = await startReplica();
      const list = async (): Promise<void> =>
        expect(await started.liveOrders.fromJournal()).toHaveLength(OPEN);
      const first = await sentWhile(nats, list);
      expect(first).toBeGreaterThanOrEqual(OPEN);
      expect(first).toBeLessThan(OPEN + ITS_RELAYS);
      expect(await sentWhile(nats, list)).toBeLessThan(ITS_RELAYS);
    });

    it('an emptied Redis is rebuilt by reading what is open, a few times over', async () => {
      const { nats, started } = await startReplica();
      for (const [each, connection] of [
        [replica, stores.nats],
        [started, nats],
      ] as const) {
        await stores.letTrade();
        const sent = await sentWhile(connection, () => each.sync.synchronize('spec'));
        expect(sent).toBeLessThan(15 * OPEN);
        const fields = await stores.redis.hkeys(EXPOSURE_KEY);
        expect(fields.filter((field) => field.startsWith('r:'))).toHaveLength(OPEN);
      }
    });
  });

  /** How many messages went to NATS meanwhile, requests and all. */
  async function sentWhile(nats: NatsConnection, work: () => Promise<unknown>): Promise<number> {
    const before = nats.stats().outMsgs;
    await work();
    return nats.stats().outMsgs - before;
  }
});
