/**
 * What was cleared. In live trading nothing opens without it: no permit is written without a clearance of the installation,
 * and a bot without its own enters nothing. Read at start, every minute, and when a decision or a revocation is told.
 */
import { Clearance, listClearances } from '@elvis/contracts';
import { Bus, LOG, Log, NATS, Rounds } from '@elvis/platform';
import { ClearanceFact } from '@elvis/rules';
import { OrderContent } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import canonicalize from 'canonicalize';
import { NatsConnection, Subscription } from 'nats';
import { Clock } from '../facts/clock';
import { RuntimeLimits } from '../limits/runtime-limits';
import { RiskConfig } from '../risk.config';
import { BELIEVED_MS, KnownFields, Standing, standingOf } from './standing-of';
import { UsedClearance } from './used-clearance';

const EVERY_MS = 60_000;
const RETRY_MS = 1_000;
const CLEARANCE_EVENTS = 'elvis.event.clearance.>';
const BOT_ACTOR = 'bot:';
const UNREAD = 'clearances could not be read from trade-history for some minutes';

@Injectable()
export class StandingClearances implements OnApplicationBootstrap, OnModuleDestroy {
  private known: readonly Clearance[] = [];
  private readAtMs: number | undefined;
  private events: Subscription | undefined;
  private said: string | undefined;
  private readonly rounds = new Rounds(() => this.read());

  constructor(
    private readonly bus: Bus,
    private readonly limits: RuntimeLimits,
    private readonly used: UsedClearance,
    private readonly clock: Clock,
    private readonly config: RiskConfig,
    @Inject(NATS) private readonly connection: NatsConnection,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.isLive) return;
    this.events = this.connection.subscribe(CLEARANCE_EVENTS, { callback: () => this.rounds.runWithin(0) });
    this.rounds.start(0);
  }

  onModuleDestroy(): void {
    this.events?.unsubscribe();
    this.rounds.stop();
  }

  /** Whether the installation may trade: always but in live, where it takes a clearance that holds. */
  get isInstallationCleared(): boolean {
    if (!this.isLive) return true;
    const { lacks } = this.standing(null);
    if (lacks !== this.said) {
      this.said = lacks;
      if (lacks === undefined) this.log.info('The installation is cleared for live trading');
      else
        this.log.warn(
          { lacks },
          'The installation is not cleared for live trading, so nothing that opens is sent; judge it (npm run go-no-go) and have two people approve',
        );
    }
    return lacks === undefined;
  }

  /**
   * What an order is judged by of its bot's clearance: undefined for orders of no bot, and outside of live.
   *
   * @throws Error Redis is unavailable
   */
  async factFor(
    { botConfigId, clientOrderId }: Pick<OrderContent, 'botConfigId' | 'clientOrderId'>,
    actor: string,
  ): Promise<ClearanceFact | undefined> {
    if (!this.isLive || botConfigId === undefined) return undefined;
    const isKnown = this.known.some((each) => each.botConfigId === botConfigId);
    if (!isKnown && !actor.startsWith(BOT_ACTOR) && this.isRead) return undefined;
    const { lacks, ...standing } = this.standing(botConfigId);
    if (lacks !== undefined) return { lacks };
    const { limits } = (standing as { readonly clearance: Clearance }).clearance;
    if (limits === null) return {};
    const nowMs = this.clock.nowMs();
    const lossToday = this.used.lossOf(botConfigId, nowMs);
    if (lossToday === undefined) return { lacks: 'what the bot has lost today could not be read' };
    return { limits, lossToday, ordersToday: await this.used.ordersWith(botConfigId, clientOrderId, nowMs) };
  }

  private get isLive(): boolean {
    return this.config.TRADING_MODE === 'live';
  }

  private get isRead(): boolean {
    return this.readAtMs !== undefined && this.clock.nowMs() - this.readAtMs < BELIEVED_MS;
  }

  private standing(botConfigId: string | null): Standing {
    if (!this.isRead) return { lacks: UNREAD };
    const own = this.known.filter((each) => each.botConfigId === botConfigId);
    return standingOf(own, this.now(), this.clock.nowMs());
  }

  private now(): KnownFields {
    const { limits } = this.limits.view({});
    const values = Object.fromEntries(limits.map(({ name, value }) => [name, value]));
    return { build: this.config.BUILD_ID ?? 'unnamed', riskLimits: canonicalize(values) as string };
  }

  private async read(): Promise<number> {
    try {
      const { items } = await this.bus.request(listClearances, {});
      this.known = items;
      this.readAtMs = this.clock.nowMs();
      const nowMs = this.readAtMs;
      const limited = items.filter((each) => each.limits !== null && each.botConfigId !== null);
      await Promise.all(
        [...new Set(limited.map(({ botConfigId }) => botConfigId!))].map((id) =>
          this.used.readLoss(id, nowMs),
        ),
      );
      return EVERY_MS;
    } catch (error) {
      this.log.warn(
        { reason: String(error) },
        'Clearances could not be read from trade-history; retrying. Those last read are believed for three minutes, then nothing opens',
      );
      return RETRY_MS;
    }
  }
}
