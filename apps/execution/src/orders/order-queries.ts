/** How orders stand: one by its id, or all that may still fill. */
import { ListOrders, Page } from '@elvis/contracts';
import { OrderView, TradingFailure, isClosedStatus } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { LiveOrders } from './live-orders';
import { OrderRecorder } from './recording/order-recorder';

@Injectable()
export class OrderQueries {
  constructor(
    private readonly recorder: OrderRecorder,
    private readonly liveOrders: LiveOrders,
  ) {}

  /** @throws TradingFailure ORDER_NOT_FOUND */
  async findOrder(clientOrderId: string): Promise<OrderView> {
    const entry = await this.recorder.findEntry(clientOrderId);
    if (!entry || entry.record.type === 'RELEASED' || entry.record.type === 'VOID')
      throw notFound(clientOrderId);
    return entry.record.view;
  }

  /** Everything that may still fill, newest first. */
  async listOpenOrders({ symbol, botConfigId, limit, cursor }: ListOrders): Promise<Page<OrderView>> {
    const open = (await this.liveOrders.listLive())
      .filter(({ record }) => record.type === 'INTENT' || record.type === 'OUTCOME')
      .map(({ record }) => record.view)
      .filter((view) => !isClosedStatus(view.status))
      .filter(
        (view) =>
          (symbol === undefined || view.symbol === symbol) &&
          (botConfigId === undefined || view.botConfigId === botConfigId),
      )
      .sort(
        (left, right) =>
          right.createdAtMs - left.createdAtMs || (left.clientOrderId < right.clientOrderId ? 1 : -1),
      );
    const start =
      cursor === undefined ? 0 : open.findIndex(({ clientOrderId }) => clientOrderId === cursor) + 1;
    const items = open.slice(start, start + limit);
    return { items, nextCursor: start + limit < open.length ? (items.at(-1)?.clientOrderId ?? null) : null };
  }
}

const notFound = (clientOrderId: string): TradingFailure =>
  new TradingFailure('ORDER_NOT_FOUND', `Order ${clientOrderId} is not known to Elvis; check the id`);
