/**
 * Decides every order once: a repeat is answered with the order that exists; the checks judge on live facts; what
 * passes is reserved in one atomic step and handed to execution with a signed approval; what does not is written
 * down as DENIED, final. The decision itself is an event, stored before the answer.
 */
import { RiskDecided, SubmitOrder, SubmitOrderReply, riskApproved, riskDenied } from '@elvis/contracts';
import { JournalEntry, Metrics, OrderJournal } from '@elvis/platform';
import { Denial, DenialCode, TradingFailure, ZERO, isSameOrder } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Clock } from '../clock';
import { ExposureFigures, exposureLimits, judgeExposure } from '../domain/exposure';
import { judge } from '../domain/pre-trade-checks';
import { recordCase } from '../domain/recorded-case';
import { worstNotional } from '../domain/worst-price';
import { AutomaticHalts } from '../halts/automatic-halts';
import { LimitWatch } from '../halts/limit-watch';
import { HaltSync } from '../kill-switch/halt-sync';
import { OverrideDesk } from '../limits/override-desk';
import { Outbox } from '../outbox';
import { Case, OrderFacts, inputsOf } from './order-facts';
import { OrderPlacement } from './order-placement';
import { contentOf, deniedView } from './order-views';
import { Reservation, ReservationStore } from './reservation-store';

/** An order is decided again when the trading state moved, or another writer came first, while it was decided. */
const TRIES = 3;
const PERMIT_WAIT_MS = 500;

@Injectable()
export class RiskEngine {
  private readonly decisions;

  constructor(
    private readonly journal: OrderJournal,
    private readonly facts: OrderFacts,
    private readonly reservations: ReservationStore,
    private readonly placement: OrderPlacement,
    private readonly sync: HaltSync,
    private readonly halts: AutomaticHalts,
    private readonly watch: LimitWatch,
    private readonly overrides: OverrideDesk,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.decisions = metrics.counter('elvis_risk_decisions_total', 'Orders decided', ['verdict']);
  }

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
          throw new TradingFailure('STORE_UNAVAILABLE', 'Others kept writing this order first');
        }
      } catch (error) {
        const isMoved =
          error instanceof TradingFailure &&
          (error.code === 'EPOCH_CHANGED' || error.code === 'PERMIT_MISSING');
        if (!isMoved || attempt === TRIES) throw error;
        await this.sync.refresh();
      }
    }
  }

  /** Undefined if another writer changed the order's journal meanwhile. */
  private async decideOnce(order: SubmitOrder): Promise<SubmitOrderReply | undefined> {
    const entry = await this.journal.last(order.clientOrderId);
    const repeat = entry && repeatOf(order, entry);
    if (repeat) return repeat;
    const sequence = entry?.sequence ?? 0;
    const override = this.overrides.shownBy(order);
    const given = this.facts.gather(order, override?.code);
    const verdict = judge(given.order, given.facts, given.limits);
    if (!verdict.approved) return this.deny(order, given, verdict.denial, sequence);
    const approvalId = randomUUID();
    const reservation = await this.reservations.reserve({
      content: given.order.content,
      actor: order.actor,
      approvalId,
      notional: worstNotional(given.order, given.facts) ?? ZERO,
      isReduceOnly: given.order.isReduceOnly,
      state: given.facts.state.state,
      epoch: given.epoch,
      ...this.facts.stakeOf(given),
    });
    const denial = denialOf(reservation, given);
    this.learnFrom(order, reservation, given);
    if (reservation.kind === 'halted') void this.sync.refresh();
    if (denial) return this.deny(order, { ...given, figures: figuresOf(reservation) }, denial, sequence);
    const decided = { ...given, figures: figuresOf(reservation) };
    const exchangeNowMs = exchangeTimeOf(reservation);
    if (override) await this.overrides.used(override, order.actor);
    return this.approve(withoutToken(order), decided, approvalId, exchangeNowMs, sequence);
  }

  /** Warnings as limits come near; and somebody who repeats himself is noticed. */
  private learnFrom(
    { actor, symbol, botConfigId }: SubmitOrder,
    reservation: Reservation,
    { limits }: Case,
  ): void {
    const figures = figuresOf(reservation);
    if (figures && reservation.kind === 'reserved') this.watch.ofOrder(actor, symbol, figures, limits);
    if (figures?.repeats) this.halts.noteRepeat({ actor, symbol, botConfigId, repeats: figures.repeats });
  }

  private async approve(
    order: SubmitOrder,
    given: Case,
    approvalId: string,
    exchangeNowMs: number,
    sequence: number,
  ): Promise<SubmitOrderReply> {
    const { epoch, facts } = given;
    const decisionId = randomUUID();
    const leverage = facts.leverage;
    const placing = this.placement.place({
      order,
      approvalId,
      decisionId,
      epoch,
      exchangeNowMs,
      leverage,
      sequence,
    });
    this.decisions.inc({ verdict: 'APPROVED' });
    const [placed] = await Promise.allSettled([placing, this.storeApproval(order, given, decisionId)]);
    if (placed.status === 'rejected') throw placed.reason;
    const view = placed.value;
    return {
      order: view,
      isRepeat: false,
      ...(view.status === 'DENIED' && { denial: { code: 'STATE_HALTED', context: { scope: 'global' } } }),
    };
  }

  /** The order itself leaves first: writing the decision down takes as long as a hop. */
  private async storeApproval(order: SubmitOrder, given: Case, decisionId: string): Promise<void> {
    await new Promise(setImmediate);
    const decided = { ...this.decision(order, given, decisionId), verdict: 'APPROVED' as const };
    await this.outbox.publish(riskApproved, decided, order.actor, decided.decidedAtMs);
  }

  private async deny(
    order: SubmitOrder,
    given: Case,
    denial: Denial,
    sequence: number,
  ): Promise<SubmitOrderReply | undefined> {
    const decided = this.decision(order, given, randomUUID());
    const view = deniedView(order, decided.decisionId, decided.decidedAtMs, denial);
    const revision = await this.journal.append(
      { version: 1, type: 'DENIED', order: given.order.content, view, denial },
      sequence,
    );
    if (revision === undefined) return undefined;
    this.decisions.inc({ verdict: denial.code });
    await this.outbox.publish(
      riskDenied,
      { ...decided, verdict: 'DENIED', denial, deniedOrder: view, revision },
      order.actor,
      decided.decidedAtMs,
    );
    return { order: view, isRepeat: false, denial };
  }

  private decision(order: SubmitOrder, given: Case, decisionId: string): Omit<RiskDecided, 'verdict'> {
    return {
      decisionId,
      actor: order.actor,
      order: given.order.content,
      inputs: inputsOf(given),
      recorded: recordCase(given),
      decidedAtMs: this.clock.nowMs(),
    };
  }
}

