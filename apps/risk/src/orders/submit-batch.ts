/**
 * Decides up to five orders together. What each is by itself is judged by itself: a repeat is answered with the order
 * that exists, an order off the grid is denied alone. What is at stake is judged as a whole: the orders are reserved one
 * after the other, each on top of those before it, and if one of them passes a cap none is placed; they are all denied
 * with the numbers of the one that passed it. Where one cannot be judged for want of something of ours there is no whole:
 * none is placed and nothing of them is used up. What is approved leaves in one request where the exchange allows it.
 */
import { SubmitOrder, SubmitOrderReply, SubmitOrdersReply } from '@elvis/contracts';
import { LOG, Log } from '@elvis/platform';
import { Denial, DenialCode, TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { HaltSync } from '../kill-switch/halt-sync';
import { Overrides } from '../limits/overrides';
import { DecisionSteps, Prepared, Reserved } from './decision-steps';
import { Approved, OrderPlacement, Placed } from './order-placement';
import { chargedOf, exchangeTimeOf } from './reservation-outcome';
import { ReservationStore } from '../exposure/reservation-store';
import { UnusedApprovals } from '../exposure/unused-approvals';
import { placedReply } from './placed-reply';
import { RiskEngine, approvedOf, isMoved } from './risk-engine';

type Result = SubmitOrdersReply['results'][number];

/** As often as for one order alone. */
const TRIES = 3;
/** Caps that orders share: what passes one of them is the sum. All else is an order's own fault. */
const SHARED: ReadonlySet<DenialCode> = new Set<DenialCode>([
  'RATE_ABOVE_MAXIMUM',
  'OPEN_ORDERS_ABOVE_MAXIMUM',
  'POSITION_ABOVE_MAXIMUM',
  'GROSS_ABOVE_MAXIMUM',
  'MARGIN_INSUFFICIENT',
  'FUNDS_INSUFFICIENT',
  'LEVERAGE_ABOVE_MAXIMUM',
  'STATE_REDUCING',
]);

@Injectable()
export class SubmitBatch {
  constructor(
    private readonly engine: RiskEngine,
    private readonly steps: DecisionSteps,
    private readonly reservations: ReservationStore,
    private readonly unused: UnusedApprovals,
    private readonly placement: OrderPlacement,
    private readonly sync: HaltSync,
    private readonly overrides: Overrides,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** One result for each, in their order. @throws TradingFailure MESSAGE_MALFORMED two of them have one id */
  async decide(orders: readonly SubmitOrder[]): Promise<SubmitOrdersReply> {
    if (new Set(orders.map(({ clientOrderId }) => clientOrderId)).size < orders.length) {
      throw new TradingFailure(
        'MESSAGE_MALFORMED',
        'Two orders of the batch have the same clientOrderId; nothing was sent. Give each its own',
      );
    }
    const [only] = orders;
    if (only && orders.length === 1) return { results: [await resultOf(() => this.engine.decide(only))] };
    const results = new Map<SubmitOrder, Result>();
    for (let attempt = 1; results.size < orders.length; attempt += 1) {
      const open = orders.filter((order) => !results.has(order));
      try {
        const prepared = await this.prepareAll(open, results);
        await this.place(await this.reserveAll(prepared, results), results);
      } catch (error) {
        if (isMoved(error) && attempt < TRIES) await this.sync.refresh();
        else for (const order of open) if (!results.has(order)) results.set(order, failed(error));
      }
    }
    return {
      results: await Promise.all(
        orders.map((order) => this.unlessStanding(order, results.get(order) ?? failed(lost()))),
      ),
    };
  }

  /** A retry must find its order, also one that was placed while this batch was decided. */
  private async unlessStanding(order: SubmitOrder, result: Result): Promise<Result> {
    if (!('failure' in result) || result.failure.code === 'ORDER_ID_TAKEN') return result;
    try {
      return (await this.steps.standing(order)) ?? result;
    } catch (error) {
      return failed(error);
    }
  }

  /** Those whose ids are free and that nothing is wrong with by themselves; none if one of them cannot be judged. */
  private async prepareAll(
    orders: readonly SubmitOrder[],
    results: Map<SubmitOrder, Result>,
  ): Promise<readonly Prepared[]> {
    const unjudged: TradingFailure[] = [];
    const steps = await Promise.all(
      orders.map(async (order) => {
        try {
          const standing = await this.steps.standing(order);
          const step = standing ?? (await this.steps.prepare(order));
          if (!('isRepeat' in step) && !step.denial) return [step];
          results.set(order, 'isRepeat' in step ? step : await this.steps.deny(step, step.denial as Denial));
        } catch (error) {
          results.set(order, failed(error));
          this.steps.noteUndecided(order, error);
          if (isOurs(error)) unjudged.push(error);
        }
        return [];
      }),
    );
    const prepared = steps.flat();
    const [lack] = unjudged;
    if (!lack) return prepared;
    for (const { order } of prepared) results.set(order, failed(withTheOther(lack)));
    return [];
  }

  /** Each on top of those before it; all of them or, where a cap that they share is passed, none. */
  private async reserveAll(
    prepared: readonly Prepared[],
    results: Map<SubmitOrder, Result>,
  ): Promise<readonly Reserved[]> {
    const held: Reserved[] = [];
    for (const [place, next] of prepared.entries()) {
      try {
        const reserved = await this.steps.reserve(next, randomUUID());
        if (!reserved.denial) {
          exchangeTimeOf(reserved.reservation);
          held.push(reserved);
        } else if (!SHARED.has(reserved.denial.code))
          results.set(next.order, await this.steps.deny(reserved, reserved.denial));
        else {
          const because = wholeDenial(reserved.denial, next.order, prepared.length);
          const all = [...held, reserved, ...prepared.slice(place + 1)];
          await Promise.all(all.map((each) => this.denyWithAll(each, because, results)));
          return [];
        }
      } catch (error) {
        this.steps.noteUndecided(next.order, error);
        // Nothing is placed of a batch that could not be judged as a whole.
        await Promise.all(held.map((each) => this.placement.abandon(this.approvedOf(each))));
        throw error;
      }
    }
    return held;
  }

  /** Its DENIED stands in the journal before its reservation goes back. */
  private async denyWithAll(
    each: Prepared & Partial<Reserved>,
    because: Denial,
    results: Map<SubmitOrder, Result>,
  ): Promise<void> {
    try {
      const reply = await this.steps.deny(each, because);
      const { order, approvalId, reservation } = each;
      results.set(order, reply);
      if (approvalId === undefined || !reservation) return;
      if (reply.isRepeat) await this.unused.lostClaim({ order, approvalId, charged: chargedOf(reservation) });
      else await this.reservations.giveBack(order.clientOrderId, approvalId);
    } catch (error) {
      if (!results.has(each.order)) results.set(each.order, failed(error));
      else
        this.log.warn(
          { err: error, clientOrderId: each.order.clientOrderId },
          'The reservation of a denied order could not be released; its amount stays reserved until a later check releases it',
        );
    }
  }

  private approvedOf(reserved: Reserved): Approved {
    return approvedOf(reserved, this.steps.approval(reserved));
  }

  private async place(reserved: readonly Reserved[], results: Map<SubmitOrder, Result>): Promise<void> {
    if (reserved.length === 0) return;
    const approved = reserved.map((each) => this.approvedOf(each));
    for (const { override, order } of reserved)
      if (override) await this.overrides.used(override, order.actor);
    const placed = await this.placement.placeAll(approved);
    await Promise.all(
      reserved.map(async ({ order }, place) => {
        const result = placed[place] as Placed;
        // The state moved between the reservation and the sending: this one is decided once more, by itself.
        const isAgain = 'failure' in result && isMoved(result.failure);
        results.set(
          order,
          await resultOf(() => (isAgain ? this.engine.decide(order) : this.replyOf(result, order))),
        );
      }),
    );
  }

  private async replyOf(placed: Placed, order: SubmitOrder): Promise<SubmitOrderReply> {
    if ('failure' in placed) throw placed.failure;
    return placedReply(placed, () => this.steps.standing(order));
  }
}

const lost = (): TradingFailure =>
  new TradingFailure(
    'STORE_UNAVAILABLE',
    'This order is being changed by other requests at the same time; this request sent nothing. Retry under the same id',
  );

/** Not the order's fault: something that it would be judged by cannot be read. */
const isOurs = (error: unknown): error is TradingFailure =>
  error instanceof TradingFailure && (error.kind === 'UNAVAILABLE' || error.kind === 'UNKNOWN');

/** This order's own id was looked up, and is free. */
const withTheOther = ({
  code,
  kind,
  message,
  context,
  retryAfterMs = 1_000,
}: TradingFailure): TradingFailure =>
  new TradingFailure(
    kind === 'UNKNOWN' ? 'STORE_UNAVAILABLE' : code,
    kind === 'UNKNOWN'
      ? 'No order of the batch was sent, because a service that is asked before sending did not answer. Retry'
      : `No order of the batch was sent, because one of them cannot be checked: ${message}`,
    { context, retryAfterMs },
  );

/** The same for all: whose turn it was when the sum passed the cap, and of how many. */
const wholeDenial = ({ code, context }: Denial, { clientOrderId }: SubmitOrder, of: number): Denial => ({
  code,
  context: { ...context, batchOf: `${of}`, passedBy: clientOrderId },
});

async function resultOf(work: () => Promise<SubmitOrderReply>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): Result {
  if (!(error instanceof TradingFailure)) throw error;
  const { code, message, context, retryAfterMs } = error;
  return {
    failure: {
      code,
      message,
      ...(context && { context }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    },
  };
}
