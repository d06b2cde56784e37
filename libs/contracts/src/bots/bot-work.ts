/**
 * The work queue carries wake-ups, not work: a token says "look at this bot's journal", and what is due stands there. So a
 * token that is lost or doubled loses or doubles nothing.
 */
import { query, marketFeed } from '../messages/contract';

/** JetStream work queue: at most one token a subject, and a further one is refused, which is success. */
export const WORK_STREAM = 'ELVIS_WORK';
export const WORK_SUBJECTS = 'elvis.work.>';
export const BOT_WORK_SUBJECTS = 'elvis.work.bots.*';
export const RESEARCH_WORK_SUBJECTS = 'elvis.work.research.*';
/** Durable pull consumers: one token at a time each, acknowledged after the COMMIT. */
export const BOT_WORKERS_CONSUMER = 'BOT_WORKERS';
export const RESEARCH_WORKERS_CONSUMER = 'RESEARCH_WORKERS';
/** The durable pull consumers through which the supervisor hears sealed candles, events, and the bots' own journal. */
export const BOTS_CANDLES_CONSUMER = 'BOTS_CANDLES';
export const BOTS_FACTS_CONSUMER = 'BOTS_FACTS';
export const BOTS_JOURNAL_CONSUMER = 'BOTS_JOURNAL';

export const botWorkSubject = (botId: string): string => `elvis.work.bots.${botId}`;
export const researchWorkSubject = (job: string): string => `elvis.work.research.${job}`;

/**
 * What a dead process of bots held comes again after this: a fill that it had heard of, and the wake-up of a bot whose
 * position has no stop yet. A worker says more often than that that it is at work.
 */
export const BOT_REDELIVERY_MS = 2_000;
export const BOT_WORK_DELIVERIES = 5;
/** A token that comes so often has a step that ends its workers. */
export const BOT_WORK_DEATHS = 20;
export const RESEARCH_ACK_WAIT_MS = 60_000;
/** A token that comes so often has a unit that ends its workers: what a limit ends is tried again by its worker. */
export const RESEARCH_DEATHS = 10;
/** Tokens out at once over all workers; those that are delayed count too. */
export const WORK_ACKS_PENDING = 256;

export const WORK_QUEUES = ['bots', 'research'] as const;
export type WorkQueueName = (typeof WORK_QUEUES)[number];

export class WorkQueueView {
  readonly queue!: WorkQueueName;
  /** Tokens that wait, and those a worker holds. */
  readonly depth!: number;
  readonly held!: number;
  /** Of the one that waits longest; null where none does. */
  readonly oldestMs!: number | null;
  readonly workers!: number;
  /** From token to worker, of the last minute; null before the first. */
  readonly waitP95Ms!: number | null;
  /** Deliveries beyond the first, since the service began. */
  readonly redelivered!: number;
  readonly asOfMs!: number;
}

export class GetWork {}

/** Both queues, as NATS counts them. */
export const getWork = query<GetWork, { readonly queues: readonly WorkQueueView[] }>(
  'elvis.query.bots.work',
  GetWork,
);

/** Once a second while anything waits or is held, and when that ends. */
export const workFeed = marketFeed('elvis.presence.work', WorkQueueView);
