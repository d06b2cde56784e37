/** The relay beside the journal, on a real server: every record published once, in order, whoever reads, whoever dies. */
import {
  EVENT_RELAY_BATCH,
  EVENT_STREAM,
  EventEnvelope,
  OrderChanged,
  RiskDecided,
  journalSubject,
} from '@elvis/contracts';
import {
  EventLog,
  Metrics,
  NatsLink,
  OrderJournal,
  ServiceIdentity,
  connectNats,
  createLog,
} from '@elvis/platform';
import { aRecord, until } from '@elvis/testing';
import { JournalRecord, OrderStatus } from '@elvis/trading';
import { announced } from '../src/relay/announcement';
import { EventRelay } from '../src/relay/event-relay';
import { JournalTail } from '../src/relay/journal-tail';
import { OpenOrderIndex } from '../src/relay/open-order-index';
import { OpenStores, openStores } from './stores';

const log = createLog('execution', 0, 'fatal');

const AT_MS = 1_790_000_000_000;
const intentOf = (clientOrderId: string, decision?: string): JournalRecord =>
  aRecord(
    { clientOrderId, status: 'PENDING_NEW', decisionId: 'd', createdAtMs: AT_MS, updatedAtMs: AT_MS },
    decision === undefined ? {} : { decision },
  );

