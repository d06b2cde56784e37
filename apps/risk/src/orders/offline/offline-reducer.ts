/**
 * The one way an order leaves while Redis is unavailable: a reduce-only one on futures, unless memory says HALTED,
 * judged by the same checks and on the position that the exchange itself shows now; one on its way per symbol in the
 * whole fleet; with an approval that execution takes only while it is without Redis too.
 *
 * The slot is read before the exchange is asked and taken after: if nobody has touched it in between, no order of ours
 * was on its way while the position was read.
 */
import {
  FreshPosition,
  MAX_CLOCK_ERROR_MS,
  PERMIT_TTL_MS,
  SubmitOrderReply,
  getFreshPosition,
} from '@elvis/contracts';
import { Bus, LOG, Log } from '@elvis/platform';
import { ExposureFigures, checkReduction } from '@elvis/rules';
import { TradingFailure, isClosedStatus } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { RiskConfig } from '../../risk.config';
import { DecisionSteps, Prepared } from '../decision-steps';
import { sendBy } from '../not-after';
import { OrderPlacement } from '../order-placement';
import { placedReply } from '../placed-reply';
import { OfflineSlots } from './offline-slots';

const ASK_TIMEOUT_MS = 5_000;
/** No longer than a permit would last: a stop that is taken meanwhile waits that long for what was allowed before it. */
const SEND_AHEAD_MS = PERMIT_TTL_MS;
/** Beyond what the exchange may still accept: two replicas' clocks may each be off by as much. */
const MARGIN_MS = 2 * MAX_CLOCK_ERROR_MS;

@Injectable()
export class OfflineReducer {
  constructor(
    private readonly steps: DecisionSteps,
    private readonly placement: OrderPlacement,
    private readonly slots: OfflineSlots,
    private readonly bus: Bus,
    private readonly config: RiskConfig,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Whether this order may leave although its reservation failed with this. */
  takes({ order, override }: Prepared, failure: unknown): boolean {
    const isStoreAway = failure instanceof TradingFailure && failure.code === 'STORE_UNAVAILABLE';
    return isStoreAway && order.market === 'futures' && order.reduceOnly === true && !override;
  }

  /**
   * @throws TradingFailure UNAVAILABLE kinds: nothing was sent, the id is not used up
   */
  async decide(prepared: Prepared, approvalId: string): Promise<SubmitOrderReply> {
    const { order, given } = prepared;
    const { symbol, side } = order;
    const slot = await this.slots.read(symbol);
    const fresh = await this.readPosition(symbol);
    if (slot.heldUntilMs > fresh.askedAtMs) throw onItsWay(symbol);
    const figures = figuresOf(fresh, side);
    const judged: Prepared = { ...prepared, given: { ...given, figures, judgedOn: 'fresh-position' } };
    const verdict = checkReduction(given.order, given.facts.state.state, figures);
    if (!verdict.approved) return this.steps.deny(judged, verdict.denial);
    const endsAtMs = fresh.askedAtMs + SEND_AHEAD_MS + this.config.BINANCE_RECV_WINDOW_MS + MARGIN_MS;
    const held = await this.slots.take(symbol, slot.revision, endsAtMs);
    if (held === undefined) throw onItsWay(symbol);
    return this.place(judged, approvalId, fresh.askedAtMs, held);
  }

  private async place(
    judged: Prepared,
    approvalId: string,
    askedAtMs: number,
    held: number,
  ): Promise<SubmitOrderReply> {
    const { order, given } = judged;
    const decision = this.steps.approval(judged);
    this.log.warn(
      { order, decisionId: decision.decisionId },
      'Redis is unavailable: a reduce-only order was checked against the position at the exchange and is being sent',
    );
    let placed: SubmitOrderReply | undefined;
    try {
      placed = await this.placement.place({
        order,
        approvalId,
        decision,
        epoch: given.epoch,
        leverage: given.facts.leverage,
        purpose: 'reduce',
        sendByMs: sendBy(order, askedAtMs + SEND_AHEAD_MS),
      });
      return await placedReply(placed, () => this.steps.standing(order));
    } finally {
      const status = placed?.order.status;
      if (status === undefined || isClosedStatus(status) || status === 'NEW')
        await this.slots.free(order.symbol, held);
    }
  }

  private async readPosition(symbol: string): Promise<FreshPosition> {
    try {
      return await this.bus.request(getFreshPosition, { symbol }, { timeoutMs: ASK_TIMEOUT_MS });
    } catch (error) {
      if (error instanceof TradingFailure && error.kind === 'UNAVAILABLE') throw error;
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        'Redis is unavailable and the position could not be read from the exchange; the order was not sent. Retry',
        {
          cause: error,
          retryAfterMs: 1_000,
        },
      );
    }
  }
}

/** All that is known without the structure; what is not is what no reduce-only order is judged by. */
const figuresOf = (
  { quantity, restingBuys, restingSells }: FreshPosition,
  side: 'BUY' | 'SELL',
): ExposureFigures => ({
  position: quantity,
  restingOnSide: side === 'BUY' ? restingBuys : restingSells,
  worstBefore: '0',
  worstAfter: '0',
  worstOfOthers: '0',
  margin: '0',
  openOrders: 0,
  lastSecond: 0,
});

const onItsWay = (symbol: string): TradingFailure =>
  new TradingFailure(
    'STORE_UNAVAILABLE',
    `Redis is unavailable and another reduce-only order of ${symbol} is still being sent; this one was not sent. Retry`,
    { retryAfterMs: 1_000 },
  );