/** The order that already has this id; undefined if the id is free, as RELEASED and VOID leave it. */
function repeatOf(order: SubmitOrder, { record }: JournalEntry): SubmitOrderReply | undefined {
  if (record.type === 'RELEASED' || record.type === 'VOID') return undefined;
  if (!isSameOrder(contentOf(order), record.order)) {
    throw new TradingFailure('ORDER_ID_TAKEN', 'This client order id belongs to an order with other content');
  }
  return { order: record.view, isRepeat: true, ...(record.denial && { denial: record.denial }) };
}

/** A permission goes no further than risk. */
const withoutToken = ({ overrideToken: _token, ...order }: SubmitOrder): SubmitOrder => order;

export const figuresOf = (reservation: Reservation): ExposureFigures | undefined =>
  'figures' in reservation ? reservation.figures : undefined;

/** What the reservation's refusal means, with the numbers of the same rules; undefined if it is none. */
export function denialOf(reservation: Reservation, { order, facts, limits }: Case): Denial | undefined {
  switch (reservation.kind) {
    case 'halted':
      return { code: 'STATE_HALTED', context: { scope: 'global' } };
    case 'mark-missing':
      return { code: 'MARK_MISSING', context: { symbol: reservation.symbol } };
    case 'refused': {
      const stake = exposureLimits(limits, facts);
      const verdict = judgeExposure(order, facts.state.state, reservation.figures, stake);
      // The script has refused it: should the numbers ever say otherwise, its word stands.
      return verdict.approved ? { code: reservation.code as DenialCode, context: {} } : verdict.denial;
    }
    default:
      return undefined;
  }
}

export function exchangeTimeOf(reservation: Reservation): number {
  switch (reservation.kind) {
    case 'reserved':
      return reservation.exchangeNowMs;
    case 'no-permit':
      throw new TradingFailure('PERMIT_MISSING', 'There is no permit to trade at the moment', {
        retryAfterMs: PERMIT_WAIT_MS,
      });
    case 'other-epoch':
      throw new TradingFailure('EPOCH_CHANGED', 'The trading state changed while the order was decided', {
        retryAfterMs: PERMIT_WAIT_MS,
      });
    case 'clock':
      throw new TradingFailure(
        'CLOCK_UNCERTAIN',
        `The exchange's clock cannot be trusted: ${reservation.why}`,
        {
          retryAfterMs: 1_000,
        },
      );
    case 'rebuilding':
      throw new TradingFailure('STORE_REBUILDING', `Nothing can be reserved: ${reservation.why}`, {
        retryAfterMs: 1_000,
      });
    case 'taken':
      throw new TradingFailure('ORDER_ID_TAKEN', 'An order with other content is being sent under this id');
    case 'moved':
      throw new TradingFailure('STORE_UNAVAILABLE', 'Others kept changing the reservation of this order');
    case 'halted':
    case 'refused':
    case 'mark-missing':
      throw new TypeError(`A refusal (${reservation.kind}) has no time to send by`);
  }
}
