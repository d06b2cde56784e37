/**
 * Does what risk does for an order that passed its checks: keeps the permit, reserves, signs, asks execution. The fault
 * runs are about what happens after that, so nothing is judged here.
 */
import {
  Approval,
  CancelOrder,
  Command,
  EXPOSURE_GENERATION_FIELD,
  EXPOSURE_KEY,
  OrderView,
  Query,
  RiskDecided,
  SubmitOrder,
  TRADING_PERMIT_KEY,
  cancelOrder,
  findOrder,
  placeAmendment,
  contentOf,
  placeOrder,
  placeOrders,
  reservationField,
  signAmendment,
  signApproval,
} from '@elvis/contracts';
import { Bus, OrderJournal, createLog, natsOptions, replaceReservation } from '@elvis/platform';
import { canonicalOrder, Market, Reservation, TradingFailure } from '@elvis/trading';
import { Redis } from 'ioredis';
import { NatsConnection, connect } from 'nats';
import { createHash, randomUUID } from 'node:crypto';
import { RedisIncarnation } from '../../apps/risk/src/exposure/redis-incarnation';
import { ReservationStore } from '../../apps/risk/src/exposure/reservation-store';
import { UnusedApproval, UnusedApprovals, isFree } from '../../apps/risk/src/exposure/unused-approvals';
import { APPROVAL_KEY, Stage } from './stage';

const EPOCH = 7;
const PERMIT_EVERY_MS = 400;
const SEND_AHEAD_MS = 1_000;
/** Shorter than risk's own patience, so that a run with a killed replica ends soon. */
const ANSWER_MS = 4_000;
/** A little longer than an elected role's lease. */
const LEASE_MS = 4_500;
const REBUILT_WITHIN_MS = 12_000;

const clock = { monotonicMs: () => performance.now(), nowMs: () => Date.now() };

export type Outcome = { readonly view: OrderView } | { readonly failure: TradingFailure };

export class Sender {
  private redis!: Redis;
  private nats!: NatsConnection;
  private bus!: Bus;
  private permit: NodeJS.Timeout | undefined;
  private journal!: OrderJournal;
  private unused!: UnusedApprovals;

  constructor(private readonly stage: Stage) {}

  async open(): Promise<void> {
    const { redis, nats } = this.stage;
    this.redis = new Redis({ host: redis.host, port: redis.port, password: redis.password, protocol: 2 });
    this.redis.on('error', () => undefined);
    const options = { ...natsOptions(nats.urls.risk, 'sender'), maxReconnectAttempts: -1 };
    this.nats = await connect(options);
    this.bus = new Bus(this.nats);
    this.journal = new OrderJournal(this.nats);
    const reservations = new ReservationStore(this.redis, new RedisIncarnation(this.redis));
    this.unused = new UnusedApprovals(this.journal, reservations, clock, createLog('risk', 0, 'fatal'));
    const keep = (): void => {
      const { redis, stage } = this;
      const kept = stage.isPermitHeld
        ? redis.del(TRADING_PERMIT_KEY)
        : redis.set(TRADING_PERMIT_KEY, `${EPOCH}`, 'PX', 2_000);
      void kept.catch(() => undefined);
    };
    keep();
    this.permit = setInterval(keep, PERMIT_EVERY_MS);
  }

  async close(): Promise<void> {
    clearInterval(this.permit);
    this.redis.disconnect();
    await this.nats.close();
  }

  /** Waits until the last run's trouble is over: somebody follows the account, and the exposure stands. */
  async calm(withinMs = 60_000, market: Market = 'futures'): Promise<void> {
    const key = market === 'futures' ? 'ELVIS_ACCOUNT_WATCHED' : `ELVIS_ACCOUNT_WATCHED:${market}`;
    await this.stage.until(
      async () => (await this.redis.exists(key)) === 1,
      'the account is followed',
      withinMs,
    );
  }