describe('the relay of order events', () => {
  let stores: OpenStores;
  let journal: OrderJournal;
  let metrics: Metrics;
  const relays: EventRelay[] = [];

  beforeEach(async () => {
    stores = await openStores('relay');
    journal = new OrderJournal(stores.nats);
  });

  afterEach(async () => {
    await Promise.all(relays.splice(0).map((relay) => relay.onApplicationShutdown()));
    await stores.close();
  });

  const startRelay = (change: (events: EventLog) => void = () => undefined): EventRelay => {
    const events = new EventLog(stores.nats, new ServiceIdentity('execution', 0));
    change(events);
    metrics = new Metrics();
    const index = new OpenOrderIndex(journal, stores.nats, log);
    const relay = new EventRelay(NatsLink.over(stores.nats), journal, events, index, metrics, log);
    relay.onApplicationBootstrap();
    relays.push(relay);
    return relay;
  };

  /** As the relay that was started last tells it. */
  const lag = async (): Promise<number> =>
    Number(/^elvis_event_relay_lag (\d+)$/m.exec(await metrics.registry.metrics())?.[1]);

  /** An order's records as execution writes them; answers their sequences. */
  const write = async (clientOrderId: string, steps: number, decision?: string): Promise<number[]> => {
    const sequences: number[] = [];
    let record = intentOf(clientOrderId, decision);
    for (let step = 0; step < steps; step += 1) {
      const before = { sequence: sequences.at(-1) ?? 0, traceId: `trace-of-${clientOrderId}` };
      const status: OrderStatus = step === 0 ? 'PENDING_NEW' : 'NEW';
      const type = step === 0 ? 'INTENT' : 'OUTCOME';
      const view = { ...record.view, status, updatedAtMs: record.view.updatedAtMs + step };
      record = announced({ ...record, type, view }, step === 0 ? 'claimed' : 'updated', before);
      sequences.push((await journal.append(record, before.sequence)) as number);
    }
    return sequences;
  };

  const revisionsOf = (events: readonly EventEnvelope<OrderChanged>[], clientOrderId: string): number[] =>
    events.filter(({ data }) => data.order?.clientOrderId === clientOrderId).map(({ data }) => data.revision);
  const published = async (clientOrderId: string): Promise<number[]> =>
    revisionsOf(await stores.events(), clientOrderId);

  it('publishes every record once, in order, as the order stood, under its trace', async () => {
    startRelay();
    const sequences = await write('one', 3);
    await until(async () => (await published('one')).length >= 3, 'the events');
    const events = await stores.events<OrderChanged>();
    expect(events.map(({ type }) => type)).toEqual([
      'elvis.event.order.claimed',
      'elvis.event.order.updated',
      'elvis.event.order.updated',
    ]);
    expect(events.map(({ data }) => data.revision)).toEqual(sequences);
    expect(events[0]).toMatchObject({
      id: 'order:one:0:d',
      version: 1,
      source: 'execution',
      actor: 'spec',
      traceId: 'trace-of-one',
      time: new Date(1_790_000_000_000).toISOString(),
      data: { order: { clientOrderId: 'one', status: 'PENDING_NEW' } },
    });
  });

  it('publishes the decision from the record that claims the id, as a fact of risk', async () => {
    startRelay();
    const decision = {
      decisionId: 'of-one',
      actor: 'spec',
      verdict: 'APPROVED',
      decidedAtMs: 1_790_000_000_001,
    };
    await write('one', 2, JSON.stringify(decision));
    await until(async () => (await stores.events()).length >= 3, 'the events');
    const [approved, ...rest] = await stores.events<RiskDecided>();
    expect(approved).toMatchObject({
      id: 'decision:of-one',
      type: 'elvis.event.risk.approved',
      source: 'risk',
      time: new Date(1_790_000_000_001).toISOString(),
      data: decision,
    });
    expect(rest.map(({ type }) => type)).toEqual(['elvis.event.order.claimed', 'elvis.event.order.updated']);
  });

  it('publishes what risk wrote itself: a denial with its order, a withdrawn approval, and nothing of one without', async () => {
    startRelay();
    const base = intentOf('denied');
    const denial = { code: 'STATE_HALTED', context: {} } as const;
    const decided = { actor: 'spec', order: base.order, decidedAtMs: 1_790_000_000_001 };
    const carries = (decisionId: string, verdict: string) => ({
      decision: JSON.stringify({ ...decided, decisionId, verdict }),
      announcement: { type: `elvis.event.risk.${verdict.toLowerCase()}`, id: decisionId, after: 0 },
    });
    const swept = {
      ...base,
      type: 'VOID',
      announcement: { type: 'elvis.event.risk.approved', id: '', after: 0 },
    } as const;
    const first = (await journal.append(swept, 0)) as number;
    const second = (await journal.append(
      { ...base, type: 'VOID', ...carries('void', 'APPROVED') },
      first,
    )) as number;
    const last = await journal.append(
      { ...base, type: 'DENIED', denial, ...carries('no', 'DENIED') },
      second,
    );
    await until(async () => (await stores.events()).length >= 2, 'the events');
    const [approved, denied, ...others] = await stores.events<RiskDecided>();
    expect(approved).toMatchObject({
      id: 'decision:void',
      type: 'elvis.event.risk.approved',
      source: 'risk',
    });
    expect(denied).toMatchObject({
      ...{ id: 'decision:no', type: 'elvis.event.risk.denied', source: 'risk' },
      data: { decisionId: 'no', revision: last, deniedOrder: base.view },
    });
    expect(others).toEqual([]);
  });

  it('swaps none of an order when the first of a batch was not stored and is sent again', async () => {
    const sequences = await write('kept', 4);
    const others = await write('beside', 3);
    const refused = new Set(['order:kept:0:d', `order:kept:${sequences[1]}`]);
    startRelay((events) => {
      const publish = events.publish.bind(events);
      events.publish = (contract, data, options = {}) =>
        refused.delete(options.id ?? '')
          ? Promise.reject(new Error('not stored'))
          : publish(contract, data, options);
    });
    await until(async () => (await stores.events()).length >= 7, 'the events');
    expect(await published('kept')).toEqual(sequences);
    expect(await published('beside')).toEqual(others);
    expect(refused.size).toBe(0);
  });

  it('publishes each once when several replicas run', async () => {
    for (let replica = 0; replica < 3; replica += 1) startRelay();
    const ids = Array.from({ length: 40 }, (_, place) => `order-${place}`);
    const written = new Map(await Promise.all(ids.map(async (id) => [id, await write(id, 4)] as const)));
    await until(async () => (await stores.events()).length >= 160, 'the events');
    const all = await stores.events<OrderChanged>();
    expect(all).toHaveLength(160);
    for (const id of ids) expect(revisionsOf(all, id)).toEqual(written.get(id));
  });

  it('takes over from a reader that died with a batch in its hands, and keeps the order', async () => {
    const lost = new JournalTail(stores.nats);
    const first = await write('taken', 2);
    const held = await lost.next(50);
    expect(held.map(({ sequence }) => sequence)).toEqual(first);
    lost.close();
    startRelay();
    const all = [...first, ...(await writeOn('taken', first))];
    await until(async () => (await published('taken')).length >= all.length, 'the events', 10_000);
    expect(await published('taken')).toEqual(all);
  });

  const writeOn = async (clientOrderId: string, before: readonly number[]): Promise<number[]> => {
    const sequence = before.at(-1) as number;
    const base = intentOf(clientOrderId);
    const record = announced(
      { ...base, type: 'OUTCOME', view: { ...base.view, status: 'FILLED' } },
      'filled',
      {
        sequence,
        traceId: 'later',
      },
    );
    return [(await journal.append(record, sequence)) as number];
  };

  it('goes on after a message that is no record, and after the event stream refused', async () => {
    const provisioner = await connectNats(stores.natsUrls.provision, 'relay-spec');
    const manager = await provisioner.jetstreamManager();
    await manager.streams.update(EVENT_STREAM, { max_bytes: 1 });
    startRelay();
    await stores.nats.jetstream().publish(journalSubject('nonsense'), 'no record');
    const sequences = await write('after', 2);
    await until(
      async () => (await manager.consumers.info('ELVIS_ORDERS', 'EVENT_RELAY')).num_ack_pending > 0,
      'a batch that waits',
    );
    expect(await stores.events()).toEqual([]);
    await until(async () => (await lag()) === 3, 'the lag to be told');
    await manager.streams.update(EVENT_STREAM, { max_bytes: -1 });
    await until(async () => (await published('after')).length >= 2, 'the events');
    expect(await published('after')).toEqual(sequences);
    await until(async () => (await lag()) === 0, 'nothing to wait any more');
    await provisioner.close();
  });

  it('reads on when a pull has brought all that it asked for', async () => {
    const tail = new JournalTail(stores.nats);
    const written = 2 * EVENT_RELAY_BATCH + 1;
    await Promise.all(Array.from({ length: written }, (_, place) => write(`many-${place}`, 1)));
    let read = 0;
    while (read < written) {
      const messages = await tail.next(50);
      // Without anything: it waited for a pull that had ended.
      expect(messages.length).toBeGreaterThan(0);
      for (const message of messages) message.acknowledge();
      read += messages.length;
    }
    expect(tail.pending).toBe(0);
    tail.close();
  });

  it('publishes what is written before it stops', async () => {
    const relay = startRelay();
    const sequences = await write('last', 3);
    await relay.onApplicationShutdown();
    expect(await published('last')).toEqual(sequences);
  });
});
