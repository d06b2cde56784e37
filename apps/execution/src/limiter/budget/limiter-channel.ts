/** What concerns every replica at once, over Redis' own channels: a freeze, its end, a clock that looks wrong. */
import { Redis } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { Freeze, FreezeScope } from './freeze-memory';
import { LIMITER_CHANNEL } from './limiter-keys';

export type LimiterMessage =
  | ({ readonly type: 'freeze'; readonly market: Market; readonly scope: FreezeScope } & Freeze)
  | { readonly type: 'thaw'; readonly market: Market; readonly scope: FreezeScope; readonly endsAt: number }
  | { readonly type: 'clock-suspect' };

export class LimiterChannel {
  private readonly subscriber: Redis;

  constructor(
    private readonly redis: Redis,
    onMessage: (message: LimiterMessage) => void,
  ) {
    this.subscriber = redis.duplicate({ enableOfflineQueue: true, commandTimeout: undefined });
    this.subscriber.on('error', () => undefined);
    this.subscriber.on('message', (_channel, text: string) => onMessage(JSON.parse(text) as LimiterMessage));
    void this.subscriber.subscribe(LIMITER_CHANNEL).catch(() => undefined);
  }

  /** Whether a freeze ordered elsewhere would be heard of at once. */
  get isHeard(): boolean {
    return this.subscriber.status === 'ready';
  }

  publishMessage(message: LimiterMessage): void {
    void this.redis.publish(LIMITER_CHANNEL, JSON.stringify(message)).catch(() => undefined);
  }

  close(): void {
    this.subscriber.disconnect();
  }
}
