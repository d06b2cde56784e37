/**
 * Orders on behalf of a caller. Silence after a command is never reported as a failure: the order's journal is
 * asked, and if that is silent too the honest answer is that it is not known yet.
 */
import {
  CancelAllOrdersReply,
  FindOrder,
  ListOrders,
  OrderView,
  Page,
  SubmitOrder,
  SubmitOrderReply,
  amendOrder,
  cancelAllOrders,
  cancelOrder,
  findOrder,
  findStoredOrder,
  listOpenOrders,
  listStoredOrders,
  submitOrder,
  submitOrders,
} from '@elvis/contracts';
import { Bus, HTTP_STATUS, problemDetails } from '@elvis/platform';
import { TradingFailure, isClosedStatus, isSameOrder } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { retryAfterSeconds } from '../http/failure-answer';
import { Caller } from '../identity/caller';
import { Amendment } from './new-order.dto';
import { answerToSubmit, unansweredOrder } from './order-answer';
import { readCursor, writeCursor } from './order-cursor';

/** Longer than anything a placement may wait for: permit, `sendBy`, the receive window and the exchange's answer. */
const ORDER_TIMEOUT_MS = 10_000;
const CANCEL_ALL_TIMEOUT_MS = 15_000;
const LOOK_UP_TIMEOUT_MS = 1_500;

export interface FoundOrder {
  readonly order: OrderView;
  /** True where the database answered and execution might know better. */
  readonly isStale: boolean;
}

@Injectable()
export class OrdersClient {
  constructor(private readonly bus: Bus) {}

  async submit(order: SubmitOrder): Promise<SubmitOrderReply> {
    try {
      return await this.bus.request(submitOrder, order, { timeoutMs: ORDER_TIMEOUT_MS });
    } catch (error) {
      if (isUnanswered(error)) return this.asFarAsKnown(order);
      const existing = isUnreachable(error) && (await this.existing(order));
      if (!existing) throw error;
      return existing;
    }
  }

  /**
   * One answer for each, in their order, with the status it would have had alone. They are judged together: what they add
   * up to has to fit, or none of them is placed.
   *
   * @throws TradingFailure MESSAGE_MALFORMED two of them have one id
   */
  async submitAll(orders: readonly SubmitOrder[]): Promise<object[]> {
    try {
      const payload = { orders: [...orders] };
      const { results } = await this.bus.request(submitOrders, payload, { timeoutMs: ORDER_TIMEOUT_MS });
      return await Promise.all(
        orders.map(async (order, place) => {
          const result = results[place];
          if (!result) return this.unanswered(order);
          if (!('failure' in result)) return answerToSubmit(result);
          const { code, message, ...details } = result.failure;
          const failure = new TradingFailure(code, message, details);
          return isUnanswered(failure) ? this.unanswered(order) : problem(failure);
        }),
      );
    } catch (error) {
      if (!(error instanceof TradingFailure) || error.kind === 'INVALID') throw error;
      if (isUnanswered(error)) return Promise.all(orders.map((order) => this.unanswered(order)));
      return Promise.all(
        orders.map(async (order) => {
          const existing = isUnreachable(error) && (await this.existing(order));
          return existing ? answerToSubmit(existing) : problem(error);
        }),
      );
    }
  }

  /** @throws TradingFailure MESSAGE_MALFORMED there is nothing to change */
  async amend(
    clientOrderId: string,
    change: Amendment,
    { actor, remoteIp, botConfigId: ofBot }: Caller,
  ): Promise<SubmitOrderReply> {
    if (change.price === undefined && change.quantity === undefined) {
      throw new TradingFailure('MESSAGE_MALFORMED', 'An amendment needs a price, a quantity, or both');
    }
    const command = { ...change, clientOrderId, actor, remoteIp, ...(ofBot !== undefined && { ofBot }) };
    try {
      return await this.bus.request(amendOrder, command, { timeoutMs: ORDER_TIMEOUT_MS });
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      const order = await this.journaled({ clientOrderId });
      if (!order) throw error;
      return { order: { ...order, status: 'UNKNOWN' }, isRepeat: false };
    }
  }

