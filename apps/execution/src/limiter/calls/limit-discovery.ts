/**
 * How a replica comes to announce the limits: from the fleet's memory in Redis if somebody has read them, and from the
 * exchange itself at start and daily. Until it knows them only cancels, closes and what is needed here may be sent.
 */
import { readMeterLimits } from '@elvis/binance';
import { Log, Rounds } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { askedBy } from './asker';
import { ExchangeCalls, NotDone } from './exchange-calls';
import { MarketLimits, DiscoveredLimits } from './discovered-limits';
import { MarketRequests } from './market-requests';
import { MeterLimits } from '../budget/meter-limits';

const EVERY_MS = 86_400_000;
const RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 10_000;

export class LimitDiscovery {
  private readonly discovered = new Map<Market, MarketLimits>();
  private savedIn = '';
  private readonly rounds = new Rounds(() => this.discoverAll());
  private failures = 0;

  constructor(
    private readonly limits: MeterLimits,
    private readonly memory: DiscoveredLimits,
    private readonly requests: ReadonlyMap<Market, MarketRequests>,
    private readonly calls: ExchangeCalls,
    /** Returns once the exchange's time is known: the account's own limits are asked with a signature. */
    private readonly whenTimed: () => Promise<void>,
    /** Limits are known that were not: anyone who waits may ask again. */
    private readonly onDiscovered: () => void,
    private readonly log: Log,
  ) {}

  start(): void {
    this.rounds.start(0);
  }

  stop(): void {
    this.rounds.stop();
  }

  /**
   * What the fleet knows already. Until Redis has told, it is asked again: the small budget of one that knows nothing is
   * long spent in a busy minute.
   */
  async readShared(): Promise<void> {
    for (const market of this.requests.keys()) {
      if (this.limits.isKnown(market)) continue;
      const discovered = await this.memory.readLimits(market);
      if (!discovered || this.limits.isKnown(market)) continue;
      this.limits.setAnnounced(market, discovered.general, discovered.ofAccount);
      this.onDiscovered();
    }
  }

  /** Another incarnation of Redis may have lost what was discovered. */
  async writeShared(runId: string): Promise<void> {
    if (this.savedIn === runId) return;
    for (const [market, discovered] of this.discovered) await this.memory.writeLimits(market, discovered);
    this.savedIn = runId;
  }

  /** Answers when to ask again. */
  private async discoverAll(): Promise<number> {
    let hasFailed = false;
    for (const [market, requests] of this.requests) {
      try {
        await askedBy('limits', () => this.discover(market, requests));
      } catch (error) {
        hasFailed = true;
        this.log.warn(
          { market, reason: (error as Error).message },
          'The rate limits of the exchange could not be read; the last known ones apply. Retrying',
        );
      }
    }
    this.failures = hasFailed ? this.failures + 1 : 0;
    return hasFailed ? Math.min(RETRY_MS * 1.5 ** (this.failures - 1), LONGEST_RETRY_MS) : EVERY_MS;
  }

  /** The general limits hold until the account's own are read; an exchange that has none to tell keeps the general ones. */
  private async discover(market: Market, { exchangeInfo, orderRateLimits }: MarketRequests): Promise<void> {
    const info = (await this.calls.call(exchangeInfo(), { priority: 'P1', readsLimits: true })) as {
      rateLimits?: unknown;
    };
    const general = readMeterLimits(info.rateLimits);
    if (!this.limits.isKnown(market)) await this.announceLimits(market, { general, ofAccount: [] });
    await this.whenTimed();
    try {
      const ofAccount = readMeterLimits(await this.calls.call(orderRateLimits(), { priority: 'P1' }));
      await this.announceLimits(market, { general, ofAccount });
    } catch (error) {
      if (!(error instanceof NotDone) || error.answer.kind !== 'REFUSED') throw error;
      await this.announceLimits(market, { general, ofAccount: [] });
      this.log.warn(
        { market, reason: error.message },
        'The exchange reports no order limits for this account; the general limits apply',
      );
    }
    this.log.info(
      { market, limits: this.limits.metersOf(market) },
      'The rate limits of the exchange were read',
    );
    this.onDiscovered();
  }

  private async announceLimits(market: Market, discovered: MarketLimits): Promise<void> {
    this.limits.setAnnounced(market, discovered.general, discovered.ofAccount);
    this.discovered.set(market, discovered);
    await this.memory.writeLimits(market, discovered);
  }
}
