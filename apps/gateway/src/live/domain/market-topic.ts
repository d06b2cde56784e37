/**
 * The names of market topics: `books.BTCUSDT`, `trades.BTCUSDT`, `tickers.BTCUSDT`, `reference.BTCUSDT`,
 * `candles.BTCUSDT.1m`, and `marks` for all symbols together. There are no others and no wildcards.
 */
import { SYMBOL_PATTERN } from '@elvis/trading';

export const SYMBOL_TOPICS = ['books', 'trades', 'tickers', 'reference', 'candles'] as const;
type SymbolTopic = (typeof SYMBOL_TOPICS)[number];

export type MarketTopic =
  | { readonly kind: 'marks' }
  | { readonly kind: SymbolTopic; readonly symbol: string; readonly interval?: string };

const INTERVAL = /^(1m|3m|5m|15m|30m|1h|2h|4h|6h|8h|12h|1d|3d|1w|1M)$/;

/** Undefined if it is the name of no market topic. */
export function readMarketTopic(name: string): MarketTopic | undefined {
  if (name === 'marks') return { kind: 'marks' };
  const [first, symbol = '', interval, ...more] = name.split('.');
  const kind = SYMBOL_TOPICS.find((known) => known === first);
  if (!kind || !SYMBOL_PATTERN.test(symbol) || more.length > 0) return undefined;
  if (kind !== 'candles') return interval === undefined ? { kind, symbol } : undefined;
  return interval !== undefined && INTERVAL.test(interval) ? { kind, symbol, interval } : undefined;
}

export const marketTopicName = (topic: MarketTopic): string =>
  topic.kind === 'marks'
    ? topic.kind
    : [topic.kind, topic.symbol, ...(topic.interval ? [topic.interval] : [])].join('.');
