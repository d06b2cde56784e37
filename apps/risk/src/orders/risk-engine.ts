/**
 * Decides every order once: a repeat is answered with the order that exists; the checks judge on live facts; what
 * passes is reserved in one atomic step and handed to execution with a signed approval; what does not is written
 * down as DENIED, final. While Redis is unavailable only what reduces goes on, another way.
 */
import {
  MAX_SEND_AHEAD_MS,
  RiskDecided,
  SubmitOrder,
  SubmitOrderReply,
  PreviewOrderReply,
  TryOrderReply,
} from '@elvis/contracts';
import { explainChecks, worstNotional } from '@elvis/rules';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { HaltSync } from '../kill-switch/halt-sync';
import { Overrides } from '../limits/overrides';
import { DecisionSteps, Reserved } from './decision-steps';
import { Approved, OrderPlacement } from './order-placement';
import { OfflineReducer } from './offline/offline-reducer';
import { placedReply } from './placed-reply';
import { chargedOf, exchangeTimeOf } from './reservation-outcome';
import { isTooLate, sendBy, tooLate } from './not-after';

/** An order is decided again when the trading state moved while it was decided. */
const TRIES = 3;

@Injectable()
export class RiskEngine {
  constructor(
    private readonly steps: DecisionSteps,
    private readonly placement: OrderPlacement,
    private readonly outage: OfflineReducer,
    private readonly sync: HaltSync,
    private readonly overrides: Overrides,
  ) {}

  /**
   * The id is not looked up first: an order that stands under it is found when the claim, or the denial, is written.
   *
   * @throws TradingFailure ORDER_ID_TAKEN the id belongs to an order with other content
   * @throws TradingFailure JOURNAL_UNREADABLE whether an order stands under this id is not known
   * @throws TradingFailure ORDER_TOO_LATE the time it was given is over: no order stands, the id is not used up
   * @throws TradingFailure UNAVAILABLE kinds: nothing was sent, the id is not used up
   */
  async decide(order: SubmitOrder): Promise<SubmitOrderReply> {
    try {
      // A permission is used up by the order that shows it: a repeat uses none.
      const known = order.overrideToken === undefined ? undefined : await this.steps.standing(order);
      return known ?? (await this.decideUntilStill(order));
    } catch (error) {
      const standing = await this.steps.standing(order);
      if (standing) return standing;
      this.steps.noteUndecided(order, error);
      throw error;
    }
  }

  /**
   * The same checks on the same facts, and nothing is sent, reserved or written down: a bot's question whether an order
   * like this would be let out now.
   *
   * @throws TradingFailure UNAVAILABLE kinds: it cannot be told
   */
  async tryOut(order: SubmitOrder): Promise<TryOrderReply> {
    const { denial } = await this.steps.trial(order);
    return denial ? { denial } : {};
  }

  /** The same for a person, with each check. @throws TradingFailure UNAVAILABLE kinds: it cannot be told */
  async preview(order: SubmitOrder): Promise<PreviewOrderReply> {
    const { given, denial } = await this.steps.trial(order);
    return {
      ...(denial && { denial }),
      checks: explainChecks(given),
      notional: worstNotional(given.order, given.facts)?.toFixed() ?? null,
      leverage: order.market === 'futures' ? given.facts.leverage : null,
      atMs: given.facts.nowMs,
    };
  }

  private async decideUntilStill(order: SubmitOrder): Promise<SubmitOrderReply> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.decideOnce(order);
      } catch (error) {
        if (!isMoved(error) || attempt === TRIES) throw error;
        await this.sync.refresh();
      }
    }
  }

  private async decideOnce(order: SubmitOrder): Promise<SubmitOrderReply> {
    const prepared = await this.steps.prepare(order);
    if (prepared.denial) return this.steps.deny(prepared, prepared.denial);
    const approvalId = randomUUID();
    let reserved: Reserved;
    try {
      reserved = await this.steps.reserve(prepared, approvalId);
    } catch (error) {
      if (!this.outage.takes(prepared, error)) throw error;
      return this.outage.decide(prepared, approvalId);
    }
    return reserved.denial ? this.steps.deny(reserved, reserved.denial) : this.approve(reserved);
  }

  private async approve(reserved: Reserved): Promise<SubmitOrderReply> {
    const { order, override } = reserved;
    const approved = approvedOf(reserved, this.steps.approval(reserved));
    if (isTooLate(order, exchangeTimeOf(reserved.reservation))) {
      await this.placement.abandon(approved);
      throw tooLate(order);
    }
    if (override) await this.overrides.used(override, order.actor);
    return placedReply(await this.placement.place(approved), () => this.steps.standing(order));
  }
}

/** The trading state is not the one the order was decided under. */
export const isMoved = (error: unknown): boolean =>
  error instanceof TradingFailure && (error.code === 'EPOCH_CHANGED' || error.code === 'PERMIT_MISSING');

/** What execution is asked to send, under this decision. @throws TradingFailure if it is not reserved */
export const approvedOf = (
  { order, given, approvalId, reservation }: Reserved,
  decision: RiskDecided,
): Approved => ({
  order: withoutToken(order),
  approvalId,
  decision,
  purpose: 'trade',
  epoch: given.epoch,
  leverage: given.facts.leverage,
  sendByMs: sendBy(order, exchangeTimeOf(reservation) + MAX_SEND_AHEAD_MS),
  charged: chargedOf(reservation),
});

/** A permission goes no further than risk. */
const withoutToken = ({ overrideToken: _token, ...order }: SubmitOrder): SubmitOrder => order;
