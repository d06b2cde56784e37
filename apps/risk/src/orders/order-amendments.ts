/**
 * Judges a change of a resting order as a new one. The larger of its present and its new terms is reserved before the
 * change leaves, and stays reserved until execution has read back what the order has become. A change that is denied
 * uses nothing up: the order stands as it was.
 */
import {
  AmendOrder,
  MAX_SEND_AHEAD_MS,
  OrderView,
  RiskDecided,
  SubmitOrderReply,
  placeAmendment,
  riskApproved,
  riskDenied,
  signAmendment,
} from '@elvis/contracts';
import { Bus, LOG, Log, OrderJournal } from '@elvis/platform';
import { runChecks, recordCase, worstNotional } from '@elvis/rules';
import { OrderContent, Refusal, TradingFailure, ZERO, isClosedStatus } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { StandingClearances } from '../clearances/standing-clearances';
import { Clock } from '../facts/clock';
import { RiskEventPublisher } from '../events/event-publisher';
import { RiskConfig } from '../risk.config';
import { Case, OrderFacts, inputsOf } from './order-facts';
import { ReservationStore } from '../exposure/reservation-store';
import { exchangeTimeOf, figuresOf, refusalOf } from './reservation-outcome';
import { Undecided } from './undecided';
import { isTooLate, sendBy, tooLate } from './not-after';

const TRIES = 3;
const PLACE_TIMEOUT_MS = 12_000;

