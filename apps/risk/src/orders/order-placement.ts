/**
 * Hands an approved order to execution, with risk's signature, and says its outcome. A silence is never an
 * error: the order is UNKNOWN until somebody knows. A reservation goes back only after VOID stands in the journal.
 */
import {
  Approval,
  OrderView,
  PlaceOrder,
  PlaceOrdersReply,
  SubmitOrder,
  placeOrder,
  placeOrders,
  signApproval,
} from '@elvis/contracts';
import { Bus, LOG, Log, OrderJournal } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../facts/clock';
import { RiskConfig } from '../risk.config';
import { contentOf, unknownView, voidView } from '../exposure/order-views';
import { ReservationStore } from '../exposure/reservation-store';

const PLACE_TIMEOUT_MS = 12_000;

export interface Approved {
  readonly order: SubmitOrder;
  readonly approvalId: string;
  readonly decisionId: string;
  readonly epoch: number;
  /** Exchange time. */
  readonly sendByMs: number;
  readonly purpose: Approval['purpose'];
  readonly leverage: number;
  /** The journal sequence the decision was made on; 0 if the id was never used. */
  readonly sequence: number;
}

/** The outcome of one of several. */
export type Placed = { readonly order: OrderView } | { readonly failure: TradingFailure };

@Injectable()
export class OrderPlacement {
  constructor(
    private readonly bus: Bus,
    private readonly journal: OrderJournal,
    private readonly reservations: ReservationStore,
    private readonly config: RiskConfig,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Answers the order as far as it got.
   *
   * @throws TradingFailure UNAVAILABLE kinds: nothing was sent and nothing is used up; EPOCH_CHANGED: decide again
   */
  async place(approved: Approved): Promise<OrderView> {
    try {
      return await this.bus.request(placeOrder, this.signed(approved), { timeoutMs: PLACE_TIMEOUT_MS });
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
        if (result && 'order' in result) return result;
        const { code, message } = result?.failure ?? {
          code: 'SERVICE_SILENT',
          message:
            'Execution answered the batch without an answer for this order, so it is not known whether it was sent; query it',
        };
        return outcomeOf(this.afterFailure(approved, new TradingFailure(code, message)));
      }),
    );
  }

  /** An approved order that is not handed over after all. */
  abandon(approved: Approved): Promise<void> {
    return this.giveBack(approved);
  }

  private signed({
    order,
    approvalId,
    decisionId,
    epoch,
    sendByMs,
    purpose,
    leverage,
  }: Approved): PlaceOrder {
    const terms = { approvalId, decisionId, epoch, sendByMs, purpose };
    // What only reduces needs no leverage, and must never set right what drifted.
    const opens = order.market === 'futures' && !order.reduceOnly && !order.closePosition;
    const approval = signApproval({ ...terms, ...(opens && { leverage }) }, order, this.config.APPROVAL_KEY);
    return { order, approval };
  }

  /** @throws TradingFailure as `place` does */
  private async afterFailure(approved: Approved, error: unknown): Promise<OrderView> {
    if (!(error instanceof TradingFailure) || error.kind === 'UNKNOWN') {
      const { clientOrderId } = approved.order;
      this.log.warn(
        { err: error, clientOrderId },
        'Execution gave no conclusive answer to an order; its state is UNKNOWN until reconciliation finds it',
      );
      return this.afterSilence(approved);
    }
    await this.giveBack(approved);
    throw error;
  }

  /** What the journal knows, else UNKNOWN; never an error. */
  private async afterSilence({ order, decisionId, sequence }: Approved): Promise<OrderView> {
    try {
      const entry = await this.journal.last(order.clientOrderId);
      const isOut = entry?.record.type === 'INTENT' || entry?.record.type === 'OUTCOME';
      if (entry && isOut && entry.sequence > sequence) return entry.record.view;
    } catch {
      // The journal is unavailable as well: the answer stays the same.
    }
    return unknownView(order, decisionId, this.clock.nowMs());
  }

  /** Execution may have claimed the order before it failed: then VOID comes second, and the reservation is its own. */
  private async giveBack({ order, approvalId, decisionId, sequence }: Approved): Promise<void> {
    const { clientOrderId } = order;
    try {
      const view = voidView(order, decisionId, this.clock.nowMs());
      const record = { version: 1, type: 'VOID', order: contentOf(order), view, approvalId } as const;
      if ((await this.journal.append(record, sequence)) === undefined) return;
      await this.reservations.giveBack(clientOrderId, approvalId);
    } catch (error) {
      this.log.error(
        { err: error, clientOrderId },
        'The reservation of an order that was not sent could not be released; its amount stays reserved until a later check releases it',
      );
    }
  }
}

async function outcomeOf(work: Promise<OrderView>): Promise<Placed> {
  try {
    return { order: await work };
  } catch (error) {
    if (!(error instanceof TradingFailure)) throw error;
    return { failure: error };
  }
}
