/**
 * The streams, the buckets of stops, limits and open orders and the durable consumers, made at set-up by the one user who may.
 *
 * Safe to repeat: what is there is brought up to date and keeps its messages. Everything is on disk, and a full
 * stream refuses instead of forgetting. The record of stops is read from its leader only (no direct get).
 */
import {
  AUDITOR_CONSUMER,
  BOTS_CANDLES_CONSUMER,
  BOTS_FACTS_CONSUMER,
  BOTS_JOURNAL_CONSUMER,
  BOT_JOURNAL_SUBJECTS,
  BOT_STREAM,
  BOT_WORKERS_CONSUMER,
  BOT_WORK_SUBJECTS,
  BOT_REDELIVERY_MS,
  CANDLE_STREAM,
  CANDLE_SUBJECTS,
  EVENT_RELAY_BATCH,
  EVENT_RELAY_CONSUMER,
  EVENT_STREAM,
  EVENT_SUBJECTS,
  HALTS_BUCKET,
  HISTORY_BOTS_CONSUMER,
  HISTORY_CANDLES_CONSUMER,
  JOURNAL_STREAM,
  JOURNAL_SUBJECTS,
  LIMITS_BUCKET,
  OPEN_ORDERS_BUCKET,
  RESEARCH_ACK_WAIT_MS,
  RESEARCH_STREAM,
  RESEARCH_SUBJECTS,
  RESEARCH_WORKERS_CONSUMER,
  RESEARCH_WORK_SUBJECTS,
  SYMBOL_LEASES_BUCKET,
  TRADE_HISTORY_CONSUMER,
  WORK_ACKS_PENDING,
  WORK_STREAM,
  WORK_SUBJECTS,
} from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import {
  AckPolicy,
  ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamManager,
  RetentionPolicy,
  StorageType,
  StreamConfig,
  connect,
  nanos,
} from 'nats';

const HALTS_HISTORY = 64;
/** An event that is published again within this time is stored once, by its id. */
const REPEATS_ARE_ONE_MS = 120_000;
/** A replica that was cut off seals its minutes late: for so long they are known to be there. */
const CANDLES_ARE_ONE_MS = 3_600_000;
const CANDLES_KEPT_MS = 14 * 86_400_000;
/** A bot's record of the last weeks: its older steps are in the database. Its last record never goes. */
const BOT_RECORDS_KEPT = 100_000;
/** A token past its tries would lie in the queue unseen, and no other be taken: its worker counts instead. */
const COUNTED_BY_WORKERS = 1_000_000;

export async function provision(provisionUrl: string, { replicas = 1 } = {}): Promise<void> {
  const connection = await connect({ ...natsOptions(provisionUrl, 'provision'), maxReconnectAttempts: 20 });
  try {
    const manager = await connection.jetstreamManager();
    for (const stream of streams(replicas)) await putStream(manager, stream);
    for (const consumer of [TRADE_HISTORY_CONSUMER, AUDITOR_CONSUMER])
      await putConsumer(manager, EVENT_STREAM, durable(consumer));
    await putConsumer(manager, EVENT_STREAM, ofBots(BOTS_FACTS_CONSUMER));
    await putConsumer(manager, CANDLE_STREAM, durable(HISTORY_CANDLES_CONSUMER));
    await putConsumer(manager, CANDLE_STREAM, ofBots(BOTS_CANDLES_CONSUMER));
    await putConsumer(manager, BOT_STREAM, durable(HISTORY_BOTS_CONSUMER));
    await putConsumer(manager, BOT_STREAM, ofBots(BOTS_JOURNAL_CONSUMER));
    await putConsumer(manager, WORK_STREAM, botWorkers());
    await putConsumer(manager, WORK_STREAM, researchWorkers());
    await putConsumer(manager, JOURNAL_STREAM, relay());
  } finally {
    await connection.close();
  }
}

type ConsumerWish = Partial<ConsumerConfig> & Pick<ConsumerConfig, 'durable_name'>;
type StreamWish = Partial<StreamConfig> & Pick<StreamConfig, 'name'>;

