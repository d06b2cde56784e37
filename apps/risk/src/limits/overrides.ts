/**
 * One-time permissions: given by somebody who may change limits, for one client order id, one code and an hour at most;
 * told when given and told when used. An order that shows one it may not use is not judged at all.
 */
import {
  CreateOverride,
  OverrideChanged,
  OverrideView,
  SubmitOrder,
  overrideCreated,
  overrideUsed,
} from '@elvis/contracts';
import { LOG, Log, OrderJournal } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { isOverridable, problemWithOverride } from './domain/override';
import { Clock } from '../facts/clock';
import { RiskEventPublisher } from '../events/event-publisher';
import { RiskConfig } from '../risk.config';
import { Override, readToken, writeToken } from './override-token';

/** As much of a reason as travels with the token. */
const REASON_KEPT = 200;

@Injectable()
export class Overrides {
  constructor(
    private readonly journal: OrderJournal,
    private readonly eventPublisher: RiskEventPublisher,
    private readonly config: RiskConfig,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws TradingFailure OVERRIDE_REFUSED this code cannot be overridden, not for so long, or the id is used up */
  async create({ code, clientOrderId, expiresAtMs, actor, reason }: CreateOverride): Promise<OverrideView> {
    const problem = problemWithOverride(code, expiresAtMs, this.clock.nowMs());
    if (problem !== undefined || !isOverridable(code)) throw refused(problem ?? code, { code });
    const last = (await this.journal.last(clientOrderId))?.record.type;
    if (last !== undefined && last !== 'RELEASED' && last !== 'VOID') {
      throw refused('an order with this client order id exists already; choose an unused id', {
        clientOrderId,
      });
    }
    const why = (reason ?? 'none given').slice(0, REASON_KEPT);
    const override: Override = { code, clientOrderId, expiresAtMs, actor, reason: why };
    this.log.warn({ ...override }, 'An override was issued: one order may pass one risk limit, once');
    await this.tell(overrideCreated, override, actor);
    return {
      overrideToken: writeToken(override, this.config.APPROVAL_KEY),
      code,
      clientOrderId,
      expiresAtMs,
    };
  }

  /** The permission that this order shows; undefined if it shows none. @throws TradingFailure OVERRIDE_REFUSED */
  shownBy({ overrideToken, clientOrderId }: SubmitOrder): Override | undefined {
    if (overrideToken === undefined) return undefined;
    const override = readToken(overrideToken, this.config.APPROVAL_KEY);
    if (!override) throw refused('the token was not issued by this system or was altered');
    if (override.clientOrderId !== clientOrderId)
      throw refused('the token was issued for another client order id');
    if (override.expiresAtMs <= this.clock.nowMs()) throw refused('the token has expired; request a new one');
    return override;
  }

  /** An order was approved by it: one event, however many of its kind are decided at once or once more. */
  async used(override: Override, actor: string): Promise<void> {
    this.log.warn(
      { ...override, usedBy: actor },
      'An order was approved beyond a risk limit, by an override',
    );
    const { clientOrderId, code, expiresAtMs } = override;
    await this.tell(overrideUsed, override, actor, `override:${clientOrderId}:${code}:${expiresAtMs}`);
  }

  private tell(
    contract: typeof overrideUsed,
    override: OverrideChanged,
    actor: string,
    id?: string,
  ): Promise<void> {
    return this.eventPublisher.publish(contract, override, actor, this.clock.nowMs(), id);
  }
}

const refused = (why: string, context?: Readonly<Record<string, string>>): TradingFailure =>
  new TradingFailure('OVERRIDE_REFUSED', `The override was refused, and no order was sent: ${why}`, {
    context,
  });
