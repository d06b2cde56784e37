import {
  CancelAllOrders,
  CancelAllOrdersReply,
  CancelOrder,
  FindOrder,
  ListOrders,
  Page,
  PlaceAmendment,
  PlaceOrder,
  PlaceOrderList,
  PlaceOrders,
  PlaceOrdersReply,
  cancelAllOrders,
  cancelOrder,
  findOrder,
  listOpenOrders,
  placeAmendment,
  placeOrder,
  placeOrderList,
  placeOrders,
} from '@elvis/contracts';
import { OrderView } from '@elvis/trading';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { Amendments } from './amendments';
import { ExecutionEngine } from './execution-engine';
import { OrderCanceller } from './order-canceller';
import { OrderQueries } from './order-queries';

@Controller()
export class OrderExecutionController {
  constructor(
    private readonly engine: ExecutionEngine,
    private readonly amendments: Amendments,
    private readonly canceller: OrderCanceller,
    private readonly queries: OrderQueries,
  ) {}

  @MessagePattern(placeOrder.subject)
  place(@Payload() order: PlaceOrder): Promise<OrderView> {
    return this.engine.place(order);
  }

  @MessagePattern(placeOrders.subject)
  placeAll(@Payload() { orders }: PlaceOrders): Promise<PlaceOrdersReply> {
    return this.engine.placeAll(orders);
  }

  @MessagePattern(placeOrderList.subject)
  placeList(@Payload() { legs }: PlaceOrderList): Promise<{ readonly orders: readonly OrderView[] }> {
    const [stop, target] = legs as [PlaceOrder, PlaceOrder];
    return this.engine.placeList(stop, target);
  }

  @MessagePattern(placeAmendment.subject)
  amend(@Payload() amendment: PlaceAmendment): Promise<OrderView> {
    return this.amendments.amend(amendment);
  }

  @MessagePattern(cancelOrder.subject)
  cancel(@Payload() { clientOrderId }: CancelOrder): Promise<OrderView> {
    return this.canceller.cancel(clientOrderId);
  }

  @MessagePattern(cancelAllOrders.subject)
  cancelAll(@Payload() scope: CancelAllOrders): Promise<CancelAllOrdersReply> {
    return this.canceller.cancelAll(scope);
  }

  @MessagePattern(findOrder.subject)
  findOrder(@Payload() { clientOrderId }: FindOrder): Promise<OrderView> {
    return this.queries.findOrder(clientOrderId);
  }

  @MessagePattern(listOpenOrders.subject)
  listOpenOrders(@Payload() filter: ListOrders): Promise<Page<OrderView>> {
    return this.queries.listOpenOrders(filter);
  }
}
