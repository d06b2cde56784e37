/**
 * Follows the reference venue: what Coinbase asks for each symbol of `COINBASE_PRODUCTS`, and how far the exchange is from
 * it. Nothing waits for it and no order ever goes there: without it risk refuses entries only where a limit asks for it.
 */
import { answeredAs } from '@elvis/coinbase';
import { VenueView, referenceFeed } from '@elvis/contracts';
import { Bus, LOG, Log, Metrics } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { MarketFollower } from '../feeds/market-follower';
import { MarketMetrics } from '../feeds/market-metrics';
import { Venues } from '../feeds/venues';
import { MarketDataConfig } from '../market-data.config';
import { ExchangeTop, compare } from './domain/comparison';
import { ProductQuote, Top } from './domain/product-quote';
import { UsualDistance } from './domain/usual-distance';
import { ReferenceRules, ReferenceStream } from './reference-stream';

const VENUE = 'coinbase';
const STREAM = 'reference';
const GAPS: ReadonlySet<string> = new Set(['gap', 'out-of-order', 'crossed']);
const PUBLISH_MS = 250;
/** A symbol whose reference is missing, or does not change, for so long is told of. */
const AWAY_MS = 30_000;

interface Followed {
  readonly symbol: string;
  readonly product: string;
  readonly quote: ProductQuote;
  readonly usual: UsualDistance;
  /** When its newest word came, on the monotonic clock; at first when the service started. */
  heardAtMs: number;
  isAway: boolean;
  divergence: string | null;
}

