/**
 * Relays the exchange's messages word for word to whoever wants a stream of them: the first who says so makes us subscribe
 * upstream, and a while after the last one said so it ends. Nothing is read, changed or kept on the way.
 */
import { RelayInterest, isStreamName, relayInterestFeed, relaySubject } from '@elvis/contracts';
import { Bus, LOG, Log, Metrics, ServiceIdentity, everyBeat } from '@elvis/platform';
import { MARKETS, Market } from '@elvis/trading';
import { Inject, Injectable, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { performance } from 'node:perf_hooks';
import { WantedStreams } from '../domain/wanted-streams';
import { MarketFollower } from '../feeds/market-follower';
import { MarketListener, MarketTap } from '../feeds/market-tap';
import { MarketDataConfig } from '../market-data.config';

/** The exchange carries 1024 on one connection. */
const STREAMS_AT_MOST = 1_000;
const LOOK_MS = 1_000;

@Injectable()
export class StreamRelay implements MarketListener, OnModuleInit, OnModuleDestroy {
  private readonly wanted: ReadonlyMap<Market, WantedStreams>;
  private stopLooks: (() => void) | undefined;
  private readonly relayedTotal;

  constructor(
    tap: MarketTap,
    private readonly follower: MarketFollower,
    private readonly bus: Bus,
    private readonly identity: ServiceIdentity,
    config: MarketDataConfig,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    // Twice as long as a feed: whoever reads the exchange's own words has to begin again where they were interrupted.
    const lingerMs = 2 * config.FEED_LINGER_MS;
    this.wanted = new Map(MARKETS.map((market) => [market, new WantedStreams(lingerMs, STREAMS_AT_MOST)]));
    this.relayedTotal = metrics.counter(
      'elvis_market_relayed_total',
      'Messages of the exchange that were relayed word for word',
      ['market'],
    );
    tap.listen(this);
  }

  onModuleInit(): void {
    this.bus.subscribe(relayInterestFeed, (interest) => this.hear(interest));
    this.stopLooks = everyBeat(LOOK_MS, () => this.letGo());
  }

  onModuleDestroy(): void {
    this.stopLooks?.();
  }

  relayed(market: Market, stream: string, data: string): void {
    this.bus.publishText(relaySubject(market, stream, this.identity.name), data);
    this.relayedTotal.inc({ market });
  }

  private hear({ market, stream }: Partial<RelayInterest>): void {
    if (!market || !this.follower.isFollowed(market) || !isStreamName(stream)) return;
    const wanted = this.wanted.get(market);
    const heard = wanted?.hear(stream, performance.now());
    if (heard === 'new') this.follow(market);
    if (heard === 'full')
      this.log.warn(
        { market, stream },
        `A stream is not relayed: ${STREAMS_AT_MOST} others of the market are. It is when one of them is no longer wanted`,
      );
  }

  private letGo(): void {
    const nowMs = performance.now();
    for (const [market, wanted] of this.wanted) if (wanted.forgetOld(nowMs)) this.follow(market);
  }

  private follow(market: Market): void {
    this.follower.relay(market, this.wanted.get(market)?.names() ?? new Set());
  }
}