  async cancel(clientOrderId: string, { actor }: Caller): Promise<OrderView> {
    try {
      return await this.bus.request(cancelOrder, { clientOrderId, actor }, { timeoutMs: ORDER_TIMEOUT_MS });
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      const found = await this.journaled({ clientOrderId });
      if (!found) throw error;
      return found;
    }
  }

  cancelAll(
    filter: { readonly symbol?: string; readonly botConfigId?: string },
    { actor }: Caller,
  ): Promise<CancelAllOrdersReply> {
    return this.bus.request(cancelAllOrders, { ...filter, actor }, { timeoutMs: CANCEL_ALL_TIMEOUT_MS });
  }

  /**
   * From execution; from the database, marked as stale, if no execution is alive. An order that closed so long ago that
   * execution has forgotten it stands in the database alone, and nothing can happen to it any more.
   *
   * @throws TradingFailure ORDER_NOT_FOUND neither knows it
   */
  async find(clientOrderId: string): Promise<FoundOrder> {
    try {
      return { order: await this.bus.request(findOrder, { clientOrderId }), isStale: false };
    } catch (error) {
      const isForgotten = error instanceof TradingFailure && error.code === 'ORDER_NOT_FOUND';
      if (!isForgotten && !isUnavailable(error)) throw error;
      const order = await this.bus.request(findStoredOrder, { clientOrderId });
      return { order, isStale: !isForgotten || !isClosedStatus(order.status) };
    }
  }

  async list({ cursor, ...filter }: ListOrders): Promise<Page<OrderView>> {
    const source = filter.status === 'open' ? 'open' : 'stored';
    const page = await this.bus.request(source === 'open' ? listOpenOrders : listStoredOrders, {
      ...filter,
      ...(cursor !== undefined && { cursor: readCursor(source, cursor) }),
    });
    return { items: page.items, nextCursor: writeCursor(source, page.nextCursor) };
  }

  /** As the journal has it by now, else UNKNOWN. */
  private async asFarAsKnown(order: SubmitOrder): Promise<SubmitOrderReply> {
    const found = await this.journaled(order);
    return { order: found ?? unansweredOrder(order, Date.now()), isRepeat: false };
  }

  /** While nobody can judge it, a repeat is still answered with the order that exists. */
  private async existing(order: SubmitOrder): Promise<SubmitOrderReply | undefined> {
    const found = await this.journaled(order);
    return found && isSameOrder(found, order) ? { order: found, isRepeat: true } : undefined;
  }

  private async unanswered(order: SubmitOrder): Promise<object> {
    return answerToSubmit(await this.asFarAsKnown(order));
  }

  private async journaled({ clientOrderId }: FindOrder): Promise<OrderView | undefined> {
    return this.bus
      .request(findOrder, { clientOrderId }, { timeoutMs: LOOK_UP_TIMEOUT_MS })
      .catch(() => undefined);
  }
}

/** A failure in one place of a batch, with what its header would have said. */
function problem(error: TradingFailure): object {
  const status = HTTP_STATUS[error.kind];
  const retryAfter = status === 503 || status === 429 ? Number(retryAfterSeconds(error)) : undefined;
  return { status, ...(retryAfter !== undefined && { retryAfter }), body: problemDetails(error) };
}

const isUnanswered = (error: unknown): boolean => error instanceof TradingFailure && error.kind === 'UNKNOWN';

const isUnreachable = (error: unknown): boolean =>
  error instanceof TradingFailure && error.code === 'SERVICE_UNREACHABLE';

const isUnavailable = (error: unknown): boolean =>
  error instanceof TradingFailure &&
  (error.code === 'SERVICE_UNREACHABLE' || error.code === 'SERVICE_SILENT');
