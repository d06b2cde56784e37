import {
  AuditHead,
  FindDecision,
  FindOrder,
  FindOrderAtExchange,
  GetAuditHead,
  ListOrders,
  ListTrades,
  OrderView,
  Page,
  RiskDecided,
  TradeFilter,
  TradePage,
  countTrades,
  findDecision,
  findOrderAtExchange,
  findStoredOrder,
  getAuditHead,
  listStoredOrders,
  listTrades,
} from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { Checkpointer } from '../audit/checkpointer';
import { Decisions } from './decisions';
import { Orders } from './orders';
import { Trades } from './trades';

@Controller()
export class HistoryController {
  constructor(
    private readonly trades: Trades,
    private readonly orders: Orders,
    private readonly decisions: Decisions,
    private readonly checkpointer: Checkpointer,
  ) {}

  @MessagePattern(listTrades.subject)
  listTrades(@Payload() wish: ListTrades): Promise<TradePage> {
    return this.trades.page(wish);
  }

  @MessagePattern(countTrades.subject)
  countTrades(@Payload() filter: TradeFilter): Promise<{ readonly count: number }> {
    return this.trades.count(filter);
  }

  @MessagePattern(listStoredOrders.subject)
  listOrders(@Payload() wish: ListOrders): Promise<Page<OrderView>> {
    return this.orders.page(wish);
  }

  @MessagePattern(findStoredOrder.subject)
  findOrder(@Payload() wish: FindOrder): Promise<OrderView> {
    return this.orders.find(wish);
  }

  @MessagePattern(findOrderAtExchange.subject)
  findOrderAtExchange(@Payload() wish: FindOrderAtExchange): Promise<OrderView> {
    return this.orders.findAtExchange(wish);
  }

  @MessagePattern(findDecision.subject)
  findDecision(@Payload() wish: FindDecision): Promise<RiskDecided> {
    return this.decisions.find(wish);
  }

  @MessagePattern(getAuditHead.subject)
  getAuditHead(@Payload() _wish: GetAuditHead): Promise<AuditHead> {
    return this.checkpointer.head();
  }
}
