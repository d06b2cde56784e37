/**
 * The names of market topics: `books.BTCUSDT`, `trades.BTCUSDT`, `tickers.BTCUSDT`, the same of the spot market as
 * `spot-books.BTCUSDT` and so on, and `marks` for all symbols together. There are no others and no wildcards.
 */
import { SYMBOL_PATTERN } from '@elvis/trading';

export const SYMBOL_TOPICS = [
  'books',
  'trades',
  'tickers',
  'spot-books',
  'spot-trades',
  'spot-tickers',
] as const;

export type MarketTopic =
  { readonly kind: 'marks' } | { readonly kind: (typeof SYMBOL_TOPICS)[number]; readonly symbol: string };

/** Undefined if it is the name of no market topic. */
export function readMarketTopic(name: string): MarketTopic | undefined {
  if (name === 'marks') return { kind: 'marks' };
  const [first, symbol = '', ...more] = name.split('.');
  const kind = SYMBOL_TOPICS.find((known) => known === first);
  return kind && SYMBOL_PATTERN.test(symbol) && more.length === 0 ? { kind, symbol } : undefined;
}

export const marketTopicName = (topic: MarketTopic): string =>
  topic.kind === 'marks' ? topic.kind : `${topic.kind}.${topic.symbol}`;

/** Trades are sent one by one, all else as it is newest. */
export const isOfTrades = ({ kind }: MarketTopic): boolean => kind === 'trades' || kind === 'spot-trades';

export const isOfSpot = ({ kind }: MarketTopic): boolean => kind.startsWith('spot-');
