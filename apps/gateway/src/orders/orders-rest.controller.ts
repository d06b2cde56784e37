import { ListOrders } from '@elvis/contracts';
import { INPUT_CODES, ORDER_STATUSES } from '@elvis/trading';
import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Put,
  Query,
  Res,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { FastifyReply } from 'fastify';
import { sendAnswer } from '../http/send-answer';
import { Caller, From, Needs } from '../identity/caller';
import { Amendment, CancelFilter, NewOrder, NewOrders, OrderId, toSubmitOrder } from './new-order.dto';
import { answerToAmend, answerToCancel, answerToSubmit, toOrderBody } from './order-answer';
import { OrdersClient } from './orders-client';
import { Describe } from '../openapi/describe';
import { cursor, pageSize, pathParameter, queryParameter } from '../openapi/parameters';
import { clientOrderId, symbol, uuid } from '../openapi/schema-parts';
import { listOf, oneOf, ref } from '../openapi/shape';

const example = {
  clientOrderId: 'demo-1',
  market: 'futures',
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  quantity: '0.010',
  price: '57000.00',
};
const orderExample = {
  ...example,
  timeInForce: 'GTC',
  filledQuantity: '0',
  status: 'NEW',
  decisionId: '0b0f7c0e-4f2f-4f6b-9a8e-2b4f0d1f9a11',
  exchangeOrderId: '8389765543210987654',
  createdAt: '2026-01-02T03:04:05.678Z',
  updatedAt: '2026-01-02T03:04:05.701Z',
};
const id = pathParameter('id', clientOrderId, 'The client order id; percent-encode a slash.');

@ApiTags('Orders')
@Controller('api/v1/orders')
export class OrdersRestController {
  constructor(private readonly orders: OrdersClient) {}

  @Post()
  @Describe({
    id: 'submitOrder',
    summary: 'Submit an order',
    description:
      'Sending the same order again under the same id is safe: it is placed once. A refused order gets the same 422 again. If an input that Elvis needs is missing or stale the answer is 503 and the id remains free.',
    parameters: [
      {
        name: 'Idempotency-Key',
        in: 'header',
        required: false,
        schema: clientOrderId,
        description: 'Alternative to clientOrderId; if both are sent and differ the answer is 400.',
      },
    ],
    body: { schema: 'NewOrder', required: true, example },
    answers: {
      200: {
        description: 'The order existed already; nothing new was placed.',
        schema: 'Order',
        example: orderExample,
      },
      201: { description: 'Accepted by the exchange.', schema: 'Order', example: orderExample },
      202: {
        description: 'Outcome not known yet; query the order, or send it again under the same id.',
        schema: 'Order',
        example: { ...orderExample, status: 'UNKNOWN' },
      },
      422: {
        description: 'Denied by Elvis, or rejected by the exchange. Sent as application/problem+json.',
        otherTypes: { 'application/problem+json': { schema: ref('RefusedOrder') } },
        schema: 'RefusedOrder',
      },
    },
    failures: {
      400: ['IDEMPOTENCY_KEYS_DIFFER'],
      403: ['BOT_NOT_ALLOWED'],
      409: ['ORDER_ID_TAKEN'],
      503: [
        'STATE_UNKNOWN',
        'VENUE_FROZEN',
        'VENUE_BUDGET_SPENT',
        'PERMIT_MISSING',
        'STORE_REBUILDING',
        ...INPUT_CODES,
      ],
    },
  })
  @Needs('trade', { limit: 'ORDERS' })
  async submit(
    @From() caller: Caller,
    @Body() body: NewOrder,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendAnswer(reply, answerToSubmit(await this.orders.submit(toSubmitOrder(body, idempotencyKey, caller))));
  }

  /** Judged as a whole, answered one by one: each with the status it would have had alone. */
  @Post('batch')
  @HttpCode(200)
  @Describe({
    id: 'submitOrders',
    summary: 'Submit up to five orders',
    description:
      'Checked as a whole: if their sum exceeds a limit, or an input needed for one of them is missing or stale, none is placed. Each is answered with the status and body it would have had alone.',
    body: { schema: 'NewOrders', required: true, example: { orders: [example] } },
    answers: { 200: { description: 'One answer per order, in the order sent.', schema: 'BatchAnswers' } },
    failures: { 403: ['BOT_NOT_ALLOWED'] },
  })
  @Needs('trade', { limit: 'ORDERS' })
  async submitBatch(@From() caller: Caller, @Body() { orders }: NewOrders): Promise<object> {
    return {
      items: await this.orders.submitAll(orders.map((order) => toSubmitOrder(order, undefined, caller))),
    };
  }

