/**
 * Whether somebody follows the account right now, without a gap: a key in Redis that the account keeper renews while
 * its stream is up and everything behind its last gap has been fetched. Its value changes with every gap.
 *
 * Nobody opens anything while the account is not watched; a short gap is waited out.
 */
import { LOG, Log, Redis } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';

const KEY = 'ELVIS_ACCOUNT_WATCHED';
const LASTS_MS = 3_000;
const FRESH_MS = 200;
const WAIT_MS = 1_200;
const LOOK_EVERY_MS = 50;

@Injectable()
export class AccountWatch {
  private known: { readonly span: string | undefined; readonly at: number } | undefined;

  constructor(
    private readonly redis: Redis,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Names the span of watching without a gap that we are in; undefined if nobody watches. @throws when Redis is away */
  async span(): Promise<string | undefined> {
    const now = performance.now();
    if (this.known && now - this.known.at < FRESH_MS) return this.known.span;
    const span = (await this.redis.get(KEY)) ?? undefined;
    this.known = { span, at: now };
    return span;
  }

  /** Returns once the account is watched. @throws TradingFailure ACCOUNT_UNAVAILABLE nobody watches; nothing was sent */
  async required(): Promise<void> {
    const deadline = performance.now() + WAIT_MS;
    for (;;) {
      const span = await this.span().catch(() => undefined);
      if (span !== undefined) return;
      if (performance.now() > deadline) {
        throw new TradingFailure(
          'ACCOUNT_UNAVAILABLE',
          'Nobody follows the account just now, or what happened in a gap is still being fetched; nothing was sent',
          { retryAfterMs: 1_000 },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** The keeper says that it has followed everything since `span` began. */
  async renew(span: string): Promise<void> {
    await this.redis.set(KEY, span, 'PX', LASTS_MS);
  }

  /** A gap begins. If Redis cannot be told, the key runs out by itself. */
  async end(): Promise<void> {
    await this.redis.del(KEY).catch((error: Error) => {
      this.log.warn(
        { reason: error.message },
        'The end of the watch could not be told; it runs out by itself',
      );
    });
  }
}