@Injectable()
export class ReferenceFollower implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly followed: readonly Followed[];
  private readonly quotes: ReadonlyMap<string, ProductQuote>;
  private readonly stream: ReferenceStream | undefined;
  private readonly breaks;
  private readonly ages;
  private readonly divergence;
  private timer: NodeJS.Timeout | undefined;
  private malformed = 0;
  private gaps = 0;

  constructor(
    private readonly bus: Bus,
    config: MarketDataConfig,
    private readonly exchange: MarketFollower,
    private readonly counters: MarketMetrics,
    venues: Venues,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
    rules: ReferenceRules,
  ) {
    this.breaks = metrics.counter(
      'elvis_market_reference_breaks_total',
      'Connections to the reference venue that ended, by what ended them',
      ['venue', 'kind'],
    );
    this.ages = metrics.gauge(
      'elvis_market_reference_age_seconds',
      'Age of the newest word of the reference venue',
      ['venue', 'symbol'],
    );
    this.divergence = metrics.gauge(
      'elvis_market_divergence',
      'How far the exchange is from the reference venue, less the median of 24 hours, as a fraction',
      ['venue', 'symbol'],
    );
    const pairs = config.COINBASE_WS_URL === undefined ? [] : config.references();
    this.quotes = new Map(pairs.map(({ product }) => [answeredAs(product), new ProductQuote()]));
    this.followed = pairs.map(({ symbol, product }) => ({
      symbol,
      product,
      quote: this.quotes.get(answeredAs(product))!,
      usual: new UsualDistance(config.REFERENCE_WARM_UP_MS),
      heardAtMs: performance.now(),
      isAway: false,
      divergence: null,
    }));
    if (config.COINBASE_WS_URL === undefined || pairs.length === 0) return;
    this.stream = this.connect(config.COINBASE_WS_URL, rules);
    venues.register(() => this.report());
  }

  onApplicationBootstrap(): void {
    if (!this.stream) return;
    this.stream.start();
    this.timer = setInterval(() => {
      this.stream?.look();
      for (const followed of this.followed) this.publish(followed);
    }, PUBLISH_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.stream?.stop();
  }

  private connect(url: string, rules: ReferenceRules): ReferenceStream {
    const products = [...new Set(this.followed.map(({ product }) => product))];
    return new ReferenceStream(
      url,
      products,
      {
        onVoid: () => this.quotes.forEach((quote) => quote.forget()),
        onEvent: (event, arrival) => {
          this.counters.countMessage(VENUE, event.kind);
          const quote = this.quotes.get(event.product);
          if (!quote) this.counters.countDropped(VENUE, STREAM, 'not-followed');
          return quote?.apply(event, arrival) ?? true;
        },
        onLive: () => this.log.info({ venue: VENUE, products }, 'The reference venue is connected'),
        onBreak: (kind, reason) => {
          this.breaks.inc({ venue: VENUE, kind });
          if (GAPS.has(kind)) this.gaps += 1;
          this.log.warn(
            { venue: VENUE, kind, reason },
            'The connection to the reference venue ended; reconnecting. Its prices are stale until then',
          );
        },
        onMalformed: (text, isSample) => {
          this.malformed += 1;
          this.counters.countDropped(VENUE, STREAM, 'malformed');
          if (isSample)
            this.log.warn(
              { venue: VENUE, text: text.slice(0, 200) },
              'A malformed message of the reference venue was dropped; at most one a second is shown',
            );
        },
        onAlert: (failedTries) =>
          this.log.error(
            { alert: 'market-stream', venue: VENUE, stream: STREAM, failedTries },
            'The reference venue cannot be reached; from now on one try a minute is made. Check the network, COINBASE_WS_URL and COINBASE_PRODUCTS',
          ),
      },
      rules,
    );
  }

  /** A lost book is not published: its readers see the last good one grow old. */
  private publish(followed: Followed): void {
    const nowMs = performance.now();
    const top = followed.quote.top();
    if (top) followed.heardAtMs = top.receivedAtMs;
    followed.divergence = top ? this.compared(followed, top, nowMs) : null;
    const labels = { venue: VENUE, symbol: followed.symbol };
    if (followed.divergence === null) this.divergence.remove(labels);
    else this.divergence.set(labels, Number(followed.divergence));
    this.tellIfAway(followed, nowMs);
  }

  private compared({ symbol, product, usual }: Followed, top: Top, nowMs: number): string | null {
    const { bid, ask, last, sequence, timeMs: atMs } = top;
    const ageMs = Math.max(0, Math.round(nowMs - top.receivedAtMs + top.excessMs));
    const result = compare({ bid, ask, ageMs }, this.exchangeTop(symbol, nowMs), usual, nowMs);
    const quote = { symbol, venue: VENUE, product, bid, ask, last, sequence, atMs, ageMs };
    this.bus.publish(referenceFeed, symbol, { ...quote, ...result });
    return result.divergence;
  }

  private exchangeTop(symbol: string, nowMs: number): ExchangeTop | undefined {
    const sync = this.exchange.feed('futures', symbol)?.sync;
    if (!sync?.orderBook.isSynced) return undefined;
    const { bids, asks } = sync.orderBook.top(1);
    return bids[0] && asks[0] && { bid: bids[0][0], ask: asks[0][0], ageMs: sync.ageMs(nowMs) };
  }

  private tellIfAway(followed: Followed, nowMs: number): void {
    const { symbol, heardAtMs } = followed;
    const ageMs = nowMs - heardAtMs;
    this.ages.set({ venue: VENUE, symbol }, ageMs / 1_000);
    const isAway = ageMs > AWAY_MS;
    if (isAway === followed.isAway) return;
    followed.isAway = isAway;
    if (isAway) {
      this.log.error(
        { alert: 'reference-venue', venue: VENUE, symbol, ageMs: Math.round(ageMs) },
        'The reference price of a symbol has been missing or unchanged for 30 s; while RISK_MAX_VENUE_DIVERGENCE is on, entries in it are refused with 503. Check the network, COINBASE_WS_URL and COINBASE_PRODUCTS',
      );
    } else this.log.info({ venue: VENUE, symbol }, 'The reference price of a symbol is available again');
  }

  private report(): VenueView {
    return {
      venue: VENUE,
      use: 'reference',
      connections: this.stream ? [{ name: STREAM, ...this.stream.stream.status() }] : [],
      feeds: this.followed.map(({ symbol, quote, heardAtMs, divergence }) => ({
        symbol,
        topics: ['reference'],
        isOrderBookSynced: quote.top() !== undefined,
        orderBookAgeMs: Math.round(performance.now() - heardAtMs),
        gaps: this.gaps,
        ...(divergence !== null && { divergence }),
      })),
      malformed: this.malformed,
    };
  }
}
