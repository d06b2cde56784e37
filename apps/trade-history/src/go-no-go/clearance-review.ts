/**
 * Ends the clearance of a bot where what has happened since says that it should not stand: an order whose outcome stays
 * unknown, a position that was long without its stop, a step that a backtest of the same candles decides otherwise. Facts
 * alone, no statistics: each of them is wrong once. As every revocation it pauses entries and alerts, and flattens nothing.
 */
import { getBotParity } from '@elvis/contracts';
import { Bus, LOG, Log, Rounds } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { millis, statement } from '../database/conditions';
import { Database } from '../database/database';
import { TradeHistoryConfig } from '../trade-history.config';
import { Clearances } from './clearances';
import { PARITY_WITHIN, isReal } from './evidence/evidence-collector';
import { OLD_UNKNOWN, UNPROTECTED } from './evidence/questions';

const ACTOR = 'trade-history';
const UNPROTECTED_SECONDS = 10;
/** A parity runs the bot's candles again. */
const PARITY_EVERY_MS = 3_600_000;
const STANDING = statement(
  `SELECT c.id, c.bot_config_id AS "botConfigId", b.owner, ${millis('c.created_at')} AS "sinceMs"
    FROM clearances c JOIN bot_configs b ON b.id = c.bot_config_id
    WHERE c.revoked_at IS NULL AND c.expires_at > now() ORDER BY c.created_at`,
);

interface Standing {
  readonly id: string;
  readonly botConfigId: string;
  readonly owner: string;
  readonly sinceMs: number;
}

@Injectable()
export class ClearanceReview implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds = new Rounds(() => this.lookAtAll());
  /** When the steps of a bot are compared next, by its clearance. */
  private readonly parityDueMs = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly clearances: Clearances,
    private readonly bus: Bus,
    private readonly config: TradeHistoryConfig,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(0);
  }

  onModuleDestroy(): void {
    this.rounds.stop();
  }

  private async lookAtAll(): Promise<number> {
    await this.database.untilMigrated();
    try {
      for (const standing of await this.database.rows<Standing & object>(STANDING)) {
        const reason = (await this.recorded(standing)) ?? (await this.decidedOtherwise(standing));
        if (reason !== undefined) await this.clearances.revoke({ id: standing.id, reason, actor: ACTOR });
      }
    } catch (error) {
      this.log.warn(
        { err: error },
        'Clearances could not be held against what happened since; they are again',
      );
    }
    return this.config.GO_REVIEW_SECONDS * 1_000;
  }

  private async recorded({ botConfigId, sinceMs }: Standing): Promise<string | undefined> {
    const asked = [botConfigId, new Date(sinceMs).toISOString()];
    const [order] = await this.database.rows<{ readonly id: string }>(statement(OLD_UNKNOWN), asked);
    if (order) return `SAFE-5: the outcome of order ${order.id} has been unknown for minutes`;
    const bare = await this.database.rows<{ readonly seconds: number }>(statement(UNPROTECTED), asked);
    const longest = Math.max(0, ...bare.map(({ seconds }) => seconds));
    return longest > UNPROTECTED_SECONDS
      ? `SAFE-6: a position was without its stop for ${longest.toFixed(1)} s`
      : undefined;
  }

  private async decidedOtherwise(standing: Standing): Promise<string | undefined> {
    const { id, botConfigId, owner, sinceMs } = standing;
    if (Date.now() < (this.parityDueMs.get(id) ?? 0)) return undefined;
    this.parityDueMs.set(id, Date.now() + PARITY_EVERY_MS);
    const parity = await this.bus
      .request(getBotParity, { botConfigId, owner }, PARITY_WITHIN)
      // One that cannot be worked out, as of a bot that has not run, says nothing against it.
      .catch(() => undefined);
    const real = parity?.differences.filter((each) => isReal(each) && each.openTimeMs >= sinceMs) ?? [];
    return real.length > 0
      ? `FID-1: ${real.length} steps were missed or decided differently, the first at ${new Date(real[0]!.openTimeMs).toISOString()}`
      : undefined;
  }
}
