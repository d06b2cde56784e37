import {
  AmendOrder,
  SubmitOrder,
  SubmitOrderList,
  SubmitOrderListReply,
  SubmitOrderReply,
  SubmitOrders,
  SubmitOrdersReply,
  PreviewOrderReply,
  TryOrderReply,
  amendBotOrder,
  amendFrontOrder,
  amendOrder,
  submitBotOrder,
  submitFrontOrder,
  submitFrontOrders,
  submitOrder,
  submitOrderList,
  submitOrders,
  previewOrder,
  tryFrontOrder,
} from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { requireFrontOrder } from './front-order';
import { OrderAmendments } from './order-amendments';
import { SubmitBatch } from './submit-batch';
import { SubmitList } from './submit-list';
import { RiskEngine } from './risk-engine';
import { botOfActor, requireBot } from '../actors/require-bot';

@Controller()
export class OrdersController {
  constructor(
    private readonly risk: RiskEngine,
    private readonly batches: SubmitBatch,
    private readonly lists: SubmitList,
    private readonly amendments: OrderAmendments,
  ) {}

  @MessagePattern(submitOrder.subject)
  submit(@Payload() order: SubmitOrder): Promise<SubmitOrderReply> {
    return this.risk.decide(order);
  }

  @MessagePattern(submitBotOrder.subject)
  submitOfBot(@Payload() order: SubmitOrder): Promise<SubmitOrderReply> {
    requireBot(order);
    return this.risk.decide(order);
  }

  @MessagePattern(submitFrontOrder.subject)
  submitFront(@Payload() order: SubmitOrder): Promise<SubmitOrderReply> {
    requireFrontOrder(order);
    return this.risk.decide(order);
  }

  @MessagePattern(previewOrder.subject)
  preview(@Payload() order: SubmitOrder): Promise<PreviewOrderReply> {
    return this.risk.preview(order);
  }

  @MessagePattern(tryFrontOrder.subject)
  tryFront(@Payload() order: SubmitOrder): Promise<TryOrderReply> {
    requireFrontOrder(order);
    return this.risk.tryOut(order);
  }

  @MessagePattern(submitFrontOrders.subject)
  submitAllOfFront(@Payload() { orders }: SubmitOrders): Promise<SubmitOrdersReply> {
    orders.forEach(requireFrontOrder);
    return this.batches.decide(orders);
  }

  @MessagePattern(submitOrders.subject)
  submitAll(@Payload() { orders }: SubmitOrders): Promise<SubmitOrdersReply> {
    return this.batches.decide(orders);
  }

  @MessagePattern(submitOrderList.subject)
  submitList(@Payload() list: SubmitOrderList): Promise<SubmitOrderListReply> {
    return this.lists.decide(list);
  }

  @MessagePattern(amendOrder.subject)
  amend(@Payload() wish: AmendOrder): Promise<SubmitOrderReply> {
    return this.amendments.amend(wish);
  }

  @MessagePattern(amendFrontOrder.subject)
  amendOfFront(@Payload() wish: AmendOrder): Promise<SubmitOrderReply> {
    return this.amendments.amend({ ...wish, ofBot: botOfActor(wish.actor) });
  }

  @MessagePattern(amendBotOrder.subject)
  amendOfBot(@Payload() wish: AmendOrder): Promise<SubmitOrderReply> {
    return this.amendments.amend({ ...wish, ofBot: botOfActor(wish.actor) });
  }
}
