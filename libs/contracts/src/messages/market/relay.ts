/**
 * The exchange's market messages word for word, for a front that speaks the exchange's own language: one upstream
 * subscription serves all that want a stream, whoever and how many they are.
 */
import { MARKETS, Market } from '@elvis/trading';
import { IsIn, Matches } from 'class-validator';
import { marketFeed } from '../contract';

/** As the exchange names streams: `btcusdt@depth@100ms`, `!ticker@arr`, `btcusdt@kline_1d@+08:00`. */
const STREAM_NAME = /^[!\w][\w@:+-]{2,63}$/;

export const isStreamName = (name: unknown): name is string =>
  typeof name === 'string' && STREAM_NAME.test(name);

/**
 * Somebody wants a stream relayed, on `elvis.presence.relay.<market>.<stream>`: at once with the first want, and every
 * `INTEREST_EVERY_MS` while it lasts. What is not said again is let go after a while.
 */
export class RelayInterest {
  @IsIn(MARKETS) readonly market!: Market;
  @Matches(STREAM_NAME) readonly stream!: string;
}

/** Published with `<market>.<stream>` in the place of the symbol. */
export const relayInterestFeed = marketFeed('elvis.presence.relay', RelayInterest);

export const RELAY_SUBJECTS = 'elvis.relay.>';

/**
 * Where the stream's messages are: the `data` of each, byte by byte as the exchange sent it, in its order. Each replica of
 * market-data relays by itself, under its own name at the end of the subject: a reader follows one of them, and another
 * only when that one falls silent, for two hear the same at different times.
 */
export const relaySubject = (market: Market, stream: string, replica: string): string =>
  `elvis.relay.${market}.${stream}.${replica}`;
