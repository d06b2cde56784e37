import {
  AUDITOR_CONSUMER,
  EVENT_STREAM,
  JOURNAL_STREAM,
  TRADE_HISTORY_CONSUMER,
  journalSubject,
  orderFilled,
} from '@elvis/contracts';
import { ConfigError, OrderJournal, connectNats, loadConfig } from '@elvis/platform';
import { JournalRecord, JournalRecordType, OrderStatus } from '@elvis/trading';
import { aRecord, opened, startNats } from '@elvis/testing';
import { DailyPurge } from '../src/programs/daily-purge';
import { PurgeReport, purgeJournal } from '../src/programs/journal-purge';
import { PurgeConfig } from '../src/programs/purge.config';
import { JournalTail } from '../src/relay/journal-tail';

const DAY_MS = 86_400_000;
const RETENTION_DAYS = 90;
/** What stands in a stream has the server's time; so it is the reader who lives a hundred days later. */
const NOW_MS = Date.now() + 100 * DAY_MS;
const OLD_MS = NOW_MS - 99 * DAY_MS;
const YOUNG_MS = NOW_MS - 5 * DAY_MS;
const NOTHING: PurgeReport = { purged: 0, trimmed: 0, unsettled: 0, notInHistory: 0, unreadable: 0 };

describe('the purge of the journal', () => {
  const server = opened(() => startNats());
  const nats = opened(() => connectNats(server.urls.execution, 'purge-spec'));
  const provision = opened(() => connectNats(server.urls.provision, 'purge-spec'));
  const journal = opened(() => new OrderJournal(nats));
  const relay = opened(() => new JournalTail(nats));

  beforeEach(async () => {
    const { streams } = await provision.jetstreamManager();
    await Promise.all([streams.purge(JOURNAL_STREAM), streams.purge(EVENT_STREAM)]);
  });

  const purge = (url = server.urls.provision, nowMs = NOW_MS): Promise<PurgeReport> =>
    purgeJournal(url, { retentionDays: RETENTION_DAYS, nowMs, patienceMs: 0 });
  const purgeToday = (): Promise<PurgeReport> => purge(server.urls.provision, Date.now());

  interface Wish {
    readonly type?: JournalRecordType;
    readonly changedAtMs?: number;
    readonly more?: Partial<JournalRecord>;
  }

  function recordOf(id: string, status: OrderStatus, wish: Wish = {}): JournalRecord {
    const { type = 'OUTCOME', changedAtMs = OLD_MS, more } = wish;
    const isFilled = status === 'FILLED';
    const view = { clientOrderId: id, status, filledQuantity: isFilled ? '1' : '0', decisionId: `d-${id}` };
    return aRecord(
      { ...view, createdAtMs: OLD_MS, updatedAtMs: changedAtMs },
      {
        type,
        ...(isFilled && { fills: { quantity: '1', quote: '100' }, appliedTradeIds: ['7'] }),
        ...more,
      },
    );
  }

  async function write(...records: readonly JournalRecord[]): Promise<void> {
    await append(...records);
    await publishAll();
  }

  async function append(...records: readonly JournalRecord[]): Promise<void> {
    for (const record of records) {
      const before = await journal.last(record.order.clientOrderId);
      expect(await journal.append(record, before?.sequence ?? 0)).toBeGreaterThan(0);
    }
  }

  /** As the relay does once it has published. */
  async function publishAll(): Promise<void> {
    while ((await relay.backlog()) > 0) for (const message of await relay.next(50)) message.acknowledge();
  }

  const countOf = async (id: string): Promise<number> => {
    const { streams } = await provision.jetstreamManager();
    const { state } = await streams.info(JOURNAL_STREAM, { subjects_filter: journalSubject(id) });
    return state.subjects?.[journalSubject(id)] ?? 0;
  };

  const stands = async (id: string): Promise<boolean> => (await journal.last(id)) !== undefined;

  it.each<[string, OrderStatus, JournalRecordType]>([
    ['filled', 'FILLED', 'OUTCOME'],
    ['canceled', 'CANCELED', 'OUTCOME'],
    ['refused by the exchange', 'REJECTED', 'OUTCOME'],
    ['denied by risk', 'DENIED', 'DENIED'],
    ['released without having been sent', 'PENDING_NEW', 'RELEASED'],
    ['voided', 'PENDING_NEW', 'VOID'],
  ])('takes an old order that was %s, with all its records', async (_, status, type) => {
    await write(recordOf('it', 'PENDING_NEW', { type: 'INTENT' }), recordOf('it', status, { type }));
    expect(await purge()).toEqual({ ...NOTHING, purged: 1 });
    expect(await stands('it')).toBe(false);
    expect((await (await provision.jetstreamManager()).streams.info(JOURNAL_STREAM)).state.messages).toBe(0);
  });

  it('leaves a settled order that is young, whenever it was placed', async () => {
    await write(
      recordOf('it', 'NEW', { changedAtMs: OLD_MS }),
      recordOf('it', 'CANCELED', { changedAtMs: YOUNG_MS }),
    );
    expect(await purge()).toEqual({ ...NOTHING, trimmed: 1 });
    expect(await purge()).toEqual(NOTHING);
    expect(await stands('it')).toBe(true);
  });

  it.each<[string, JournalRecord]>([
    ['may still be sent', recordOf('it', 'PENDING_NEW', { type: 'INTENT' })],
    ['rests', recordOf('it', 'NEW')],
    ['is filled in part', recordOf('it', 'PARTIALLY_FILLED')],
    ['nobody knows of', recordOf('it', 'UNKNOWN')],
    ['is being canceled', recordOf('it', 'PENDING_CANCEL')],
    ['is filled, but not every fill is known', recordOf('it', 'FILLED', { more: { fills: undefined } })],
    [
      'is closed while a change of it is unclear',
      recordOf('it', 'CANCELED', {
        more: {
          amendment: {
            approvalId: 'a',
            decisionId: 'd',
            epoch: 1,
            sendByMs: 1,
            recvWindowMs: 1,
            quantity: '2',
            price: '1',
          },
        },
      }),
    ],
  ])('leaves an old order that %s', async (_, record) => {
    await write(recordOf('it', 'PENDING_NEW', { type: 'INTENT' }), record);
    expect(await purge()).toEqual({ ...NOTHING, unsettled: 1 });
    expect(await stands('it')).toBe(true);
  });

  it('keeps the last record of a young order that is over, and with it the id used', async () => {
    const intent = recordOf('it', 'PENDING_NEW', { type: 'INTENT' });
    await write(intent, recordOf('it', 'NEW'), recordOf('it', 'FILLED'), recordOf('open', 'NEW'));
    const last = await journal.last('it');
    expect(await purgeToday()).toEqual({ ...NOTHING, trimmed: 1 });
    expect(await journal.last('it')).toEqual(last);
    expect(await countOf('it')).toBe(1);
    // A replay compares the events with these.
    expect(await journal.all()).toEqual([last, await journal.last('open')]);
    expect(await journal.append(intent, 0)).toBeUndefined();
    expect(await purgeToday()).toEqual(NOTHING);
  });

  it('keeps every record of an order that is open, and of one whose message is no record', async () => {
    await write(recordOf('it', 'PENDING_NEW', { type: 'INTENT' }), recordOf('it', 'NEW'));
    await write(recordOf('garbled', 'PENDING_NEW', { type: 'INTENT' }), recordOf('garbled', 'FILLED'));
    await nats.jetstream().publish(journalSubject('garbled'), 'no record');
    expect(await purgeToday()).toEqual(NOTHING);
    expect([await countOf('it'), await countOf('garbled')]).toEqual([2, 3]);
  });

  it('takes nothing that the relay has not published', async () => {
    await write(recordOf('it', 'PENDING_NEW', { type: 'INTENT' }), recordOf('it', 'CANCELED'));
    await append(recordOf('later', 'PENDING_NEW', { type: 'INTENT' }), recordOf('later', 'CANCELED'));
    expect(await purgeToday()).toEqual({ ...NOTHING, trimmed: 1 });
    expect([await countOf('it'), await countOf('later')]).toEqual([1, 2]);
    expect(await purge()).toEqual({ ...NOTHING, purged: 1, notInHistory: 1 });
    expect(await countOf('later')).toBe(2);
    await publishAll();
    expect(await purge()).toEqual({ ...NOTHING, purged: 1 });
  });

  it('leaves what is no record of an order, and says so', async () => {
    await nats.jetstream().publish(journalSubject('it'), 'no record');
    expect(await purge()).toEqual({ ...NOTHING, unreadable: 1 });
    await write(recordOf('other', 'CANCELED'));
    expect(await purge()).toEqual({ ...NOTHING, unreadable: 1, purged: 1 });
  });

  it('takes only those that are to go, and finds them over the gaps of earlier purges', async () => {
    const ids = Array.from({ length: 30 }, (_, place) => `order-${place}`);
    const isOpen = (place: number): boolean => place % 3 === 0;
    await write(...ids.map((id, place) => recordOf(id, isOpen(place) ? 'NEW' : 'CANCELED')));
    expect(await purge()).toEqual({ ...NOTHING, purged: 20, unsettled: 10 });
    const left = (await journal.all()).map(({ record }) => record.order.clientOrderId);
    expect(left).toEqual(ids.filter((_, place) => isOpen(place)));
    await write(...left.map((id) => recordOf(id, 'CANCELED')));
    expect(await purge()).toEqual({ ...NOTHING, purged: 10 });
    expect(await journal.all()).toEqual([]);
  });

  it('waits until trade-history has stored what was told in the time of the order', async () => {
    await write(recordOf('it', 'NEW'), recordOf('it', 'CANCELED'));
    await nats.jetstream().publish(orderFilled.type, '{}');
    expect(await purge()).toEqual({ ...NOTHING, notInHistory: 1 });
    expect(await countOf('it')).toBe(2);
    // The auditor's acknowledgement is not trade-history's.
    await acknowledgeOne('auditor', AUDITOR_CONSUMER);
    expect(await purge()).toEqual({ ...NOTHING, notInHistory: 1 });
    await acknowledgeOne('trade-history', TRADE_HISTORY_CONSUMER);
    expect(await purge()).toEqual({ ...NOTHING, purged: 1 });
  });

  it('frees the id: another order may use it from then on', async () => {
    await write(recordOf('it', 'CANCELED'));
    expect(await journal.append(recordOf('it', 'PENDING_NEW', { type: 'INTENT' }), 0)).toBeUndefined();
    await purge();
    const sequence = await journal.append(recordOf('it', 'PENDING_NEW', { type: 'INTENT' }), 0);
    expect(sequence).toBeGreaterThan(1);
    expect((await journal.last('it'))?.record.type).toBe('INTENT');
  });

  it.each(['execution', 'risk', 'trade-history', 'operator'] as const)(
    'is refused to the user %s',
    async (user) => {
      await write(recordOf('it', 'CANCELED'));
      await expect(purge(server.urls[user])).rejects.toThrow(/permission|timeout/i);
      expect(await stands('it')).toBe(true);
    },
  );

  it('comes by itself, says what it did, and ends when it is told to', async () => {
    await nats.jetstream().publish(journalSubject('it'), 'no record');
    let tell: (sentence: string) => void = () => undefined;
    const told = new Promise<string>((resolve) => (tell = resolve));
    const daily = new DailyPurge(server.urls.provision, -1, { done: tell, wrong: tell });
    daily.start();
    expect(await told).toMatch(/0 settled orders purged, 0 trimmed.* 1 unreadable/);
    await daily.stop();
  });

  it('says why it could not purge, and ends all the same', async () => {
    let tell: (sentence: string) => void = () => undefined;
    const told = new Promise<string>((resolve) => (tell = resolve));
    const wrong = server.urls.provision.replace(/:[^:@]+@/, ':wrong@');
    const daily = new DailyPurge(wrong, RETENTION_DAYS, { done: tell, wrong: tell });
    daily.start();
    expect(await told).toMatch(/could not be purged .* retrying in an hour/);
    await daily.stop();
  });

  it('keeps orders for ninety days unless it is told otherwise, and for a week at least', () => {
    expect(loadConfig(PurgeConfig, {}).JOURNAL_RETENTION_DAYS).toBe(90);
    expect(loadConfig(PurgeConfig, { JOURNAL_RETENTION_DAYS: '30' }).JOURNAL_RETENTION_DAYS).toBe(30);
    expect(() => loadConfig(PurgeConfig, { JOURNAL_RETENTION_DAYS: '6' })).toThrow(ConfigError);
    expect(() => loadConfig(PurgeConfig, { JOURNAL_RETENTION_DAYS: 'never' })).toThrow(ConfigError);
  });

  async function acknowledgeOne(user: 'auditor' | 'trade-history', consumer: string): Promise<void> {
    const reader = await connectNats(server.urls[user], 'purge-spec');
    try {
      const message = await reader.jetstream().pull(EVENT_STREAM, consumer);
      expect(await message.ackAck()).toBe(true);
    } finally {
      await reader.close();
    }
  }
});
