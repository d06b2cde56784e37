/**
 * The leave to send: asks the limiter's send script, and says in the caller's words why there is none. Whatever it
 * refuses was never sent. A grant ends with the answer; without a clear one the request counts as in flight until the
 * exchange can accept it no more.
 */
import { CallCost } from '@elvis/binance';
import { FailureCode, Market, TradingFailure, stopBounds, waitOutMs } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { Priority } from '../limiter/domain/ledger';
import { ExecutionConfig } from '../execution.config';
import { ExchangeClock } from '../limiter/clock/exchange-clock';
import { PlacementGrant, RequestBudget, SendRefusal, SendTerms } from '../limiter/budget/request-budget';
import { InFlightRequests } from './in-flight-requests';
import { Placement } from '../venue/order-entry';

export interface SendRequest {
  readonly market: Market;
  readonly cost: CallCost;
  readonly priority: Priority;
  /** The key of the Binance front that it comes from. */
  readonly sharer: string | undefined;
  readonly orders: readonly SendTerms[];
}

export type SendPermission =
  | { readonly kind: 'granted'; readonly grant: PlacementGrant }
  /** The switch is set: a denial, not a failure. `place` says for which of a batch. */
  | { readonly kind: 'halted'; readonly place: number }
  | { readonly kind: 'refused'; readonly failure: TradingFailure };

/** Longer than this a caller is not kept waiting for room in the exchange's limits. */
const MOST_WAIT_MS = 1_500;

const REFUSALS: Readonly<Record<Exclude<SendRefusal, 'HALTED'>, readonly [FailureCode, string]>> = {
  PERMIT: ['PERMIT_MISSING', 'Risk has not permitted trading at the moment'],
  EPOCH: ['EPOCH_CHANGED', 'The trading state changed after the approval'],
  RESERVATION: ['RESERVATION_MISSING', "The order's risk reservation no longer exists"],
  CLOCK: ['CLOCK_UNCERTAIN', 'The exchange clock is unknown or too uncertain'],
  LATE: ['SEND_TOO_LATE', 'The approval expired before the order could be sent'],
  AHEAD: ['CLOCK_UNCERTAIN', 'The clock of this replica is ahead of the other replicas'],
  FROZEN: ['VENUE_FROZEN', 'The exchange has rate-limited this account or IP'],
  BUDGET: ['VENUE_BUDGET_SPENT', 'The exchange request budget is exhausted'],
};

@Injectable()
export class SendGate {
  constructor(
    private readonly budget: RequestBudget,
    private readonly clock: ExchangeClock,
    private readonly config: ExecutionConfig,
    private readonly inFlight: InFlightRequests,
  ) {}

  /** @throws TradingFailure STORE_UNAVAILABLE, CLOCK_UNCERTAIN: nothing was sent */
  async requestPermission(request: SendRequest): Promise<SendPermission> {
    const forget = (): void => request.orders.forEach(({ approvalId }) => this.inFlight.remove(approvalId));
    request.orders.forEach(({ approvalId }) => this.inFlight.add(approvalId));
    try {
      const permission = await this.requestBudget(request);
      if (permission.kind !== 'granted') forget();
      return permission;
    } catch (error) {
      forget();
      throw error;
    }
  }

  private async requestBudget({
    market,
    cost,
    priority,
    sharer,
    orders,
  }: SendRequest): Promise<SendPermission> {
    const sendByMs = Math.min(...orders.map((order) => order.sendByMs));
    const leftMs = sendByMs - this.clock.now();
    const answer = await this.budget.acquirePlacement({
      market,
      cost,
      priority,
      sharer,
      withinMs: Math.max(0, Math.min(leftMs, MOST_WAIT_MS)),
      placing: {
        orders,
        recvWindowMs: this.config.BINANCE_RECV_WINDOW_MS,
        stamp: () => Math.min(this.clock.now(), sendByMs),
      },
    });
    if (answer.granted) return { kind: 'granted', grant: answer.grant };
    if (answer.refusal === 'HALTED') return { kind: 'halted', place: answer.place ?? 0 };
    const [code, text] = REFUSALS[answer.refusal];
    const message = `${text}; nothing was sent. Resubmit`;
    return {
      kind: 'refused',
      failure: new TradingFailure(code, message, { retryAfterMs: Math.max(100, answer.retryAfterMs) }),
    };
  }

  /** What was granted has been answered with this. */
  closeGrant(approvalId: string, grant: PlacementGrant, { kind }: Placement): void {
    const end = (): void => {
      this.budget.endGrant(approvalId);
      this.inFlight.remove(approvalId);
    };
    if (kind !== 'unknown') return end();
    // As long as a drain waits for the one that says nothing: by then the exchange refuses it by its own rule.
    setTimeout(end, waitOutMs(stopBounds(grant.recvWindowMs))).unref();
  }
}
