/**
 * Measures what the account has lost. Where it is measured from stands in Redis for all replicas; a replica that
 * remembers it writes it back to a Redis that has lost it. While what stands there cannot be read, nothing is known.
 */
import { Health, LOG, Log, Redis, RedisScript } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable, OnModuleInit } from '@nestjs/common';
import { LossFact } from '../domain/checks/check';
import {
  EquityHistory,
  LossStop,
  Transfer,
  Worth,
  acknowledged,
  lossOf,
  withEquity,
  withTransfers,
} from '../domain/loss';
import { AccountFeed } from './account-feed';
import { EQUITY_FIELDS, EquityUnreadable, readEquity, writeEquity } from './equity-record';
import { AccountState } from './read-account';

const KEY = 'ELVIS_EQUITY';
/** What losses are measured in. */
export const LOSS_ASSET = 'USDT';
const TRIES = 5;
/** A booking may be listed so much later than the balance shows it. */
const LISTED_AFTER_MS = 2_000;

/** Writes what was made of what stood, if it still stands so. ARGV: as read (4), as it becomes (4); '' for none. */
const CHANGE = new RedisScript<number>(`
local known = redis.call('HMGET', KEYS[1], 'day', 'dayStart', 'peak', 'course')
for i = 1, 4 do
  if (known[i] or '') ~= ARGV[i] then return 0 end
end
redis.call('HSET', KEYS[1], 'day', ARGV[5], 'dayStart', ARGV[6], 'peak', ARGV[7], 'course', ARGV[8])
return 1
`);

@Injectable()
export class LossMeter implements OnModuleInit {
  private history: EquityHistory | undefined;
  private worth: Worth | undefined;
  private wallet: { readonly amount: string; readonly changedAtMs: number } | undefined;
  private isUnreadable = false;
  private work: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly feed: AccountFeed,
    private readonly redis: Redis,
    health: Health,
    @Inject(LOG) private readonly log: Log,
  ) {
    let wasKnown = false;
    health.require('losses', () => {
      wasKnown ||= this.history !== undefined;
      if (this.isUnreadable && !wasKnown) return 'what the account was worth cannot be read in Redis';
      return wasKnown ? undefined : 'what the account has lost is not known yet';
    });
  }

  onModuleInit(): void {
    this.feed.onChange((account) => void (this.work = this.work.then(() => this.follow(account))));
  }

  /** Undefined until the history has been read once, and while it cannot be read. */
  get fact(): LossFact | undefined {
    if (this.isUnreadable || !this.history || !this.worth) return undefined;
    return lossOf(this.history, this.worth);
  }

  /** The exchange's bookings are known until then. */
  get bookedToMs(): number | undefined {
    return this.history?.bookedToMs;
  }

  /** Whether the wallet has changed since the bookings were last read: a loss may be money that went elsewhere. */
  get isWalletUnexplained(): boolean {
    if (!this.history || !this.wallet) return false;
    return this.history.bookedToMs < this.wallet.changedAtMs + LISTED_AFTER_MS;
  }

  /**
   * What had been lost when this stop was ended counts no more.
   * @throws TradingFailure STORE_UNAVAILABLE, or ACCOUNT_UNAVAILABLE before the account has been read
   */
  async acknowledge(stop: LossStop): Promise<void> {
    const { worth } = this;
    if (!worth) throw new TradingFailure('ACCOUNT_UNAVAILABLE', 'What the account is worth is not known yet');
    await this.change((history) => history && acknowledged(history, worth, stop), worth.atMs);
  }

  /** All money that came or went until then. @throws TradingFailure STORE_UNAVAILABLE */
  async learn(transfers: readonly Transfer[], bookedToMs: number): Promise<void> {
    const learnt = (history: EquityHistory | undefined): EquityHistory | undefined =>
      history && withTransfers(history, transfers, bookedToMs);
    await this.change(learnt, bookedToMs);
  }

  private async follow(account: AccountState): Promise<void> {
    const balance = account.balances.get(LOSS_ASSET);
    if (!balance) return;
    const worth = { equity: balance.equity, atMs: account.asOfMs };
    const amount = balance.wallet.toFixed();
    if (this.wallet?.amount !== amount) this.wallet = { amount, changedAtMs: account.asOfMs };
    const day = new Date(account.asOfMs).toISOString().slice(0, 10);
    try {
      await this.change((history) => withEquity(history ?? this.history, worth, day), worth.atMs);
    } catch (error) {
      // Without Redis nothing opens anyway; what is remembered is measured on.
      this.history &&= withEquity(this.history, worth, day);
      this.log.debug({ err: error }, 'What the account was worth cannot be written down');
    }
    this.worth = worth;
  }

  private async change(
    make: (history: EquityHistory | undefined) => EquityHistory | undefined,
    nowMs: number,
  ): Promise<void> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const known = await this.redis.hmget(KEY, ...EQUITY_FIELDS);
      const next = make(this.read(known, nowMs));
      if (!next) return;
      const text = writeEquity(next);
      const isSame = text.every((value, index) => value === known[index]);
      if (
        isSame ||
        (await CHANGE.run(this.redis, [KEY], [...known.map((value) => value ?? ''), ...text])) === 1
      ) {
        this.history = next;
        return;
      }
    }
  }

  /** @throws EquityUnreadable */
  private read(known: readonly (string | null)[], nowMs: number): EquityHistory | undefined {
    try {
      const history = readEquity(known, nowMs);
      this.isUnreadable = false;
      return history;
    } catch (error) {
      if (error instanceof EquityUnreadable && !this.isUnreadable)
        this.log.error({ err: error, key: KEY }, 'What the account was worth cannot be read; nothing opens');
      this.isUnreadable = true;
      throw error;
    }
  }
}
