/**
 * The steps of one decision, the same for an order alone, for one of a batch, and for one that can only reduce while
 * Redis is away: what is the order judged by, what does the structure say, does an order stand under this id; and a
 * refusal written down, final.
 */
import { RiskDecided, SubmitOrder, SubmitOrderReply, contentOf } from '@elvis/contracts';
import { JournalEntry, Metrics, OrderJournal } from '@elvis/platform';
import { runChecks, recordCase, worstNotional } from '@elvis/rules';
import { Denial, TradingFailure, ZERO, isSameOrder } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { StandingClearances } from '../clearances/standing-clearances';
import { Clock } from '../facts/clock';
import { SymbolLeases } from '../leases/symbol-leases';
import { AutomaticHalts } from '../halts/automatic-halts';
import { LimitMonitor } from '../halts/limit-monitor';
import { HaltSync } from '../kill-switch/halt-sync';
import { Overrides } from '../limits/overrides';
import { Override } from '../limits/override-token';
import { Case, OrderFacts, inputsOf } from './order-facts';
import { deniedRecord } from '../exposure/own-records';
import { figuresOf, refusalOf } from './reservation-outcome';
import { Reservation } from '../exposure/reserve-reply';
import { ReservationStore } from '../exposure/reservation-store';
import { isFree } from '../exposure/unused-approvals';
import { Undecided, denialFrom } from './undecided';

/** An order judged by the checks that need no structure. Whether its id is free says the journal, when it is written. */
export interface Prepared {
  readonly order: SubmitOrder;
  readonly given: Case;
  /** What the checks refused it for. */
  readonly denial?: Denial;
  readonly override?: Override;
}

/** The same, with what the structure said: refused with its numbers, or reserved. */
export interface Reserved extends Prepared {
  readonly approvalId: string;
  readonly reservation: Reservation;
}

@Injectable()
export class DecisionSteps {
  private readonly decisions;

  constructor(
    private readonly journal: OrderJournal,
    private readonly facts: OrderFacts,
    private readonly reservations: ReservationStore,
    private readonly sync: HaltSync,
    private readonly halts: AutomaticHalts,
    private readonly monitor: LimitMonitor,
    private readonly overrides: Overrides,
    private readonly undecided: Undecided,
    private readonly leases: SymbolLeases,
    private readonly clearances: StandingClearances,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.decisions = metrics.counter('elvis_risk_decisions_total', 'Orders decided', ['verdict']);
  }

  /**
   * What this order is judged by.
   *
   * @throws TradingFailure UNAVAILABLE kinds, OVERRIDE_REFUSED: the id is not used up
   */
  async prepare(order: SubmitOrder): Promise<Prepared> {
    const override = this.overrides.shownBy(order);
    await this.facts.prepare(order);
    const of = {
      leasedTo: await this.leases.otherHolder(order),
      clearance: await this.clearances.factFor(order, order.actor),
    };
    const given = this.facts.gather(order, override?.code, of);
    const denial = judged(given);
    return { order, given, override, ...(denial && { denial }) };
  }

  /**
   * One atomic step in the structure.
   *
   * @throws TradingFailure STORE_UNAVAILABLE whether it was reserved is not known
   * @throws TradingFailure MARK_MISSING what another symbol's position is worth is not known; nothing was reserved
   */
  async reserve(prepared: Prepared, approvalId: string): Promise<Reserved> {
    const { order, override } = prepared;
    let { given } = prepared;
    let reservation = await this.tryToReserve(order, given, approvalId);
    if (reservation.kind === 'refused' && reservation.code === 'FUNDS_INSUFFICIENT') {
      // What another order has just let go of may still read as held back.
      await this.facts.prepare(order, true);
      given = this.facts.gather(order, override?.code, given.facts);
      const denial = judged(given);
      if (denial) return { ...prepared, given, approvalId, reservation, denial };
      reservation = await this.tryToReserve(order, given, approvalId);
    }
    this.learnFrom(order, reservation, given);
    if (reservation.kind === 'halted') void this.sync.refresh();
    const refusal = refusalOf(reservation, given);
    const denial = refusal && denialFrom(refusal);
    const decided = { ...given, figures: figuresOf(reservation) };
    return { ...prepared, given: decided, approvalId, reservation, ...(denial && { denial }) };
  }

  /** What would become of it now, if it were sent; nothing is written down. @throws TradingFailure as `reserve` */
  async trial(order: SubmitOrder): Promise<{ readonly given: Case; readonly denial?: Denial }> {
    const { given, denial } = await this.prepare(order);
    if (denial) return { given, denial };
    const reservation = await this.tryToReserve(order, given, 'a-trial', true);
    const refusal = refusalOf(reservation, given);
    const judgedOn = { ...given, figures: figuresOf(reservation) };
    return { given: judgedOn, ...(refusal && { denial: denialFrom(refusal) }) };
  }