  /** Waits until the account is followed in another span than now: by somebody else, or anew. */
  async handedOver(withinMs = 60_000): Promise<void> {
    const before = await this.redis.get('ELVIS_ACCOUNT_WATCHED');
    const follower = await this.redis.get('ELVIS_ROLE:account-keeper');
    const deadline = performance.now() + withinMs;
    for (;;) {
      const now = await this.redis.get('ELVIS_ACCOUNT_WATCHED').catch(() => before);
      const isAnother = now !== null && now !== before;
      // The victim may not have been the keeper: then there is nothing to hand over.
      const stays = (await this.redis.get('ELVIS_ROLE:account-keeper')) === follower;
      if (isAnother || (stays && performance.now() > deadline - withinMs + LEASE_MS)) return;
      if (performance.now() > deadline) throw new Error('Nobody took over');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Waits until the exchange has been told to cancel the symbol's orders unless it hears more. */
  async armed(symbol: string, withinMs = 60_000): Promise<void> {
    const isArmed = async (): Promise<boolean> => (await this.redis.hexists('ELVIS_DEAD_MAN', symbol)) === 1;
    await this.stage.until(isArmed, `${symbol} is armed`, withinMs);
  }

  /** Waits until the exchange cancels nothing by itself any more. */
  async disarmed(withinMs = 60_000): Promise<void> {
    const isDisarmed = async (): Promise<boolean> => (await this.redis.hlen('ELVIS_DEAD_MAN')) === 0;
    await this.stage.until(isDisarmed, 'nothing is armed', withinMs);
  }

  find(clientOrderId: string): Promise<OrderView> {
    return this.request(findOrder, { clientOrderId });
  }

  /** What became of it as far as execution can tell; a failure says whether anything may have happened. */
  async place(order: SubmitOrder): Promise<Outcome> {
    const approvalId = randomUUID();
    const unsigned = { ...this.approvalOf(order, approvalId), leverage: 5, sendByMs: this.sendBy() };
    await this.reserve(order, approvalId);
    const outcome = await this.ask(() =>
      this.bus.request(
        placeOrder,
        { order, approval: signApproval(unsigned, order, APPROVAL_KEY) },
        { timeoutMs: ANSWER_MS },
      ),
    );
    if ('failure' in outcome && outcome.failure.kind !== 'UNKNOWN')
      await this.giveBack({ order, approvalId, decision: this.decisionOf(order, unsigned.decisionId) });
    return outcome;
  }

  /** Up to five in one request; each is approved, reserved and answered by itself. */
  async placeAll(orders: readonly SubmitOrder[]): Promise<readonly Outcome[]> {
    const sendByMs = this.sendBy();
    const placings = await Promise.all(
      orders.map(async (order) => {
        const approvalId = randomUUID();
        await this.reserve(order, approvalId);
        const unsigned = { ...this.approvalOf(order, approvalId), leverage: 5, sendByMs };
        return { order, approval: signApproval(unsigned, order, APPROVAL_KEY) };
      }),
    );
    try {
      const { results } = await this.bus.request(placeOrders, { orders: placings }, { timeoutMs: ANSWER_MS });
      return results.map((result) =>
        'order' in result
          ? { view: result.order }
          : { failure: new TradingFailure(result.failure.code, result.failure.message) },
      );
    } catch (error) {
      return orders.map(() => ({ failure: failureOf(error) }));
    }
  }

  /** Any question or command of execution's. */
  request<Payload extends object, Reply>(
    contract: Command<Payload, Reply> | Query<Payload, Reply>,
    payload: Payload,
  ): Promise<Reply> {
    return this.bus.request(contract, payload, { timeoutMs: ANSWER_MS });
  }

  async amend(clientOrderId: string, quantity: string, price: string): Promise<Outcome> {
    const terms = { clientOrderId, actor: 'faults', quantity, price };
    const unsigned = { ...this.approval(randomUUID()), sendByMs: this.sendBy() };
    return this.ask(() =>
      this.bus.request(
        placeAmendment,
        { terms, approval: signAmendment(unsigned, terms, APPROVAL_KEY) },
        { timeoutMs: ANSWER_MS },
      ),
    );
  }

  async cancel(clientOrderId: string): Promise<Outcome> {
    const command: CancelOrder = { clientOrderId, actor: 'faults' };
    return this.ask(() => this.bus.request(cancelOrder, command, { timeoutMs: ANSWER_MS }));
  }

  /**
   * What risk's own sweep does with reservations whose order never came out, or is another approval's: VOID by
   * compare-and-set or the record that stands, then it goes back, or to the order that is alive.
   */
  async sweep(clientOrderIds: readonly string[]): Promise<void> {
    for (const id of clientOrderIds) {
      const held = await this.redis.hget(EXPOSURE_KEY, reservationField(id));
      if (held === null) continue;
      const { approvalId } = JSON.parse(held) as Reservation;
      const last = await this.journal.last(id);
      const isOwn = last?.record.approvalId === approvalId;
      if (last && isOwn && !isFree(last)) continue;
      const order = this.sent.get(id) as SubmitOrder;
      await this.unused.giveBack({ order, approvalId, decision: this.decisionOf(order, randomUUID()) });
    }
  }

  private giveBack(approval: UnusedApproval): Promise<void> {
    return this.unused.giveBack(approval);
  }

  private decisionOf(order: SubmitOrder, decisionId: string): RiskDecided {
    const { actor } = order;
    const content = contentOf(order);
    return { decisionId, actor, order: content, verdict: 'APPROVED', inputs: {}, decidedAtMs: Date.now() };
  }

  private readonly sent = new Map<string, SubmitOrder>();

  private approvalOf(order: SubmitOrder, approvalId: string): Omit<Approval, 'signature' | 'sendByMs'> {
    const approval = this.approval(approvalId);
    return { ...approval, decision: JSON.stringify(this.decisionOf(order, approval.decisionId)) };
  }

  private approval(approvalId: string): Omit<Approval, 'signature' | 'sendByMs'> {
    return { approvalId, decisionId: randomUUID(), epoch: EPOCH, purpose: 'trade' };
  }

  /** On the exchange's clock. */
  private sendBy(): number {
    return Date.now() + this.stage.clockShiftMs + SEND_AHEAD_MS;
  }

  /** Like risk, nothing is reserved while the structure is being rebuilt. */
  private async reserve(order: SubmitOrder, approvalId: string): Promise<void> {
    const deadline = performance.now() + REBUILT_WITHIN_MS;
    for (;;) {
      const isBuilt = await this.redis.hexists(EXPOSURE_KEY, EXPOSURE_GENERATION_FIELD).catch(() => 0);
      if (isBuilt === 1) break;
      if (performance.now() > deadline) throw new Error('The exposure was not rebuilt');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { market, symbol, side, quantity, price, actor } = order;
    const reservation: Reservation = {
      market,
      symbol,
      side,
      quantity,
      notional: `${Number(quantity) * Number(price ?? 100_000)}`,
      actor,
      approvalId,
      order: createHash('sha256').update(canonicalOrder(order)).digest('base64url').slice(0, 22),
      atMs: Date.now(),
    };
    this.sent.set(order.clientOrderId, order);
    // As risk does: what stands under the same id for the same order is kept.
    await replaceReservation(this.redis, order.clientOrderId, '', JSON.stringify(reservation));
  }

  private async ask(request: () => Promise<OrderView>): Promise<Outcome> {
    try {
      return { view: await request() };
    } catch (error) {
      return { failure: failureOf(error) };
    }
  }
}

const failureOf = (error: unknown): TradingFailure =>
  error instanceof TradingFailure
    ? error
    : new TradingFailure('SERVICE_SILENT', `no answer: ${String(error)}`);
