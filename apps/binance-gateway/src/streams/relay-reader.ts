/**
 * The exchange's market messages as market-data relays them, read once for all clients of this replica. One replica of
 * market-data is followed; another only when that one has fallen silent, because two tell the same at different times.
 */
import { INTEREST_EVERY_MS, relayInterestFeed, relaySubject } from '@elvis/contracts';
import { Bus, NATS, everyBeat } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { NatsConnection, Subscription } from 'nats';

const SILENT_MS = 5_000;

type Listener = (data: string) => void;

interface Followed {
  readonly market: Market;
  readonly stream: string;
  readonly subscription: Subscription;
  readonly listeners: Set<Listener>;
  source: string | undefined;
  heardAt: number;
}

@Injectable()
export class RelayReader implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly followed = new Map<string, Followed>();
  private stop: (() => void) | undefined;

  constructor(
    private readonly bus: Bus,
    @Inject(NATS) private readonly connection: NatsConnection,
  ) {}

  onApplicationBootstrap(): void {
    this.stop = everyBeat(INTEREST_EVERY_MS, () => this.followed.forEach((stream) => this.want(stream)));
  }

  onApplicationShutdown(): void {
    this.stop?.();
  }

  /** @returns what ends it */
  listen(market: Market, stream: string, listener: Listener): () => void {
    const name = `${market} ${stream}`;
    const followed = this.followed.get(name) ?? this.follow(market, stream);
    followed.listeners.add(listener);
    return () => {
      if (!followed.listeners.delete(listener) || followed.listeners.size > 0) return;
      followed.subscription.unsubscribe();
      this.followed.delete(name);
    };
  }

  private follow(market: Market, stream: string): Followed {
    const followed: Followed = {
      market,
      stream,
      subscription: this.connection.subscribe(relaySubject(market, stream, '*'), {
        callback: (error, message) => {
          if (!error) hear(followed, message.subject, message.string());
        },
      }),
      listeners: new Set(),
      source: undefined,
      heardAt: 0,
    };
    this.followed.set(`${market} ${stream}`, followed);
    this.want(followed);
    return followed;
  }

  private want({ market, stream }: Followed): void {
    this.bus.publish(relayInterestFeed, `${market}.${stream}`, { market, stream });
  }
}

function hear(followed: Followed, source: string, data: string): void {
  const now = performance.now();
  if (source !== followed.source && followed.source !== undefined && now - followed.heardAt < SILENT_MS)
    return;
  followed.source = source;
  followed.heardAt = now;
  for (const listener of followed.listeners) listener(data);
}
