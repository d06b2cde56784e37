/** What concerns every replica at once, over Redis' own channels: a freeze, its end, a clock that looks wrong. */
import { Redis } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { Freeze, FreezeScope } from './freeze-memory';
import { NEWS_CHANNEL } from './limiter-keys';

export type News =
  | ({ readonly type: 'freeze'; readonly market: Market; readonly scope: FreezeScope } & Freeze)
  | { readonly type: 'thaw'; readonly market: Market; readonly scope: FreezeScope; readonly endsAt: number }
  | { readonly type: 'clock-suspect' };

export class FleetNews {
  private readonly subscriber: Redis;

  constructor(
    private readonly redis: Redis,
    onNews: (news: News) => void,
  ) {
    this.subscriber = redis.duplicate({ enableOfflineQueue: true, commandTimeout: undefined });
    this.subscriber.on('error', () => undefined);
    this.subscriber.on('message', (_channel, text: string) => onNews(JSON.parse(text) as News));
    void this.subscriber.subscribe(NEWS_CHANNEL).catch(() => undefined);
  }

  /** Whether a freeze ordered elsewhere would be heard of at once. */
  get isHeard(): boolean {
    return this.subscriber.status === 'ready';
  }

  tell(news: News): void {
    void this.redis.publish(NEWS_CHANNEL, JSON.stringify(news)).catch(() => undefined);
  }

  close(): void {
    this.subscriber.disconnect();
  }
}