@Injectable()
export class OrderAmendments {
  constructor(
    private readonly journal: OrderJournal,
    private readonly facts: OrderFacts,
    private readonly clearances: StandingClearances,
    private readonly reservations: ReservationStore,
    private readonly undecided: Undecided,
    private readonly bus: Bus,
    private readonly eventPublisher: RiskEventPublisher,
    private readonly config: RiskConfig,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * @throws TradingFailure BOT_NOT_ALLOWED, ORDER_NOT_FOUND, ORDER_ALREADY_CLOSED, AMENDMENT_UNDER_WAY, VENUE_REJECTED,
   * ORDER_TOO_LATE
   * @throws TradingFailure UNAVAILABLE kinds: nothing was sent, the order stands as it was
   */
  async amend(wish: AmendOrder): Promise<SubmitOrderReply> {
    const { order, view } = await this.resting(wish.clientOrderId);
    if (wish.ofBot !== undefined && order.botConfigId !== wish.ofBot) {
      throw new TradingFailure(
        'BOT_NOT_ALLOWED',
        'This key may only change orders of its own bot; the order is unchanged',
      );
    }
    if (order.market === 'spot') {
      throw new TradingFailure(
        'VENUE_REJECTED',
        'Spot orders cannot be amended; nothing was sent. Cancel the order and send a new one',
      );
    }
    const content: OrderContent = {
      ...order,
      quantity: wish.quantity ?? view.quantity,
      price: wish.price ?? view.price,
    };
    const clearance = await this.clearances.factFor(content, wish.actor);
    const given = this.facts.gatherFor(content, undefined, { clearance });
    const verdict = runChecks(given.order, given.facts, given.limits);
    if (!verdict.approved) return this.refuse(wish, given, view, verdict.denial);
    for (let attempt = 1; ; attempt += 1) {
      const standing = await this.reservations.find(wish.clientOrderId);
      if (standing === undefined) {
        throw new TradingFailure(
          'RESERVATION_MISSING',
          'The risk reservation of this order was not found; the order is unchanged. Retry',
          {
            retryAfterMs: 1_000,
          },
        );
      }
      const reservation = await this.reservations.reserve({
        content: given.order.content,
        actor: wish.actor,
        approvalId: '',
        notional: worstNotional(given.order, given.facts) ?? ZERO,
        isReduceOnly: given.order.isReduceOnly,
        state: given.facts.state.state,
        epoch: given.epoch,
        amending: standing,
        ...this.facts.stakeOf(given),
      });
      if (reservation.kind === 'moved' && attempt < TRIES) continue;
      const decided = { ...given, figures: figuresOf(reservation) };
      const refusal = refusalOf(reservation, given);
      if (refusal) return this.refuse(wish, decided, view, refusal);
      const exchangeNowMs = exchangeTimeOf(reservation);
      if (!isTooLate(wish, exchangeNowMs)) return this.place(wish, decided, exchangeNowMs, standing);
      const amended = await this.reservations.find(wish.clientOrderId).catch(() => undefined);
      await this.reservations.putBack(wish.clientOrderId, amended, standing).catch(() => undefined);
      throw tooLate(wish);
    }
  }

  private async place(
    wish: AmendOrder,
    given: Case,
    exchangeNowMs: number,
    before: string,
  ): Promise<SubmitOrderReply> {
    const { clientOrderId, actor } = wish;
    const { quantity, price = '0' } = given.order.content;
    const terms = { clientOrderId, actor, quantity, price };
    const decisionId = randomUUID();
    const approval = signAmendment(
      {
        approvalId: randomUUID(),
        decisionId,
        epoch: given.epoch,
        sendByMs: sendBy(wish, exchangeNowMs + MAX_SEND_AHEAD_MS),
        purpose: 'trade',
      },
      terms,
      this.config.APPROVAL_KEY,
    );
    const storing = this.eventPublisher.publish(
      riskApproved,
      { ...this.decision(actor, given, decisionId), verdict: 'APPROVED' },
      actor,
      this.clock.nowMs(),
    );
    const amended = await this.reservations.find(clientOrderId).catch(() => undefined);
    try {
      const view = await this.bus.request(
        placeAmendment,
        { terms, approval },
        { timeoutMs: PLACE_TIMEOUT_MS },
      );
      await storing;
      return { order: view, isRepeat: false };
    } catch (error) {
      await storing;
      if (error instanceof TradingFailure && error.kind !== 'UNKNOWN') {
        await this.reservations.putBack(clientOrderId, amended, before).catch(() => undefined);
        throw error;
      }
      this.log.warn(
        { err: error, clientOrderId },
        'Execution gave no conclusive answer to an amendment; the order is read back to find out',
      );
      const { view } = await this.resting(clientOrderId, true);
      return { order: view, isRepeat: false };
    }
  }

  private async resting(
    clientOrderId: string,
    isAnyStatus = false,
  ): Promise<{ readonly order: OrderContent; readonly view: OrderView }> {
    const record = (await this.journal.last(clientOrderId))?.record;
    if (!record || record.type === 'RELEASED' || record.type === 'VOID') {
      throw new TradingFailure(
        'ORDER_NOT_FOUND',
        `Order ${clientOrderId} is not known to Elvis; nothing was changed. Check the id`,
      );
    }
    if (!isAnyStatus && isClosedStatus(record.view.status)) {
      throw new TradingFailure(
        'ORDER_ALREADY_CLOSED',
        `The order is already ${record.view.status} and cannot be amended`,
        {
          context: { status: record.view.status, filledQuantity: record.view.filledQuantity },
        },
      );
    }
    return record;
  }

  private async refuse(
    wish: AmendOrder,
    given: Case,
    order: OrderView,
    refusal: Refusal,
  ): Promise<SubmitOrderReply> {
    const denial = this.undecided.denialFrom(wish, order.symbol, refusal);
    const { actor } = wish;
    const decided = this.decision(actor, given, randomUUID());
    await this.eventPublisher.publish(
      riskDenied,
      { ...decided, verdict: 'DENIED', denial },
      actor,
      decided.decidedAtMs,
    );
    return { order, isRepeat: false, denial };
  }

  private decision(actor: string, given: Case, decisionId: string): Omit<RiskDecided, 'verdict'> {
    return {
      decisionId,
      actor,
      order: given.order.content,
      inputs: inputsOf(given),
      recorded: recordCase(given),
      decidedAtMs: this.clock.nowMs(),
    };
  }
}
