/**
 * Hands an approved order to execution, with risk's signature and the decision, and says what came of it. Silence is
 * never an error: the order is UNKNOWN until its outcome is known. A reservation goes back only after VOID stands in the
 * journal, or another order's record does: the claim was lost to it.
 */
import {
  Approval,
  OrderView,
  PlaceOrder,
  PlaceOrdersReply,
  RiskDecided,
  SubmitOrder,
  placeOrder,
  placeOrders,
  riskApproved,
  signApproval,
} from '@elvis/contracts';
import { Bus, JournalEntry, LOG, Log, OrderJournal } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../facts/clock';
import { RiskConfig } from '../risk.config';
import { contentOf, unknownView, voidView } from '../exposure/order-views';
import { RiskEventPublisher } from '../events/event-publisher';
import { Charged, ReservationStore } from '../exposure/reservation-store';

const PLACE_TIMEOUT_MS = 12_000;

export interface Approved {
  readonly order: SubmitOrder;
  readonly approvalId: string;
  readonly decision: RiskDecided;
  readonly epoch: number;
  /** Exchange time. */
  readonly sendByMs: number;
  readonly purpose: Approval['purpose'];
  readonly leverage: number;
  /** What its reservation charged to its actor; nothing where the reservation stood already. */
  readonly charged?: Charged;
}

/** The order as far as it got, or the one that stood under its id already. */
export interface PlacedOrder {
  readonly order: OrderView;
  readonly isRepeat: boolean;
}

/** The outcome of one of several. */
export type Placed = PlacedOrder | { readonly failure: TradingFailure };

@Injectable()
export class OrderPlacement {
  constructor(
    private readonly bus: Bus,
    private readonly journal: OrderJournal,
    private readonly reservations: ReservationStore,
    private readonly eventPublisher: RiskEventPublisher,
    private readonly config: RiskConfig,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Answers the order as far as it got.
   *
   * @throws TradingFailure UNAVAILABLE kinds: nothing was sent and nothing is used up; EPOCH_CHANGED: decide again
   */
  async place(approved: Approved): Promise<PlacedOrder> {
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
          message: 'Execution answered the batch without an answer for this order',
        };
        return outcomeOf(this.afterFailure(approved, new TradingFailure(code, message)));
      }),
    );
  }

  /** An approved order that is not handed over after all. */
  abandon(approved: Approved): Promise<void> {
    return this.giveBack(approved);
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
  private async afterFailure(approved: Approved, error: unknown): Promise<PlacedOrder> {
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

  /** Under another decision the order is one that stood already: this approval's reservation is not needed. */
  private async placed(approved: Approved, order: OrderView): Promise<PlacedOrder> {
    const isRepeat = order.decisionId !== approved.decision.decisionId;
    if (isRepeat) await this.returnReservation(approved);
    return { order, isRepeat };
  }

  /** What the journal knows, else UNKNOWN; never an error. */
  private async afterSilence({ order, decision }: Approved): Promise<PlacedOrder> {
    const { decisionId } = decision;
    try {
      const view = (await this.journal.last(order.clientOrderId))?.record;
      if (view && view.type !== 'RELEASED' && view.type !== 'VOID')
        return { order: view.view, isRepeat: view.view.decisionId !== decisionId };
    } catch {
      // The journal is unavailable as well: the answer stays the same.
    }
    return { order: unknownView(order, decisionId, this.clock.nowMs()), isRepeat: false };
  }

  /** Execution may have claimed the order before it failed: then VOID comes second, and the reservation is its own. */
  private async giveBack(approved: Approved): Promise<void> {
    const { order, approvalId, decision } = approved;
    const { clientOrderId } = order;
    try {
      const view = voidView(order, decision.decisionId, this.clock.nowMs());
      const record = { version: 1, type: 'VOID', order: contentOf(order), view, approvalId } as const;
      for (let expected = 0; ;) {
        if ((await this.journal.append(record, expected)) !== undefined) break;
        const entry = await this.journal.last(clientOrderId);
        const isOut = entry?.record.type === 'INTENT' || entry?.record.type === 'OUTCOME';
        if (entry && isOut && entry.record.approvalId === approvalId) return;
        if (entry && !isFree(entry)) return await this.returnReservation(approved);
        if (entry?.record.approvalId === approvalId) break;
        expected = entry?.sequence ?? 0;
      }
      await this.eventPublisher.publish(riskApproved, decision, order.actor, decision.decidedAtMs);
      await this.reservations.giveBack(clientOrderId, approvalId);
    } catch (error) {
      this.log.error(
        { err: error, clientOrderId },
        'The reservation of an order that was not sent could not be released; its amount stays reserved until a later check releases it',
      );
    }
  }

  /** The claim was lost: nothing is reserved for this approval, and its actor is charged nothing. */
  private async returnReservation({ order, approvalId, charged }: Approved): Promise<void> {
    try {
      await this.reservations.giveBack(order.clientOrderId, approvalId, charged);
    } catch (error) {
      this.log.warn(
        { err: error, clientOrderId: order.clientOrderId },
        'The reservation of a repeat could not be given back; it is swept later',
      );
    }
  }
}

/** Left free by whoever wrote it: the id may be claimed. */
const isFree = ({ record: { type } }: JournalEntry): boolean => type === 'RELEASED' || type === 'VOID';

async function outcomeOf(work: Promise<PlacedOrder>): Promise<Placed> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof TradingFailure)) throw error;
    return { failure: error };
  }
}
