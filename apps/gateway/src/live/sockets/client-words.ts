/** What a client may say on its stream, and how it is told what is wrong with it. */
import { MarketTopic, readMarketTopic } from '../domain/market-topic';
import { Topic, readAccountTopic } from '../topics';

export interface ClientWords {
  readonly subscribe: readonly TopicName[];
  readonly unsubscribe: readonly TopicName[];
  /** Whether the page that listens is hidden; undefined if nothing is said about it. */
  readonly hidden?: boolean;
  /** Any number of the client's own; it comes back with the gateway's time. */
  readonly ping?: number;
}

/** A topic about the account, or one of the market. */
export type TopicName = { readonly account: Topic } | { readonly market: MarketTopic };

/** Undefined if there is no such topic. */
export function readTopic(name: unknown): TopicName | undefined {
  if (typeof name !== 'string') return undefined;
  const account = readAccountTopic(name);
  if (account) return { account };
  const market = readMarketTopic(name);
  return market && { market };
}

/** Undefined if it is not such a message, or names a topic that there is not. */
export function readClientWords(text: string): ClientWords | undefined {
  const said = parsed(text);
  if (!said) return undefined;
  const subscribe = readTopics(said.subscribe);
  const unsubscribe = readTopics(said.unsubscribe);
  const { hidden, ping } = said;
  if (!subscribe || !unsubscribe || (hidden !== undefined && typeof hidden !== 'boolean')) return undefined;
  if (ping !== undefined && typeof ping !== 'number') return undefined;
  return { subscribe, unsubscribe, hidden, ping };
}

function readTopics(names: unknown = []): TopicName[] | undefined {
  if (!Array.isArray(names)) return undefined;
  const topics = names.map(readTopic);
  return topics.every((topic) => topic !== undefined) ? topics : undefined;
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
