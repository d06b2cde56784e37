/** What one may listen to, and which events belong where. */
import { EventEnvelope } from '@elvis/contracts';

export const TOPICS = [
  'orders',
  'fills',
  'positions',
  'trading-state',
  'rate-limits',
  'halts',
  'bots',
  'research',
  'work',
  'alerts',
  'overview',
  'equity',
] as const;
/** Steps of one bot have a topic of their own: `bot-steps:<id>`. */
export type Topic = (typeof TOPICS)[number] | `bot-steps:${string}`;

const BOT_STEPS = /^bot-steps:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Undefined if it is no topic about the account or a bot. */
export const readAccountTopic = (name: string): Topic | undefined =>
  TOPICS.find((known) => known === name) ?? (BOT_STEPS.test(name) ? (name as Topic) : undefined);

export interface LiveMessage {
  /** Counts up in one gateway's life, without holes. */
  readonly seq: number;
  readonly topic: Topic;
  readonly type: string;
  readonly time: string;
  /** Of several waiting messages with one key only the newest is sent; a fill has none and is always sent. */
  readonly key?: string;
  readonly data: unknown;
  /** Whose it is, where only they are told. */
  readonly owner?: string;
}

export const isFor = (owner: string, message: LiveMessage): boolean =>
  message.owner === undefined || message.owner === owner;

const PREFIXES: readonly (readonly [prefix: string, topic: Topic])[] = [
  ['elvis.event.order.', 'orders'],
  ['elvis.event.account.', 'positions'],
  ['elvis.event.leverage.', 'positions'],
  ['elvis.event.risk.leverage-changed', 'positions'],
  ['elvis.event.risk.denied', 'orders'],
  ['elvis.event.kill-switch.', 'halts'],
  ['elvis.event.trading-state.', 'trading-state'],
  ['elvis.event.exchange.', 'rate-limits'],
  ['elvis.event.bot.', 'bots'],
];

/** What NATS is asked for: most of what happens has no topic, a decision is the largest of it. */
export const LIVE_SUBJECTS: readonly string[] = PREFIXES.map(([prefix]) =>
  prefix.endsWith('.') ? `${prefix}>` : prefix,
);

export const topicOf = (type: string): Topic | undefined =>
  PREFIXES.find(([prefix]) => type.startsWith(prefix))?.[1];

/** An order's messages replace each other: each carries the order complete. */
export function keyOf({ type, data }: EventEnvelope): string | undefined {
  const id = (data as { order?: { clientOrderId?: unknown } } | null)?.order?.clientOrderId;
  return type.startsWith('elvis.event.order.') && typeof id === 'string' ? `order:${id}` : undefined;
}
