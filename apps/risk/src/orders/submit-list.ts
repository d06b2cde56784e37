/**
 * Decides the stop and the target of a list as one: both are judged by every check, both are reserved (the stop holds the
 * coin for both), and both leave in one request or neither does. A denial of one is the denial of both, and uses both ids
 * up; a repeat is answered with the orders that stand.
 */
import {
  ApprovedOrder,
  SubmitOrderList,
  SubmitOrderListReply,
  SubmitOrderReply,
  legsOf,
} from '@elvis/contracts';
import { Denial, TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { ReservationStore } from '../exposure/reservation-store';
import { UnusedApprovals } from '../exposure/unused-approvals';
import { HaltSync } from '../kill-switch/halt-sync';
import { DecisionSteps, Prepared, Reserved } from './decision-steps';
import { Approved, OrderPlacement, Placed } from './order-placement';
import { placedReply } from './placed-reply';
import { chargedOf, exchangeTimeOf } from './reservation-outcome';
import { requireBot } from '../actors/require-bot';
import { approvedOf, isMoved } from './risk-engine';

type Legs = readonly ApprovedOrder[];

/** As often as for one order alone. */
const TRIES = 3;

@Injectable()
export class SubmitList {
  constructor(
    private readonly steps: DecisionSteps,
    private readonly reservations: ReservationStore,
    private readonly unused: UnusedApprovals,
    private readonly placement: OrderPlacement,
    private readonly sync: HaltSync,
  ) {}

  /**
   * @throws TradingFailure BOT_NOT_ALLOWED the actor is not the bot that the list names
   * @throws TradingFailure ORDER_ID_TAKEN an id belongs to an order with other content, or both orders have one id
   * @throws TradingFailure UNAVAILABLE kinds: nothing was sent, the ids are not used up
   */
  async decide(list: SubmitOrderList): Promise<SubmitOrderListReply> {
    requireBot(list);
    const legs = legsOf(list);
    if (legs[0].clientOrderId === legs[1].clientOrderId) throw sameId();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return (await this.standing(legs)) ?? (await this.decideOnce(legs));
      } catch (error) {
        if (isMoved(error) && attempt < TRIES) await this.sync.refresh();
        else return (await this.standing(legs)) ?? this.fail(legs, error);
      }
    }
  }

  private fail(legs: Legs, error: unknown): never {
    for (const leg of legs) this.steps.noteUndecided(leg, error);
    throw error;
  }

  /** What stands under the ids; undefined if both are free. */
  private async standing(legs: Legs): Promise<SubmitOrderListReply | undefined> {
    const found = (await Promise.all(legs.map((leg) => this.steps.standing(leg)))).flatMap(
      (reply) => reply ?? [],
    );
    return found.length === 0 ? undefined : replyOf(found);
  }

  private async decideOnce(legs: Legs): Promise<SubmitOrderListReply> {
    const prepared = await Promise.all(legs.map((leg) => this.steps.prepare(leg)));
    const wrong = prepared.find(({ denial }) => denial);
    if (wrong) return this.deny(prepared, wrong);
    const held: Reserved[] = [];
    for (const next of prepared) {
      try {
        const reserved = await this.steps.reserve(next, randomUUID());
        if (reserved.denial)
          return await this.deny([...held, reserved, ...prepared.slice(held.length + 1)], reserved);
        exchangeTimeOf(reserved.reservation);
        held.push(reserved);
      } catch (error) {
        // Nothing is placed of a list that could not be judged as a whole.
        await Promise.all(held.map((each) => this.placement.abandon(this.approvedOf(each))));
        throw error;
      }
    }
    return this.place(held);
  }

  private async place(held: readonly Reserved[]): Promise<SubmitOrderListReply> {
    const placed = await this.placement.placeList(held.map((each) => this.approvedOf(each)));
    const replies = await Promise.all(
      placed.map((each, place) => this.replyTo(each, held[place] as Reserved)),
    );
    const known = replies.flatMap((reply) => ('failure' in reply ? [] : [reply]));
    const [failed] = replies.flatMap((reply) => ('failure' in reply ? [reply.failure] : []));
    if (failed && known.length === 0) throw failed;
    return replyOf(known);
  }

  private async replyTo(placed: Placed, { order }: Reserved): Promise<Placed> {
    return 'failure' in placed ? placed : placedReply(placed, () => this.steps.standing(order));
  }

  /** Each DENIED stands in the journal before its reservation goes back. */
  private async deny(
    legs: readonly (Prepared & Partial<Reserved>)[],
    { order: { clientOrderId }, denial }: Prepared,
  ): Promise<SubmitOrderListReply> {
    const { code, context } = denial as Denial;
    const because: Denial = { code, context: { ...context, passedBy: clientOrderId } };
    const replies: SubmitOrderReply[] = [];
    for (const leg of legs) {
      const reply = await this.steps.deny(leg, because);
      replies.push(reply);
      const { order, approvalId, reservation } = leg;
      if (approvalId === undefined || !reservation) continue;
      if (reply.isRepeat) await this.unused.lostClaim({ order, approvalId, charged: chargedOf(reservation) });
      else await this.reservations.giveBack(order.clientOrderId, approvalId);
    }
    return replyOf(replies);
  }

  private approvedOf(reserved: Reserved): Approved {
    return approvedOf(reserved, this.steps.approval(reserved));
  }
}

function replyOf(replies: readonly SubmitOrderReply[]): SubmitOrderListReply {
  const denial = replies.find((reply) => reply.denial)?.denial;
  return {
    orders: replies.map(({ order }) => order),
    isRepeat: replies.some(({ isRepeat }) => isRepeat),
    ...(denial && { denial }),
  };
}

const sameId = (): TradingFailure =>
  new TradingFailure(
    'ORDER_ID_TAKEN',
    'The stop and the target of the list have the same client order id; nothing was sent. Give each its own',
  );
