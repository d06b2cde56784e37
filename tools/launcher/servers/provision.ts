/**
 * The streams, the buckets of stops and of limits and the durable consumers, made at set-up by the one user who may.
 *
 * Safe to repeat: what is there is brought up to date and keeps its messages. Everything is on disk, and a full
 * stream refuses instead of forgetting. The record of stops is read from its leader only (no direct get).
 */
import {
  AUDITOR_CONSUMER,
  EVENT_STREAM,
  EVENT_SUBJECTS,
  HALTS_BUCKET,
  JOURNAL_STREAM,
  JOURNAL_SUBJECTS,
  LIMITS_BUCKET,
  TRADE_HISTORY_CONSUMER,
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

export async function provision(provisionUrl: string, { replicas = 1 } = {}): Promise<void> {
  const connection = await connect({ ...natsOptions(provisionUrl, 'provision'), maxReconnectAttempts: 20 });
  try {
    const manager = await connection.jetstreamManager();
    for (const stream of streams(replicas)) await putStream(manager, stream);
    for (const consumer of [TRADE_HISTORY_CONSUMER, AUDITOR_CONSUMER]) await putConsumer(manager, consumer);
  } finally {
    await connection.close();
  }
}

type StreamWish = Partial<StreamConfig> & Pick<StreamConfig, 'name'>;

const streams = (replicas: number): readonly StreamWish[] => [
  {
    ...lasting(replicas),
    name: EVENT_STREAM,
    subjects: [EVENT_SUBJECTS],
    duplicate_window: nanos(120_000),
  },
  { ...lasting(replicas), name: JOURNAL_STREAM, subjects: [JOURNAL_SUBJECTS] },
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
];

const lasting = (replicas: number): Partial<StreamConfig> => ({
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.New,
  num_replicas: replicas,
  allow_direct: false,
});

/** A durable pull consumer of all events, from the first one on; what a dead reader held comes again after 10 s. */
const durable = (name: string): Partial<ConsumerConfig> => ({
  durable_name: name,
  ack_policy: AckPolicy.Explicit,
  deliver_policy: DeliverPolicy.All,
  ack_wait: nanos(10_000),
  max_deliver: -1,
  max_ack_pending: 20_000,
});

async function putStream(manager: JetStreamManager, wish: StreamWish): Promise<void> {
  if (await exists(() => manager.streams.info(wish.name))) await manager.streams.update(wish.name, wish);
  else await manager.streams.add(wish);
}

async function putConsumer(manager: JetStreamManager, name: string): Promise<void> {
  const wish = durable(name);
  if (await exists(() => manager.consumers.info(EVENT_STREAM, name))) {
    await manager.consumers.update(EVENT_STREAM, name, {
      ack_wait: wish.ack_wait,
      max_ack_pending: wish.max_ack_pending,
    });
  } else {
    await manager.consumers.add(EVENT_STREAM, wish);
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
