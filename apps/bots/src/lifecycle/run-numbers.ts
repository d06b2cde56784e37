/** The number of a bot's next run: above every one that anybody remembers, so that no order id comes twice. */
import { BotConfigOfRuns, BotStanding, listOpenOrders, readBotOrderId } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Injectable } from '@nestjs/common';

/** So many of the newest open orders are looked at. */
const ORDERS = 50;

@Injectable()
export class RunNumbers {
  constructor(private readonly bus: Bus) {}

  /**
   * The journal, the stored runs and orders, and what execution has open are asked.
   *
   * @throws TradingFailure execution does not answer
   */
  async next(
    { id, shortCode, greatestRun }: BotConfigOfRuns,
    last: BotStanding | undefined,
  ): Promise<number> {
    const open = await this.bus.request(listOpenOrders, { botConfigId: id, limit: ORDERS });
    const used = open.items.flatMap(({ clientOrderId }) => readBotOrderId(clientOrderId) ?? []);
    const runs = used.filter((parts) => parts.shortCode === shortCode).map(({ run }) => run);
    return Math.max(last?.run ?? 0, greatestRun, ...runs) + 1;
  }
}
