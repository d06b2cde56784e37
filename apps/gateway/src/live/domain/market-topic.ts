/**
 * The names of market topics: `books.BTCUSDT`, `trades.BTCUSDT`, `tickers.BTCUSDT`, the same of the spot market as
 * `spot-books.BTCUSDT` and so on, `candles.BTCUSDT.1m`, `reference.BTCUSDT` or by the other venue's own name
 * `reference.BTC-USD`, and `marks` for all symbols together. There are no others and no wildcards.
 */
import { CANDLE_INTERVALS, CandleInterval, SYMBOL_PATTERN } from '@elvis/trading';

export const SYMBOL_TOPICS = [
  'books',
  'trades',
  'tickers',
  'spot-books',
  'spot-trades',
  'spot-tickers',
] as const;

export type MarketTopic =
  | { readonly kind: 'marks' }
  | { readonly kind: (typeof SYMBOL_TOPICS)[number]; readonly symbol: string }
  | { readonly kind: 'candles'; readonly symbol: string; readonly interval: CandleInterval }
  | { readonly kind: 'reference'; readonly of: string };

const PRODUCT_PATTERN = /^[A-Z0-9]{1,20}-[A-Z0-9]{1,20}$/;

/** Undefined if it is the name of no market topic. */
export function readMarketTopic(name: string): MarketTopic | undefined {
  if (name === 'marks') return { kind: 'marks' };
  const [kind = '', about = '', ...more] = name.split('.');
  if (kind === 'candles') return readCandles(about, more);
  if (more.length > 0) return undefined;
  const isSymbol = SYMBOL_PATTERN.test(about);
  if (kind === 'reference') return isSymbol || PRODUCT_PATTERN.test(about) ? { kind, of: about } : undefined;
  const known = SYMBOL_TOPICS.find((topic) => topic === kind);
  return known && isSymbol ? { kind: known, symbol: about } : undefined;
}

function readCandles(symbol: string, [name, ...more]: readonly string[]): MarketTopic | undefined {
  const interval = CANDLE_INTERVALS.find((known) => known === name);
  if (!interval || more.length > 0 || !SYMBOL_PATTERN.test(symbol)) return undefined;
  return { kind: 'candles', symbol, interval };
}

export function marketTopicName(topic: MarketTopic): string {
  switch (topic.kind) {
    case 'marks':
      return topic.kind;
    case 'candles':
      return `${topic.kind}.${topic.symbol}.${topic.interval}`;
    case 'reference':
      return `${topic.kind}.${topic.of}`;
    default:
      return `${topic.kind}.${topic.symbol}`;
  }
}

/** Trades are sent one by one, all else as it is newest. */
export const isOfTrades = ({ kind }: MarketTopic): boolean => kind === 'trades' || kind === 'spot-trades';

export const isOfSpot = ({ kind }: MarketTopic): boolean => kind.startsWith('spot-');
