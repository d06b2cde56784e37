/**
 * Hands an approved order to execution, with risk's signature and the decision, and says what came of it. Silence is
 * never an error: the order is UNKNOWN until its outcome is known.
 */
import {
  Approval,
  OrderView,
  PlaceOrder,
  PlaceOrdersReply,
  SubmitOrderReply,
  placeOrder,
  placeOrderList,
  placeOrders,
  signApproval,
} from '@elvis/contracts';
import { Bus, LOG, Log, OrderJournal } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../facts/clock';
import { RiskConfig } from '../risk.config';
import { unknownView } from '../exposure/order-views';
import { UnusedApproval, UnusedApprovals, isFree } from '../exposure/unused-approvals';

const PLACE_TIMEOUT_MS = 12_000;

export interface Approved extends UnusedApproval {
  readonly epoch: number;
  /** Exchange time. */
  readonly sendByMs: number;
  readonly purpose: Approval['purpose'];
  readonly leverage: number;
}

/** The outcome of one of several: the order as far as it got, or the one that stood under its id already. */
export type Placed = SubmitOrderReply | { readonly failure: TradingFailure };

@Injectable()
export class OrderPlacement {
  constructor(
    private readonly bus: Bus,
    private readonly journal: OrderJournal,
    private readonly unused: UnusedApprovals,
    private readonly config: RiskConfig,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Answers the order as far as it got.
   *
   * @throws TradingFailure UNAVAILABLE kinds: nothing was sent and nothing is used up; EPOCH_CHANGED: decide again
   */
  async place(approved: Approved): Promise<SubmitOrderReply> {
    try {
      const request = this.signed(approved);
      return await this.placed(
        approved,
        await this.bus.request(placeOrder, request, { timeoutMs: PLACE_TIMEOUT_MS }),
      );
    } catch (error) {
      return this.afterFailure(approved, error);
    }
  }

  /** Hands them over in one request: one answer for each, in their order. */
  async placeAll(all: readonly Approved[]): Promise<readonly Placed[]> {
    let results: PlaceOrdersReply['results'];
    try {
      const orders = all.map((approved) => this.signed(approved));
      ({ results } = await this.bus.request(placeOrders, { orders }, { timeoutMs: PLACE_TIMEOUT_MS }));
    } catch (error) {
      return Promise.all(all.map((approved) => outcomeOf(this.afterFailure(approved, error))));
    }
    return Promise.all(
      all.map(async (approved, place): Promise<Placed> => {
        const result = results[place];
        if (result && 'order' in result) return this.placed(approved, result.order);
        const { code, message } = result?.failure ?? {
          code: 'SERVICE_SILENT',
          message:
            'Execution answered the batch without an answer for this order, so it is not known whether it was sent; query it',
        };
        return outcomeOf(this.afterFailure(approved, new TradingFailure(code, message)));
      }),
    );
  }

  /** Hands the two orders of a list over in one request: one answer for each, in their order; nothing is sent of one alone. */
  async placeList(legs: readonly Approved[]): Promise<readonly Placed[]> {
    let orders: readonly OrderView[];
    try {
      const request = { legs: legs.map((approved) => this.signed(approved)) };
      ({ orders } = await this.bus.request(placeOrderList, request, { timeoutMs: PLACE_TIMEOUT_MS }));
    } catch (error) {
      return Promise.all(legs.map((approved) => outcomeOf(this.afterFailure(approved, error))));
    }
    return Promise.all(
      legs.map((approved) => {
        const order = orders.find(({ clientOrderId }) => clientOrderId === approved.order.clientOrderId);
        return outcomeOf(order ? this.placed(approved, order) : this.afterFailure(approved, neverClaimed()));
      }),
    );
  }

  /** An approved order that is not handed over after all. */
  abandon(approved: Approved): Promise<void> {
    return this.unused.giveBack(approved);
  }

  private signed({ order, approvalId, decision, epoch, sendByMs, purpose, leverage }: Approved): PlaceOrder {
    const { decisionId } = decision;
    const terms = { approvalId, decisionId, epoch, sendByMs, purpose, decision: JSON.stringify(decision) };
    // What only reduces needs no leverage, and must never set right what drifted.
    const opens = order.market === 'futures' && !order.reduceOnly && !order.closePosition;
    const approval = signApproval({ ...terms, ...(opens && { leverage }) }, order, this.config.APPROVAL_KEY);
    return { order, approval };
  }

  /** @throws TradingFailure as `place` does */
  private async afterFailure(approved: Approved, error: unknown): Promise<SubmitOrderReply> {
    if (!(error instanceof TradingFailure) || error.kind === 'UNKNOWN') {
      const { clientOrderId } = approved.order;
      this.log.warn(
        { err: error, clientOrderId },
        'Execution gave no conclusive answer to an order; its state is UNKNOWN until reconciliation finds it',
      );
      return this.afterSilence(approved);
    }
    await this.unused.giveBack(approved);
    throw error;
  }

  /** Under another decision the order is one that stood already: this approval's reservation is not needed. */
  private async placed(approved: Approved, order: OrderView): Promise<SubmitOrderReply> {
    const isRepeat = order.decisionId !== approved.decision.decisionId;
    if (isRepeat) await this.unused.lostClaim(approved);
    return { order, isRepeat };
  }

  /** What the journal knows, else UNKNOWN; never an error. */
  private async afterSilence(approved: Approved): Promise<SubmitOrderReply> {
    const { order, decision } = approved;
    try {
      const entry = await this.journal.last(order.clientOrderId);
      if (entry && !isFree(entry)) return await this.placed(approved, entry.record.view);
    } catch {
      // The journal is unavailable as well: the answer stays the same.
    }
    return { order: unknownView(order, decision.decisionId, this.clock.nowMs()), isRepeat: false };
  }
}

/** The other order of its list stands alone: a crash came between the two claims, and nothing was sent. */
const neverClaimed = (): TradingFailure =>
  new TradingFailure(
    'SEND_TOO_LATE',
    'This order was never sent, because its list was broken off; use new ids to send the list again',
  );

async function outcomeOf(work: Promise<SubmitOrderReply>): Promise<Placed> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof TradingFailure)) throw error;
    return { failure: error };
  }
}
