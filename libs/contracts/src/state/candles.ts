/** The stream of sealed candles: what bots step on and what trade-history stores. */
import { Market } from '@elvis/trading';
import type { SealedCandle } from '../messages/market/candles';

/** JetStream stream: each sealed minute and each of its revisions, kept for 14 days. */
export const CANDLE_STREAM = 'ELVIS_CANDLES';
export const CANDLE_SUBJECTS = 'elvis.candle.>';
/** The durable pull consumer through which trade-history stores them. */
export const HISTORY_CANDLES_CONSUMER = 'HISTORY_CANDLES';

export const candleSubject = (market: Market, symbol: string): string =>
  `elvis.candle.${market}.${symbol}.1m`;

/** The same for every replica that seals this minute, so the stream keeps one of them. */
export const candleMessageId = ({
  market,
  symbol,
  interval,
  openTimeMs,
  revision,
}: Pick<SealedCandle, 'market' | 'symbol' | 'interval' | 'openTimeMs' | 'revision'>): string =>
  `candle:${market}:${symbol}:${interval}:${openTimeMs}:${revision}`;
