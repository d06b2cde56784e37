/**
 * Reads from the exchange's bookings what money came and went: each minute, and at once when a loss would stop
 * trading and the wallet has changed since. The stop waits for that, a few seconds and no more. One replica reads.
 */
import { BOOKING_OVERLAP_MS, isMoved, LOSS_ASSET, Transfer } from '@elvis/rules';
import { IncomeItem, listIncome } from '@elvis/contracts';
import { Bus, LOG, Log, Redis } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Clock } from './clock';
import { AccountFeed } from './account-feed';
import { amountOf, textOf, timeOf } from './equity-record';
import { LossMeter } from './loss-meter';

const LOOK_EVERY_MS = 5_000;
/** Thirty of the weight that all share for each page. */
const READ_EVERY_MS = 60_000;
const AGAIN_MS = 1_500;
/** So long a stop for a loss waits for the bookings that might explain it. */
const WAIT_MS = 5_000;
const ANSWER_MS = 10_000;
const PAGE = 1_000;
const MOST_PAGES = 10;
/** Which replica of risk reads the bookings of the exchange next. */
const TURN = 'ELVIS_BOOKINGS_TURN';

@Injectable()
export class TransferPoller implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private isReading = false;
  private waitingSinceMs: number | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly redis: Redis,
    private readonly feed: AccountFeed,
    private readonly losses: LossMeter,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.read('minute', READ_EVERY_MS), LOOK_EVERY_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** To be asked at each look: whether the loss found may yet turn out to be money that went elsewhere. */
  mayExplain(isLossFound: boolean): boolean {
    if (!isLossFound || !this.losses.isWalletUnexplained) {
      this.waitingSinceMs = undefined;
      return false;
    }
    const now = this.clock.monotonicMs();
    this.waitingSinceMs ??= now;
    void this.read('loss', AGAIN_MS);
    return now - this.waitingSinceMs < WAIT_MS;
  }

  private async read(why: string, everyMs: number): Promise<void> {
    const { latest } = this.feed;
    const { bookedToMs } = this.losses;
    if (this.isReading || !latest || bookedToMs === undefined) return;
    this.isReading = true;
    try {
      if ((await this.redis.set(`${TURN}:${why}`, '1', 'PX', everyMs, 'NX')) !== 'OK') return;
      const fromMs = Math.max(0, Math.floor(bookedToMs - BOOKING_OVERLAP_MS));
      await this.readFrom(fromMs, Math.floor(latest.account.asOfMs + latest.ageMs));
    } catch (error) {
      this.log.warn(
        { err: error },
        'Transfers to and from the account could not be read; retrying. Until then a withdrawal may look like a loss. If it stays, report it as a bug',
      );
    } finally {
      this.isReading = false;
    }
  }

  private async readFrom(fromMs: number, toMs: number): Promise<void> {
    const found: Transfer[] = [];
    let knownToMs = toMs;
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const span = { market: 'futures', fromMs, toMs, limit: PAGE, page } as const;
      const { items } = await this.bus.request(listIncome, span, { timeoutMs: ANSWER_MS });
      found.push(...items.flatMap(toTransfer));
      knownToMs =
        items.length < PAGE
          ? toMs
          : timeOf(items.at(-1)?.atMs, 'The list of transfers that the exchange reported');
      if (items.length < PAGE) break;
    }
    if (found.length > 0)
      this.log.debug(
        { found },
        'A transfer to or from the account was found; it does not count as profit or loss',
      );
    await this.losses.learn(found, knownToMs);
  }
}

/** @throws TypeError it cannot be read; then nothing of this answer counts */
function toTransfer({ type, transactionId, asset, amount, atMs }: IncomeItem): readonly Transfer[] {
  if (!isMoved(type) || asset !== LOSS_ASSET) return [];
  const of = `A transfer that the exchange reported (${type} ${transactionId})`;
  return [
    { id: `${type}:${textOf(transactionId, of)}`, atMs: timeOf(atMs, of), amount: amountOf(amount, of) },
  ];
}
