/**
 * The order book under fault (line M1): market-data follows the paper exchange's looped recording through a proxy that
 * drops, swaps and doubles messages and cuts connections, by a seed. Every book that it publishes is held against the true
 * one, and after each fault the time is taken until a book from behind it is published.
 */
import { OrderBookUpdate, getMarketOrderBook, orderBookFeed } from '@elvis/contracts';
import { Bus, loadConfig, natsOptions, startService } from '@elvis/platform';
import { PrivateNats, until } from '@elvis/testing';
import { JSONCodec, connect } from 'nats';
import { setTimeout as pause } from 'node:timers/promises';
import { MarketDataConfig } from '../../apps/market-data/src/market-data.config';
import { MarketDataModule } from '../../apps/market-data/src/market-data.module';
import { openVenue } from '../conformance/venue';
import { readSnapshot, serveSnapshots } from './snapshot-source';
import { STREAM_FAULTS, StreamFault, StreamFaults } from './stream-faults';

const SYMBOL = 'BTCUSDT';
/** What is published, and what is compared once at the end. */
const LEVELS = 20;
const DEEP = 200;
const codec = JSONCodec();

export interface OrderBookRun {
  readonly seed: number;
  readonly faults: number;
  /** Pause between two faults, milliseconds. */
  readonly everyMs: number;
  readonly speed: number;
}

export interface OrderBookReport {
  readonly compared: number;
  /** Published books that are not the exchange's. */
  readonly different: readonly string[];
  /** From each fault to the first book from behind it, milliseconds. */
  readonly recoveriesMs: readonly (readonly [StreamFault, number])[];
  readonly deepIsEqual: boolean;
}

export async function runOrderBook(nats: PrivateNats, run: OrderBookRun): Promise<OrderBookReport> {
  const venue = await openVenue({ SYMBOLS: SYMBOL, PAPER_SPEED: `${run.speed}` });
  const proxy = await StreamFaults.open(venue.ws, SYMBOL, DEEP);
  const execution = await connect(natsOptions(nats.urls.execution, 'run-execution'));
  const reader = await connect(natsOptions(nats.urls.gateway, 'run-gateway'));
  serveSnapshots(execution, venue.rest);
  const published: OrderBookUpdate[] = [];
  const different: string[] = [];
  let compared = 0;
  reader.subscribe(`${orderBookFeed.prefix}.${SYMBOL}`, {
    callback: (_, message) => {
      const book = codec.decode(message.data) as OrderBookUpdate;
      published.push(book);
      if (published.length > 50) published.shift();
      const exact = proxy.orderBookAt(book.updateId);
      if (!exact) return;
      compared += 1;
      if (!isSame(book, exact, LEVELS)) different.push(differenceOf(book, exact));
    },
  });
  await reader.flush();
  const config = loadConfig(MarketDataConfig, {
    NATS_URL: nats.urls['market-data'],
    SYMBOLS: SYMBOL,
    BINANCE_FUTURES_WS_URL: proxy.url,
    LOG_LEVEL: 'fatal',
  });
  const { lastUpdateId, ...sides } = await readSnapshot(venue.rest, SYMBOL, 1_000);
  proxy.begin({ lastUpdateId: Number(lastUpdateId), ...sides });
  const service = await startService(
    { name: 'market-data', module: MarketDataModule, config: MarketDataConfig },
    config,
  );
  try {
    await until(() => compared > 3, 'an order book that is published');
    const recoveriesMs: (readonly [StreamFault, number])[] = [];
    const random = seeded(run.seed);
    for (let number = 0; number < run.faults; number += 1) {
      await pause(run.everyMs * (0.75 + random() / 2));
      const fault = STREAM_FAULTS[number % STREAM_FAULTS.length] as StreamFault;
      const { updateId, atMs } = await proxy.make(fault);
      await until(() => Number(published.at(-1)?.updateId ?? 0) >= updateId, `the order book after ${fault}`);
      recoveriesMs.push([fault, performance.now() - atMs]);
    }
    return { compared, different, recoveriesMs, deepIsEqual: await isDeepEqual(new Bus(reader), proxy) };
  } finally {
    await service.stop();
    await Promise.all([execution.close(), reader.close()]);
    await proxy.close();
    await venue.stop();
  }
}

/** The market moves on while it is asked: the answer is compared with the book of its own moment. */
async function isDeepEqual(bus: Bus, proxy: StreamFaults): Promise<boolean> {
  return until(async () => {
    const book = await bus.request(getMarketOrderBook, { market: 'futures', symbol: SYMBOL, levels: DEEP });
    const exact = proxy.orderBookAt(book.updateId);
    return exact && { isEqual: isSame(book, exact, DEEP) };
  }, 'a deep order book whose moment is known').then(({ isEqual }) => isEqual);
}

const isSame = (
  one: Pick<OrderBookUpdate, 'bids' | 'asks'>,
  other: Pick<OrderBookUpdate, 'bids' | 'asks'>,
  levels: number,
): boolean =>
  JSON.stringify([one.bids.slice(0, levels), one.asks.slice(0, levels)]) ===
  JSON.stringify([other.bids.slice(0, levels), other.asks.slice(0, levels)]);

/** Where it begins to differ, for whoever has to find out why. */
function differenceOf(book: OrderBookUpdate, exact: Pick<OrderBookUpdate, 'bids' | 'asks'>): string {
  const sides = (['bids', 'asks'] as const).map((side) => {
    const [shown, actual] = [book[side], exact[side]].map((levels) =>
      levels.map((level) => level.join(' x ')),
    );
    const at = actual!.slice(0, LEVELS).findIndex((level, place) => level !== shown![place]);
    return `${side} ${shown!.length}/${actual!.length} at ${at}: ${shown![at]} for ${actual![at]}`;
  });
  return `${book.updateId} (age ${book.ageMs}): ${sides.join('; ')}`;
}

/** A number from 0 to 1 from a seed, each call another. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
