/**
 * Hands an approved order to execution, with risk's signature, and says what became of it. A silence is never an
 * error: the order is UNKNOWN until somebody knows. A reservation goes back only after VOID stands in the journal.
 */
import { MAX_SEND_AHEAD_MS, OrderView, SubmitOrder, placeOrder, signApproval } from '@elvis/contracts';
import { Bus, LOG, Log, OrderJournal } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../clock';
import { RiskConfig } from '../risk.config';
import { contentOf, unknownView, voidView } from './order-views';
import { ReservationStore } from './reservation-store';

const PLACE_TIMEOUT_MS = 12_000;

export interface Approved {
  readonly order: SubmitOrder;
  readonly approvalId: string;
  readonly decisionId: string;
  readonly epoch: number;
  readonly exchangeNowMs: number;
  readonly leverage: number;
  /** The journal sequence the decision was made on; 0 if the id was never used. */
  readonly sequence: number;
}

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
    const { order, approvalId, decisionId, epoch, exchangeNowMs, leverage } = approved;
    const approval = signApproval(
      {
        approvalId,
        decisionId,
        epoch,
        sendByMs: exchangeNowMs + MAX_SEND_AHEAD_MS,
        purpose: 'trade',
        // What only reduces needs no leverage, and must never set right what drifted.
        ...(order.market === 'futures' && !order.reduceOnly && { leverage }),
      },
      order,
      this.config.APPROVAL_KEY,
    );
    try {
      return await this.bus.request(placeOrder, { order, approval }, { timeoutMs: PLACE_TIMEOUT_MS });
    } catch (error) {
      if (!(error instanceof TradingFailure) || error.kind === 'UNKNOWN') {
        this.log.warn(
          { err: error, clientOrderId: order.clientOrderId },
          'Nobody knows yet what became of it',
        );
        return this.afterSilence(approved);
      }
      await this.giveBack(approved);
      throw error;
    }
  }

  /** What the journal knows, else UNKNOWN; never an error. */
  private async afterSilence({ order, decisionId, sequence }: Approved): Promise<OrderView> {
    try {
      const entry = await this.journal.last(order.clientOrderId);
      const isOut = entry?.record.type === 'INTENT' || entry?.record.type === 'OUTCOME';
      if (entry && isOut && entry.sequence > sequence) return entry.record.view;
    } catch {
      // The journal is away as well: the answer stays the same.
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
        'A reservation could not be given back; it stays reserved',
      );
    }
  }
}
