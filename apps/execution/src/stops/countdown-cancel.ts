/**
 * The dead-man switch: the exchange itself cancels a symbol's orders unless somebody of the fleet tells it again in
 * time. One elected replica feeds it, for every symbol with live orders of any replica, and only while the account is
 * followed: a fleet that no longer knows what happens to its orders lets them be canceled.
 *
 * The countdown and its cancel know no owner: orders that a person placed by hand on that symbol are canceled too.
 * Conditional orders are not (docs/orders.md).
 */
import { everyBeat, Leader, LOG, Log, Metrics, Redis, ServiceIdentity } from '@elvis/platform';
import { JournalRecord, isClosedStatus } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { AccountCoverage } from '../fleet/account-coverage';
import { isAlgoNumber } from '../domain/order-change';
import { askedBy } from '../limiter/calls/asker';
import { LiveOrders } from '../orders/live-orders';
import { VenueOrders } from '../venue/venue-orders';

/** Binance's own advice: two minutes, told again each half minute. */
const COUNTDOWN_MS = 120_000;
const FEED_EVERY_MS = 30_000;
const LOOK_EVERY_MS = 1_000;
/** What one call costs, of the IP's weight. */
const WEIGHT = 10;
/** Hash symbol -> when it was armed last, wall clock, for the one that feeds next; only the presence decides. */
const KEY = 'ELVIS_DEAD_MAN';

@Injectable()
export class CountdownCancel implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly role: Leader;
  private readonly fedAt = new Map<string, number>();
  private readonly spent;
  private readonly armed;
  private stopLooking: () => void = () => undefined;
  private isBusy = false;

  constructor(
    private readonly redis: Redis,
    private readonly liveOrders: LiveOrders,
    private readonly coverage: AccountCoverage,
    private readonly venue: VenueOrders,
    identity: ServiceIdentity,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.spent = metrics.counter(
      'elvis_dead_man_weight_total',
      'Request weight spent on the countdown that cancels orders',
    );
    this.armed = metrics.gauge(
      'elvis_dead_man_armed',
      'Symbols whose orders the exchange cancels if the countdown is not renewed',
    );
    this.role = new Leader(
      redis,
      'dead-man-feeder',
      identity.instance,
      {
        onElected: () => {
          this.fedAt.clear();
          this.stopLooking = everyBeat(LOOK_EVERY_MS, () => void this.updateCountdowns());
        },
        onLost: () => this.stopLooking(),
      },
      log,
    );
  }

  onApplicationBootstrap(): void {
    this.role.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.role.stop();
  }

  /** One look: arms what has live orders, feeds what is due, disarms what has none. */
  async updateCountdowns(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      if ((await this.coverage.span()) === undefined) return;
      const alive = await this.liveOrders.listLive(900);
      const live = new Set(
        alive.filter(({ record }) => counts(record)).map(({ record }) => record.order.symbol),
      );
      const armed = Object.keys(await this.redis.hgetall(KEY));
      const now = performance.now();
      for (const symbol of live) {
        if (now - (this.fedAt.get(symbol) ?? -Infinity) >= FEED_EVERY_MS)
          await this.sendCountdown(symbol, COUNTDOWN_MS);
      }
      for (const symbol of armed) if (!live.has(symbol)) await this.sendCountdown(symbol, 0);
      this.armed.set(live.size);
    } catch (error) {
      this.log.warn(
        { reason: (error as Error).message },
        'The countdown after which the exchange cancels all orders could not be renewed; retrying. If it runs out, open orders are canceled',
      );
    } finally {
      this.isBusy = false;
    }
  }

  /** A holder whose lease may have run out while it slept touches nothing. */
  private async sendCountdown(symbol: string, afterMs: number): Promise<void> {
    if (!this.role.isHeldNow) return;
    await askedBy('dead-man', () => this.venue.futures.countdown(symbol, afterMs));
    this.spent.inc(WEIGHT);
    if (afterMs === 0) {
      this.fedAt.delete(symbol);
      await this.redis.hdel(KEY, symbol);
      return;
    }
    this.fedAt.set(symbol, performance.now());
    await this.redis.hset(KEY, symbol, Date.now());
  }
}

/** Of the orders that may rest in the book; one that waits in the Algo service the countdown does not reach. */
const counts = ({ type, order, view }: JournalRecord): boolean =>
  (type === 'INTENT' || type === 'OUTCOME') &&
  order.market === 'futures' &&
  !isClosedStatus(view.status) &&
  !isAlgoNumber(view.exchangeOrderId ?? '');
