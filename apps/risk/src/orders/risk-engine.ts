/**
 * Decides every order once: a repeat is answered with the order that exists; the checks judge on live facts; what
 * passes is reserved in one atomic step and handed to execution with a signed approval; what does not is written
 * down as DENIED, final. While Redis is unavailable only what reduces goes on, another way.
 */
import { MAX_SEND_AHEAD_MS, SubmitOrder, SubmitOrderReply } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { HaltSync } from '../kill-switch/halt-sync';
import { Overrides } from '../limits/overrides';
import { DecisionSteps, Reserved, isReply } from './decision-steps';
import { Approved, OrderPlacement } from './order-placement';
import { OfflineReducer } from './offline/offline-reducer';
import { exchangeTimeOf } from './reservation-outcome';

/** An order is decided again when the trading state moved, or another writer came first, while it was decided. */
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
   * @throws TradingFailure ORDER_ID_TAKEN the id belongs to an order with other content
   * @throws TradingFailure UNAVAILABLE kinds: nothing was sent, the id is not used up
   */
  async decide(order: SubmitOrder): Promise<SubmitOrderReply> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const reply = await this.decideOnce(order);
        if (reply) return reply;
        if (attempt === TRIES) {
          throw new TradingFailure(
            'STORE_UNAVAILABLE',
            'This order is being changed by other requests at the same time; this request sent nothing. Retry under the same id',
          );
        }
      } catch (error) {
        if (!isMoved(error) || attempt === TRIES) throw error;
        await this.sync.refresh();
      }
    }
  }

  /** Undefined if another writer changed the order's journal meanwhile. */
  private async decideOnce(order: SubmitOrder): Promise<SubmitOrderReply | undefined> {
    const prepared = await this.steps.prepare(order);
    if (isReply(prepared)) return prepared;
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
    const approved = approvedOf(reserved);
    if (override) await this.overrides.used(override, order.actor);
    const placing = this.placement.place(approved);
    const [placed] = await Promise.allSettled([
      placing,
      this.steps.storeApproval(reserved, approved.decisionId),
    ]);
    if (placed.status === 'rejected') throw placed.reason;
    return placedReply(placed.value);
  }
}

/** The trading state is not the one the order was decided under. */
export const isMoved = (error: unknown): boolean =>
  error instanceof TradingFailure && (error.code === 'EPOCH_CHANGED' || error.code === 'PERMIT_MISSING');

/** What execution is asked to send, under a decision of its own. @throws TradingFailure if it is not reserved */
export const approvedOf = ({ order, given, approvalId, sequence, reservation }: Reserved): Approved => ({
  order: withoutToken(order),
  approvalId,
  decisionId: randomUUID(),
  sequence,
  purpose: 'trade',
  epoch: given.epoch,
  leverage: given.facts.leverage,
  sendByMs: exchangeTimeOf(reservation) + MAX_SEND_AHEAD_MS,
});

/** A permission goes no further than risk. */
const withoutToken = ({ overrideToken: _token, ...order }: SubmitOrder): SubmitOrder => order;

/** Execution denies an order for one reason only: the switch was set between the reservation and the send script. */
export const placedReply = (order: SubmitOrderReply['order']): SubmitOrderReply => ({
  order,
  isRepeat: false,
  ...(order.status === 'DENIED' && { denial: { code: 'STATE_HALTED', context: { scope: 'global' } } }),
});
