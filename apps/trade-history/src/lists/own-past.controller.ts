import {
  GetOwnFlows,
  ListOwnOrders,
  ListOwnTrades,
  OrderView,
  OwnFlows,
  OwnTrade,
  getOwnFlows,
  listOwnOrders,
  listOwnTrades,
} from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { OwnPastRows } from './own-past';

@Controller()
export class OwnPastController {
  constructor(private readonly past: OwnPastRows) {}

  @MessagePattern(listOwnOrders.subject)
  orders(@Payload() wish: ListOwnOrders): Promise<{ readonly items: readonly OrderView[] }> {
    return this.past.orders(wish);
  }

  @MessagePattern(getOwnFlows.subject)
  flows(@Payload() wish: GetOwnFlows): Promise<OwnFlows> {
    return this.past.flows(wish);
  }

  @MessagePattern(listOwnTrades.subject)
  trades(@Payload() wish: ListOwnTrades): Promise<{ readonly items: readonly OwnTrade[] }> {
    return this.past.trades(wish);
  }
}