const streams = (replicas: number): readonly StreamWish[] => [
  {
    ...lasting(replicas),
    name: EVENT_STREAM,
    subjects: [EVENT_SUBJECTS],
    duplicate_window: nanos(REPEATS_ARE_ONE_MS),
  },
  { ...lasting(replicas), name: JOURNAL_STREAM, subjects: [JOURNAL_SUBJECTS] },
  {
    ...lasting(replicas),
    name: CANDLE_STREAM,
    subjects: [CANDLE_SUBJECTS],
    max_age: nanos(CANDLES_KEPT_MS),
    duplicate_window: nanos(CANDLES_ARE_ONE_MS),
  },
  {
    ...lasting(replicas),
    name: BOT_STREAM,
    subjects: [BOT_JOURNAL_SUBJECTS],
    max_msgs_per_subject: BOT_RECORDS_KEPT,
    discard: DiscardPolicy.Old,
  },
  {
    ...lasting(replicas),
    name: WORK_STREAM,
    subjects: [WORK_SUBJECTS],
    retention: RetentionPolicy.Workqueue,
    max_msgs_per_subject: 1,
    discard_new_per_subject: true,
  },
  {
    ...lasting(replicas),
    name: RESEARCH_STREAM,
    subjects: [RESEARCH_SUBJECTS],
    max_msgs_per_subject: 1,
    discard: DiscardPolicy.Old,
  },
  {
    ...lasting(replicas),
    name: `KV_${SYMBOL_LEASES_BUCKET}`,
    subjects: [`$KV.${SYMBOL_LEASES_BUCKET}.>`],
    max_msgs_per_subject: HALTS_HISTORY,
    deny_delete: true,
    allow_rollup_hdrs: true,
  },
  {
    ...lasting(replicas),
    name: `KV_${HALTS_BUCKET}`,
    subjects: [`$KV.${HALTS_BUCKET}.>`],
    max_msgs_per_subject: HALTS_HISTORY,
    deny_delete: true,
    allow_rollup_hdrs: true,
  },
  {
    ...lasting(replicas),
    name: `KV_${LIMITS_BUCKET}`,
    subjects: [`$KV.${LIMITS_BUCKET}.>`],
    max_msgs_per_subject: HALTS_HISTORY,
    deny_delete: true,
    allow_rollup_hdrs: true,
  },
  {
    ...lasting(replicas),
    name: `KV_${OPEN_ORDERS_BUCKET}`,
    subjects: [`$KV.${OPEN_ORDERS_BUCKET}.>`],
    max_msgs_per_subject: 1,
    deny_delete: true,
    allow_rollup_hdrs: true,
  },
];

const lasting = (replicas: number): Partial<StreamConfig> => ({
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.New,
  num_replicas: replicas,
  allow_direct: false,
});

/** A durable pull consumer of all that a stream holds, from the first one on; what a dead reader held comes again after 10 s. */
const durable = (name: string): ConsumerWish => ({
  durable_name: name,
  ack_policy: AckPolicy.Explicit,
  deliver_policy: DeliverPolicy.All,
  ack_wait: nanos(10_000),
  max_deliver: -1,
  max_ack_pending: 20_000,
});

/** A bot waits for what a dead supervisor held. */
const ofBots = (name: string): ConsumerWish => ({ ...durable(name), ack_wait: nanos(BOT_REDELIVERY_MS) });

/**
 * Reads the journal for the relay: one waiting pull and one unacknowledged batch, whatever the number of replicas. What a
 * dead replica held comes again after 1 s. On a journal that is older than the relay it begins with what was written last:
 * the rest was published by its writers.
 */
const relay = (): ConsumerWish => ({
  durable_name: EVENT_RELAY_CONSUMER,
  ack_policy: AckPolicy.Explicit,
  deliver_policy: DeliverPolicy.StartTime,
  opt_start_time: new Date(Date.now() - REPEATS_ARE_ONE_MS).toISOString(),
  ack_wait: nanos(1_000),
  max_deliver: -1,
  max_ack_pending: EVENT_RELAY_BATCH,
  max_waiting: 1,
});

/** One token at a time for each worker, which says all the while that it is at work. */
const botWorkers = (): ConsumerWish => ({
  durable_name: BOT_WORKERS_CONSUMER,
  filter_subject: BOT_WORK_SUBJECTS,
  ack_policy: AckPolicy.Explicit,
  deliver_policy: DeliverPolicy.All,
  ack_wait: nanos(BOT_REDELIVERY_MS),
  // Takes away the waits that an older release gave it.
  backoff: [],
  max_deliver: COUNTED_BY_WORKERS,
  max_ack_pending: WORK_ACKS_PENDING,
});

/** A unit's worker says every 20 s that it is at work. */
const researchWorkers = (): ConsumerWish => ({
  durable_name: RESEARCH_WORKERS_CONSUMER,
  filter_subject: RESEARCH_WORK_SUBJECTS,
  ack_policy: AckPolicy.Explicit,
  deliver_policy: DeliverPolicy.All,
  ack_wait: nanos(RESEARCH_ACK_WAIT_MS),
  max_deliver: COUNTED_BY_WORKERS,
  max_ack_pending: WORK_ACKS_PENDING,
});

async function putStream(manager: JetStreamManager, wish: StreamWish): Promise<void> {
  if (await exists(() => manager.streams.info(wish.name))) await manager.streams.update(wish.name, wish);
  else await manager.streams.add(wish);
}

async function putConsumer(manager: JetStreamManager, stream: string, wish: ConsumerWish): Promise<void> {
  const name = wish.durable_name as string;
  if (await exists(() => manager.consumers.info(stream, name))) {
    const { ack_wait, max_ack_pending, max_deliver, backoff } = wish;
    const changes = { ack_wait, max_ack_pending, max_deliver, ...(backoff && { backoff }) };
    await manager.consumers.update(stream, name, changes);
  } else {
    await manager.consumers.add(stream, wish);
  }
}

async function exists(look: () => Promise<unknown>): Promise<boolean> {
  try {
    await look();
    return true;
  } catch (error) {
    if ((error as { api_error?: { code?: number } }).api_error?.code === 404) return false;
    throw error;
  }
}
