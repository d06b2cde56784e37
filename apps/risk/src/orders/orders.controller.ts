import { SubmitOrder, SubmitOrderReply, submitOrder } from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { RiskEngine } from './risk-engine';

@Controller()
export class OrdersController {
  constructor(private readonly risk: RiskEngine) {}

  @MessagePattern(submitOrder.subject)
  submit(@Payload() order: SubmitOrder): Promise<SubmitOrderReply> {
    return this.risk.decide(order);
  }
}
