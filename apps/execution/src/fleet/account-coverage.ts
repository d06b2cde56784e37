/**
 * Whether somebody follows the account right now, without a gap: a key in Redis for each market, that its keeper renews
 * while its stream is up and everything behind its last gap has been fetched. Its value changes with every gap.
 *
 * Nothing that opens leaves while the account is not watched; a short gap is waited out. The keys are read all the time,
 * so that an order finds a fresh reading and waits for none.
 */
import { LOG, Log, Redis, Rounds } from '@elvis/platform';
import { MARKETS, Market, TradingFailure } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';

/** Present while a replica follows the user stream without a gap; 3 s, its value changes with every gap. */
const KEYS: Readonly<Record<Market, string>> = {
  futures: 'ELVIS_ACCOUNT_WATCHED',
  spot: 'ELVIS_ACCOUNT_WATCHED:spot',
};
const LASTS_MS = 3_000;
const FRESH_MS = 200;
const READ_EVERY_MS = 150;
const WAIT_MS = 1_200;
const LOOK_EVERY_MS = 50;

@Injectable()
export class AccountCoverage implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly known = new Map<Market, { readonly span: string | undefined; readonly at: number }>();

  private readonly readings = new Rounds(async () => {
    await this.read().catch(() => undefined);
    return READ_EVERY_MS;
  });

  constructor(
    private readonly redis: Redis,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.readings.start(0);
  }

  onModuleDestroy(): void {
    this.readings.stop();
  }

  /**
   * Names the span of watching without a gap that we are in; undefined if it is not followed. @throws when Redis is
   * unavailable
   */
  async span(market: Market = 'futures'): Promise<string | undefined> {
    const known = this.known.get(market);
    if (known && performance.now() - known.at < FRESH_MS) return known.span;
    await this.read();
    return this.known.get(market)?.span;
  }

  /**
   * Returns once the account is watched. @throws TradingFailure ACCOUNT_UNAVAILABLE it is not followed; nothing was
   * sent
   */
  async required(market: Market = 'futures'): Promise<void> {
    const deadline = performance.now() + WAIT_MS;
    for (;;) {
      const span = await this.span(market).catch(() => undefined);
      if (span !== undefined) return;
      if (performance.now() > deadline) {
        throw new TradingFailure(
          'ACCOUNT_UNAVAILABLE',
          'The account is not followed at the moment, because its stream is reconnecting or catching up or Redis is unavailable; nothing was sent. Retry in a second',
          { retryAfterMs: 1_000 },
        );
      }
      await pause(LOOK_EVERY_MS);
    }
  }

  /** The keeper says that it has followed everything since `span` began. */
  async renewSpan(span: string, market: Market = 'futures'): Promise<void> {
    await this.redis.set(KEYS[market], span, 'PX', LASTS_MS);
  }

  /** A gap begins. If Redis cannot be told, the key runs out by itself. */
  async interrupt(market: Market = 'futures'): Promise<void> {
    await this.redis.del(KEYS[market]).catch((error: Error) => {
      this.log.warn(
        { reason: error.message },
        'Redis could not be told that the account is not being followed; the entry expires by itself within 3 s',
      );
    });
  }

  private async read(): Promise<void> {
    const at = performance.now();
    const spans = await this.redis.mget(MARKETS.map((market) => KEYS[market]));
    for (const [place, market] of MARKETS.entries())
      this.known.set(market, { span: spans[place] ?? undefined, at });
  }
}
