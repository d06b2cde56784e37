/**
 * Reads the account from the exchange, at any load and at most once at a time for each market in the whole fleet:
 * anyone who comes while a reading is under way waits for its end, and reads only if that one was not enough.
 */
import { Redis, releaseLease, takeLease } from '@elvis/platform';
import { Market, TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { AccountReading } from '../domain/known-account';
import { ExchangeClock } from '../limiter/clock/exchange-clock';
import { VenueAccounts } from '../venue/venue-accounts';

/** Which replica reads a market's account; 5 s, then another may. */
const turnKey = (market: Market): string => `ELVIS_ACCOUNT_READING:${market}`;
/** Somewhat longer than a reading may take: a reader that died holds nobody up for longer. */
const TURN_MS = 5_000;
const LOOK_EVERY_MS = 40;

@Injectable()
export class AccountReader {
  constructor(
    private readonly venue: VenueAccounts,
    private readonly redis: Redis,
    private readonly clock: ExchangeClock,
  ) {}

  /**
   * The account as the exchange has it, `asOfMs` being the exchange's time before it was asked.
   *
   * @param enough asked before each try: what makes a reading unnecessary
   * @throws TradingFailure the exchange, or Redis, could not be asked
   */
  async readFromExchange<Else = never>(
    market: Market,
    enough: () => Promise<Else | undefined> = () => Promise.resolve(undefined),
  ): Promise<AccountReading | Else> {
    const turn = turnKey(market);
    const reader = randomUUID();
    const giveUpAt = performance.now() + 2 * TURN_MS;
    while (!(await takeLease(this.redis, turn, reader, TURN_MS))) {
      await pause(LOOK_EVERY_MS);
      const found = await enough();
      if (found !== undefined) return found;
      if (performance.now() > giveUpAt) {
        const text = 'Another replica is reading the account and has not finished; nothing was done. Retry';
        throw new TradingFailure('ACCOUNT_UNAVAILABLE', text, { retryAfterMs: 1_000 });
      }
    }
    try {
      const asOfMs = this.clock.now();
      return { ...(await this.venue[market].account()), asOfMs };
    } finally {
      await releaseLease(this.redis, turn, reader);
    }
  }
}
