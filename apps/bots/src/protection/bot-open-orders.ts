/** The orders of bots that may be alive, as execution's journal has them, which it compares with the exchange. */
import { OrderView, listOpenOrders } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Injectable } from '@nestjs/common';

const PAGE = 500;

@Injectable()
export class BotOpenOrders {
  constructor(private readonly bus: Bus) {}

  /** Of one bot, or of all. @throws TradingFailure execution does not answer */
  async list(botConfigId?: string): Promise<readonly OrderView[]> {
    const orders: OrderView[] = [];
    let cursor: string | undefined;
    do {
      const filter = {
        limit: PAGE,
        ...(botConfigId !== undefined && { botConfigId }),
        ...(cursor && { cursor }),
      };
      const { items, nextCursor } = await this.bus.request(listOpenOrders, filter);
      orders.push(...items.filter((order) => order.botConfigId !== undefined));
      cursor = nextCursor ?? undefined;
    } while (cursor !== undefined);
    return orders;
  }
}