  /** No order stands under this id, and this is why it could not be judged. */
  noteUndecided(order: SubmitOrder, failure: unknown): void {
    this.undecided.countIf(failure, order, order.symbol);
  }

  /**
   * The order that has this id already; undefined if the id is free. No answer but the order itself may be given before
   * this is known: a retry must find its order.
   *
   * @throws TradingFailure ORDER_ID_TAKEN     the id belongs to an order with other content
   * @throws TradingFailure JOURNAL_UNREADABLE whether the id belongs to an order is not known
   */
  async standing(order: SubmitOrder): Promise<SubmitOrderReply | undefined> {
    const entry = await this.lastOf(order);
    return entry && repeatOf(order, entry);
  }

  private async lastOf({ clientOrderId }: SubmitOrder): Promise<JournalEntry | undefined> {
    try {
      return await this.journal.last(clientOrderId);
    } catch (cause) {
      throw new TradingFailure(
        'JOURNAL_UNREADABLE',
        `The journal could not be read, so it is not known whether order ${clientOrderId} exists; nothing was sent now. Query it, or send it again under the same id`,
        {
          cause,
        },
      );
    }
  }

  private tryToReserve(
    order: SubmitOrder,
    given: Case,
    approvalId: string,
    isTrial = false,
  ): Promise<Reservation> {
    return this.reservations.reserve({
      content: given.order.content,
      actor: order.actor,
      approvalId,
      notional: worstNotional(given.order, given.facts) ?? ZERO,
      isReduceOnly: given.order.isReduceOnly,
      state: given.facts.state.state,
      epoch: given.epoch,
      isTrial,
      ...this.facts.stakeOf(given),
    });
  }

  /**
   * Uses the id up, or answers the order that stands under it.
   *
   * @throws TradingFailure ORDER_ID_TAKEN, JOURNAL_UNREADABLE as `standing`
   * @throws TradingFailure STORE_UNAVAILABLE whether the denial is written is not known
   */
  async deny(prepared: Prepared & Partial<Reserved>, denial: Denial): Promise<SubmitOrderReply> {
    const { order, given } = prepared;
    const decided = this.decision(order, given, randomUUID());
    const decision: RiskDecided = { ...decided, verdict: 'DENIED', denial };
    for (let after = 0; ;) {
      const record = deniedRecord(order, { decision, denial, after });
      const { decisionId } = record.view;
      const revision = await this.journal.appendOrFind(
        record,
        after,
        ({ view }) => view.decisionId === decisionId,
      );
      if (revision !== undefined) {
        this.decisions.inc({ verdict: denial.code });
        await this.noteRepeat(prepared);
        return { order: record.view, isRepeat: false, denial };
      }
      const entry = await this.lastOf(order);
      const repeat = entry && repeatOf(order, entry);
      if (repeat) return repeat;
      after = entry?.sequence ?? 0;
    }
  }

  /** The decision that approves it, as it travels with the approval. */
  approval({ order, given }: Prepared): RiskDecided {
    this.decisions.inc({ verdict: 'APPROVED' });
    return { ...this.decision(order, given, randomUUID()), verdict: 'APPROVED' };
  }

  /** Warnings as limits come near. */
  private learnFrom({ actor, symbol }: SubmitOrder, reservation: Reservation, { limits }: Case): void {
    const figures = figuresOf(reservation);
    if (figures && reservation.kind === 'reserved') this.monitor.ofOrder(actor, symbol, figures, limits);
  }

  /** Somebody who repeats himself under new ids is noticed; the same id again is no order of its own. */
  private async noteRepeat({ order, given, reservation }: Prepared & Partial<Reserved>): Promise<void> {
    const repeatOf = reservation && figuresOf(reservation)?.repeatOf;
    if (repeatOf === undefined) return;
    const { actor, symbol, botConfigId } = order;
    try {
      const repeats = await this.reservations.countRepeat(actor, given.order.content, repeatOf);
      if (repeats > 0) this.halts.noteRepeat({ actor, symbol, botConfigId, repeats });
    } catch {
      // Redis is away: the denial stands, and nothing that opens leaves until it is back.
    }
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

/** @throws UndecidedFailure an input of our own is missing or old */
function judged({ order, facts, limits }: Case): Denial | undefined {
  const verdict = runChecks(order, facts, limits);
  return verdict.approved ? undefined : denialFrom(verdict.denial);
}

/** The order that already has this id; undefined if the id is free, as RELEASED and VOID leave it. */
function repeatOf(order: SubmitOrder, entry: JournalEntry): SubmitOrderReply | undefined {
  const { record } = entry;
  if (isFree(entry)) return undefined;
  if (!isSameOrder(contentOf(order), record.order)) {
    throw new TradingFailure(
      'ORDER_ID_TAKEN',
      'This client order id is already used by an order with other content; nothing was sent. Use another id',
    );
  }
  return { order: record.view, isRepeat: true, ...(record.denial && { denial: record.denial }) };
}
