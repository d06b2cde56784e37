/**
 * Measures what the account has lost. The first value of the day and the highest value stand in Redis for all replicas;
 * a replica that remembers them writes them back to a Redis that has lost them.
 */
import { Health, LOG, Log, Redis, RedisScript } from '@elvis/platform';
import { Decimal } from '@elvis/trading';
import { Inject, Injectable, OnModuleInit } from '@nestjs/common';
import { LossFact } from '../domain/checks/check';
import { EquityHistory, acknowledged, lossOf, withEquity } from '../domain/loss';
import { AccountFeed } from './account-feed';
import { AccountState } from './read-account';

const KEY = 'ELVIS_EQUITY';
const ASSET = 'USDT';
const TRIES = 5;

/** Writes what was made of what stood, if it still stands so. ARGV: as read (3), as it becomes (3); '' for none. */
const CHANGE = new RedisScript<number>(`
local known = redis.call('HMGET', KEYS[1], 'day', 'dayStart', 'peak')
for i = 1, 3 do
  if (known[i] or '') ~= ARGV[i] then return 0 end
end
redis.call('HSET', KEYS[1], 'day', ARGV[4], 'dayStart', ARGV[5], 'peak', ARGV[6])
return 1
`);

@Injectable()
export class LossMeter implements OnModuleInit {
  private history: EquityHistory | undefined;
  private equity: Decimal | undefined;
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
      return wasKnown ? undefined : 'what the account has lost is not known yet';
    });
  }

  onModuleInit(): void {
    this.feed.onChange((account) => void (this.work = this.work.then(() => this.follow(account))));
  }

  /** Undefined until the history has been read once. */
  get fact(): LossFact | undefined {
    return this.history && this.equity && lossOf(this.history, this.equity);
  }

  get worth(): Decimal | undefined {
    return this.equity;
  }

  /** What has been lost until now counts no more. @throws TradingFailure STORE_UNAVAILABLE */
  async acknowledge(what: 'daily-loss' | 'drawdown'): Promise<void> {
    const { equity } = this;
    if (equity) await this.change((history) => history && acknowledged(history, equity, what));
  }

  private async follow(account: AccountState): Promise<void> {
    const equity = account.balances.get(ASSET)?.equity;
    if (!equity) return;
    const day = new Date(account.asOfMs).toISOString().slice(0, 10);
    try {
      await this.change((history) => withEquity(history ?? this.history, equity, day));
    } catch (error) {
      // Without Redis nothing opens anyway; what is remembered is measured on.
      this.history &&= withEquity(this.history, equity, day);
      this.log.debug({ err: error }, 'What the account was worth cannot be written down');
    }
    this.equity = equity;
  }

  private async change(
    make: (history: EquityHistory | undefined) => EquityHistory | undefined,
  ): Promise<void> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const known = await this.redis.hmget(KEY, 'day', 'dayStart', 'peak');
      const next = make(readHistory(known));
      if (!next) return;
      const text = [next.day, next.dayStart.toFixed(), next.peak.toFixed()];
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
}

function readHistory([day, dayStart, peak]: readonly (string | null)[]): EquityHistory | undefined {
  try {
    if (!day || !dayStart || !peak) return undefined;
    return { day, dayStart: new Decimal(dayStart), peak: new Decimal(peak) };
  } catch {
    return undefined;
  }
}
