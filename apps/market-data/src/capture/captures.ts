/** The captures that are under way: each gets what is heard, a few times a second, until its time is over. */
import { CapturePart, StartCapture, captureSubject } from '@elvis/contracts';
import { LOG, Log, NATS } from '@elvis/platform';
import { Market, TradingFailure } from '@elvis/trading';
import { Inject, Injectable, OnModuleDestroy } from '@nestjs/common';
import { JSONCodec, NatsConnection } from 'nats';
import { MarketMessage } from '../domain/stream-messages';
import { MarketFollower } from '../feeds/market-follower';
import { MarketListener, MarketTap } from '../feeds/market-tap';
import { Capture, CapturedOrderBook } from './capture';

const PART_EVERY_MS = 200;
const EVERY_LEVEL = 1_000_000;
const codec = JSONCodec<CapturePart>();

interface Running {
  readonly market: Market;
  readonly capture: Capture;
  readonly timer: NodeJS.Timeout;
}

@Injectable()
export class Captures implements MarketListener, OnModuleDestroy {
  private readonly running = new Map<string, Running>();

  constructor(
    tap: MarketTap,
    private readonly follower: MarketFollower,
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(LOG) private readonly log: Log,
  ) {
    tap.listen(this);
  }

  onModuleDestroy(): void {
    for (const [captureId, { timer }] of this.running) {
      clearInterval(timer);
      this.send(captureId, { part: -1, lines: [], ended: 'market-data was stopped' });
    }
    this.running.clear();
  }

  heard(market: Market, message: MarketMessage, text: string): void {
    for (const running of this.running.values())
      if (running.market === market) running.capture.hear(message, text);
  }

  /** @throws TradingFailure MARKET_DATA_MISSING */
  start({ captureId, market, symbols, durationMs }: StartCapture): { readonly untilMs: number } {
    const capture = new Capture(symbols.map((symbol) => this.book(market, symbol)));
    const untilMs = Date.now() + durationMs;
    const timer = setInterval(() => {
      if (Date.now() < untilMs && capture.brokenBy === undefined) {
        const part = capture.takePart();
        if (part) this.send(captureId, part);
        return;
      }
      clearInterval(timer);
      this.running.delete(captureId);
      this.send(captureId, capture.end());
      this.log.info(
        { captureId, market, symbols, problem: capture.brokenBy },
        'A capture of the market has ended; where `problem` is set it ended early, because the recording would have a hole',
      );
    }, PART_EVERY_MS);
    this.running.set(captureId, { market, capture, timer });
    return { untilMs };
  }

  private book(market: Market, symbol: string): CapturedOrderBook {
    const feed = this.follower.feed(market, symbol);
    const isFollowed = feed?.wanted.has('depth') === true && feed.wanted.has('trades');
    if (!isFollowed || !feed.sync.orderBook.isSynced)
      throw new TradingFailure(
        'MARKET_DATA_MISSING',
        isFollowed
          ? `The order book of ${symbol} on ${market} is being loaded, so no capture was begun; retry in a moment`
          : `${symbol} is not followed on ${market}, so no capture was begun; put it into SYMBOLS, or watch its order book and its trades`,
        { retryAfterMs: 1_000 },
      );
    const { orderBook, eventTimeMs } = feed.sync;
    return {
      symbol,
      snapshot: { lastUpdateId: orderBook.updateId, ...orderBook.top(EVERY_LEVEL) },
      atMs: eventTimeMs,
    };
  }

  private send(captureId: string, part: CapturePart): void {
    this.nats.publish(captureSubject(captureId), codec.encode(part));
  }
}