  @Put(':id')
  @Describe({
    id: 'amendOrder',
    summary: 'Change price or quantity of a working LIMIT order',
    parameters: [id],
    body: { schema: 'Amendment', required: true, example: { price: '56900.00' } },
    answers: {
      200: { description: 'Changed.', schema: 'Order', example: { ...orderExample, price: '56900.00' } },
      202: {
        description: 'Outcome not known yet; query the order, or send it again under the same id.',
        schema: 'Order',
      },
      422: {
        description: 'Denied; the order is unchanged. Sent as application/problem+json.',
        otherTypes: { 'application/problem+json': { schema: ref('RefusedOrder') } },
        schema: 'RefusedOrder',
      },
    },
    failures: {
      403: ['BOT_NOT_ALLOWED'],
      404: ['ORDER_NOT_FOUND'],
      409: ['ORDER_ALREADY_CLOSED', 'AMENDMENT_UNDER_WAY'],
      503: ['VENUE_FROZEN', 'VENUE_BUDGET_SPENT', 'STORE_REBUILDING', ...INPUT_CODES],
    },
  })
  @Needs('trade', { limit: 'ORDERS' })
  async amend(
    @From() caller: Caller,
    @Param() { id }: OrderId,
    @Body() change: Amendment,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendAnswer(reply, answerToAmend(await this.orders.amend(id, change, caller)));
  }

  @Get()
  @Describe({
    id: 'listOrders',
    summary: 'List orders',
    description:
      '`status=open` comes from execution, everything else from the history. A cursor is valid for one of them only.',
    parameters: [
      queryParameter('status', oneOf(['open', 'closed', ...ORDER_STATUSES]), 'All orders if absent.'),
      queryParameter('symbol', symbol, 'Only this symbol.'),
      queryParameter('botConfigId', uuid, 'Only the orders of this bot.'),
      cursor,
      pageSize(),
    ],
    answers: { 200: { description: 'A page of orders.', schema: listOf('Order') } },
  })
  @Needs('read')
  async list(@Query() filter: ListOrders): Promise<object> {
    const { items, nextCursor } = await this.orders.list(filter);
    return { items: items.map(toOrderBody), nextCursor };
  }

  @Get(':id')
  @Describe({
    id: 'findOrder',
    summary: 'One order',
    parameters: [id],
    answers: {
      200: {
        description: 'The order; with `X-Stale: true` if execution is unavailable and the history answered.',
        schema: 'Order',
        example: orderExample,
        headers: {
          'X-Stale': { description: 'Present if the answer may be outdated.', schema: { type: 'string' } },
        },
      },
    },
    failures: { 404: ['ORDER_NOT_FOUND'] },
  })
  @Needs('read')
  async find(@Param() { id }: OrderId, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const { order, isStale } = await this.orders.find(id);
    if (isStale) reply.header('x-stale', 'true');
    return toOrderBody(order);
  }

  @Delete(':id')
  @Describe({
    id: 'cancelOrder',
    summary: 'Cancel an order',
    parameters: [id],
    answers: {
      200: { description: 'Canceled.', schema: 'Order', example: { ...orderExample, status: 'CANCELED' } },
      202: {
        description: 'Cancel requested; not confirmed by the exchange yet.',
        schema: 'Order',
        example: { ...orderExample, status: 'PENDING_CANCEL' },
      },
    },
    failures: { 404: ['ORDER_NOT_FOUND'], 409: ['ORDER_ALREADY_CLOSED'], 503: ['VENUE_FROZEN'] },
  })
  @Needs('trade', { limit: 'CANCELS' })
  async cancel(@From() caller: Caller, @Param() { id }: OrderId, @Res() reply: FastifyReply): Promise<void> {
    sendAnswer(reply, answerToCancel(await this.orders.cancel(id, caller)));
  }

  /** Everything that is open, or only the orders of one symbol or bot. */
  @Delete()
  @Describe({
    id: 'cancelOrders',
    summary: 'Cancel all open orders, or those of one symbol or bot',
    parameters: [
      queryParameter('symbol', symbol, 'Only this symbol.'),
      queryParameter('botConfigId', uuid, 'Only the orders of this bot.'),
    ],
    answers: {
      200: { description: 'What was canceled and what is still open.', schema: 'CanceledOrders' },
    },
    failures: { 503: ['VENUE_FROZEN'] },
  })
  @Needs('trade', { limit: 'CANCELS' })
  cancelAll(@From() caller: Caller, @Query() filter: CancelFilter): Promise<object> {
    return this.orders.cancelAll(filter, caller);
  }
}
