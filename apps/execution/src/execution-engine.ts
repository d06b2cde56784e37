/**
 * Places an approved order, once: claim the id, ask the send script, send, write down what came of it.
 *
 * The journal claim is the single use of the approval. The timestamp is fixed before the script is asked and never
 * changes after, so that the exchange itself refuses a request that was held up. Nothing here repeats a placement.
 */
import { PlaceOrder, isApprovalGenuine } from '@elvis/contracts';
import { JournalEntry, LOG, Log, Redis } from '@elvis/platform';
import {
  DenialCode,
  FailureCode,
  JournalRecord,
  OrderContent,
  OrderView,
  TradingFailure,
  isSameOrder,
} from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { ExecutionConfig } from './execution.config';
import { LeverageKeeper } from './leverage-keeper';
import { ExchangeClock } from './limiter/exchange-clock';
import { SendRefusal, askToSend, endGrant } from './limiter/send-script';
import { OrderTruth } from './order-truth';
import { RequestTiming, Venue } from './venue';

/** What the caller is told when the script let nothing out; all of them mean that nothing was sent. */
const REFUSALS: Readonly<Record<Exclude<SendRefusal, 'HALTED'>, readonly [FailureCode, string]>> = {
  PERMIT: ['PERMIT_MISSING', 'Trading has no valid permit just now'],
  EPOCH: ['EPOCH_CHANGED', 'The trading state changed after this order was approved'],
  RESERVATION: ['RESERVATION_MISSING', 'The reservation of this order is gone'],
  CLOCK: ['CLOCK_UNCERTAIN', "The exchange's clock is not known"],
  LATE: ['SEND_TOO_LATE', 'The approval ran out before the order could leave'],
  AHEAD: ['CLOCK_UNCERTAIN', "This replica's clock runs ahead of the fleet's"],
};

@Injectable()
export class ExecutionEngine {
  constructor(
    private readonly truth: OrderTruth,
    private readonly venue: Venue,
    private readonly leverage: LeverageKeeper,
    private readonly clock: ExchangeClock,
    private readonly redis: Redis,
    private readonly config: ExecutionConfig,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * @throws TradingFailure APPROVAL_INVALID risk did not sign this; nothing was sent
   * @throws TradingFailure ORDER_ID_TAKEN   the id belongs to an order with other content
   * @throws TradingFailure UNAVAILABLE kinds nothing was sent and the id is free
   */
  async place({ order, approval }: PlaceOrder): Promise<OrderView> {
    if (!isApprovalGenuine(approval, order, this.config.APPROVAL_KEY)) {
      this.log.error(
        { clientOrderId: order.clientOrderId },
        'An order without a genuine approval was refused',
      );
      throw new TradingFailure(
        'APPROVAL_INVALID',
        'Risk did not approve exactly this order; nothing was sent',
      );
    }
    if (approval.leverage !== undefined && order.market === 'futures') {
      await this.leverage.ensure(order.symbol, approval.leverage);
    }
    const { entry, isOurs } = await this.truth.claim(this.intentOf({ order, approval }));
    if (!isOurs) return this.standing(entry, order);
    return this.send(entry, { order, approval });
  }

  private async send(intent: JournalEntry, { order, approval }: PlaceOrder): Promise<OrderView> {
    const timing: RequestTiming = {
      timestampMs: Math.min(this.clock.now(), approval.sendByMs),
      recvWindowMs: this.config.BINANCE_RECV_WINDOW_MS,
    };
    let granted: 'GRANTED' | SendRefusal;
    try {
      granted = await askToSend(this.redis, { ...approval, ...timing, clientOrderId: order.clientOrderId });
    } catch (error) {
      await this.release(intent);
      throw error;
    }
    if (granted === 'HALTED') return (await this.deny(intent, 'STATE_HALTED')).record.view;
    if (granted !== 'GRANTED') {
      await this.release(intent);
      const [code, text] = REFUSALS[granted];
      throw new TradingFailure(code, `${text}; nothing was sent and the order id is free`, {
        retryAfterMs: 500,
      });
    }
    const placement = await this.venue.place(order, timing);
    void endGrant(this.redis, approval.approvalId).catch(() => undefined);
    const { clientOrderId } = order;
    switch (placement.kind) {
      case 'accepted':
        return this.viewAfter(
          intent,
          await this.truth.apply(clientOrderId, { kind: 'reported', report: placement.report }),
        );
      case 'refused':
        return this.viewAfter(
          intent,
          await this.truth.apply(clientOrderId, { ...placement, kind: 'refused' }),
        );
      case 'unknown':
        this.log.warn(
          { clientOrderId, reason: placement.reason },
          'The exchange gave no clear answer; asking after the order',
        );
        return this.viewAfter(
          intent,
          await this.truth.apply(clientOrderId, { kind: 'no-answer', reason: placement.reason }),
        );
      case 'never-left':
        await this.release(intent);
        throw new TradingFailure('VENUE_UNREACHABLE', 'The exchange cannot be reached; nothing was sent', {
          retryAfterMs: 1_000,
        });
    }
  }

  private intentOf({ order, approval }: PlaceOrder): JournalRecord {
    const atMs = Date.now();
    const { actor, remoteIp: _remoteIp, ...content } = order;
    return {
      version: 1,
      type: 'INTENT',
      order: content,
      view: {
        ...content,
        filledQuantity: '0',
        status: 'PENDING_NEW',
        decisionId: approval.decisionId,
        actor,
        createdAtMs: atMs,
        updatedAtMs: atMs,
      },
      approvalId: approval.approvalId,
      epoch: approval.epoch,
      sendByMs: approval.sendByMs,
      recvWindowMs: this.config.BINANCE_RECV_WINDOW_MS,
    };
  }

  /** The same order again is answered with what stands; another one under the same id is a conflict. */
  private standing({ record }: JournalEntry, order: OrderContent): OrderView {
    if (record.type === 'RELEASED' || record.type === 'VOID') {
      throw new TradingFailure(
        'SEND_TOO_LATE',
        'This approval was used up without sending; nothing was sent and the id is free',
      );
    }
    if (isSameOrder(record.order, order)) return record.view;
    throw new TradingFailure(
      'ORDER_ID_TAKEN',
      'This client order id belongs to an order with other content; nothing was sent',
    );
  }

  private release(intent: JournalEntry): Promise<JournalEntry> {
    return this.truth.close(intent, { ...intent.record, type: 'RELEASED' });
  }

  private deny(intent: JournalEntry, code: DenialCode): Promise<JournalEntry> {
    const view: OrderView = { ...intent.record.view, status: 'DENIED', code, updatedAtMs: Date.now() };
    return this.truth.close(intent, {
      ...intent.record,
      type: 'DENIED',
      view,
      denial: { code, context: { setBy: 'global' } },
    });
  }

  private viewAfter(intent: JournalEntry, entry: JournalEntry | undefined): OrderView {
    return (entry ?? intent).record.view;
  }
}
