import { ListOrders } from '@elvis/contracts';
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
import { FastifyReply } from 'fastify';
import { sendAnswer } from '../http/send-answer';
import { Caller, From, Needs } from '../identity/caller';
import { Amendment, CancelFilter, NewOrder, NewOrders, OrderId, toSubmitOrder } from './new-order.dto';
import { answerToAmend, answerToCancel, answerToSubmit, toOrderBody } from './order-answer';
import { OrdersClient } from './orders-client';

@Controller('api/v1/orders')
export class OrdersRestController {
  constructor(private readonly orders: OrdersClient) {}

  @Post()
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
  @Needs('trade', { limit: 'ORDERS' })
  async submitBatch(@From() caller: Caller, @Body() { orders }: NewOrders): Promise<object> {
    return {
      items: await this.orders.submitAll(orders.map((order) => toSubmitOrder(order, undefined, caller))),
    };
  }

  @Put(':id')
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
  @Needs('read')
  async list(@Query() filter: ListOrders): Promise<object> {
    const { items, nextCursor } = await this.orders.list(filter);
    return { items: items.map(toOrderBody), nextCursor };
  }

  @Get(':id')
  @Needs('read')
  async find(@Param() { id }: OrderId, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const { order, isStale } = await this.orders.find(id);
    if (isStale) reply.header('x-stale', 'true');
    return toOrderBody(order);
  }

  @Delete(':id')
  @Needs('trade', { limit: 'CANCELS' })
  async cancel(@From() caller: Caller, @Param() { id }: OrderId, @Res() reply: FastifyReply): Promise<void> {
    sendAnswer(reply, answerToCancel(await this.orders.cancel(id, caller)));
  }

  /** Everything that is open, or only the orders of one symbol or bot. */
  @Delete()
  @Needs('trade', { limit: 'CANCELS' })
  cancelAll(@From() caller: Caller, @Query() filter: CancelFilter): Promise<object> {
    return this.orders.cancelAll(filter, caller);
  }
}
