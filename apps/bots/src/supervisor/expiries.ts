/** Cancels the orders of bots that were good for a time which is over. A cancel that is lost is asked again. */
import { botActor, cancelOrder } from '@elvis/contracts';
import { Bus, LOG, Log } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { ExchangeTime } from '../facts/exchange-time';
import { BotIndex } from './bot-index';

@Injectable()
export class Expiries {
  constructor(
    private readonly index: BotIndex,
    private readonly bus: Bus,
    private readonly time: ExchangeTime,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Never throws. What became of the order comes as its event. */
  async look(): Promise<void> {
    const now = this.time.nowMs();
    const over = this.index
      .all()
      .flatMap(({ standing: { config, orders } }) =>
        orders
          .filter(({ goodUntilMs }) => goodUntilMs !== null && goodUntilMs <= now)
          .map(({ clientOrderId }) => ({ clientOrderId, actor: botActor(config.id) })),
      );
    await Promise.all(over.map((order) => this.cancel(order)));
  }

  private async cancel(order: { readonly clientOrderId: string; readonly actor: string }): Promise<void> {
    try {
      await this.bus.request(cancelOrder, order);
    } catch (error) {
      const isOver = error instanceof TradingFailure && error.code === 'ORDER_ALREADY_CLOSED';
      if (!isOver)
        this.log.warn(
          { err: error, clientOrderId: order.clientOrderId },
          'An order of a bot whose time is over could not be canceled; it is tried again in a second',
        );
    }
  }
}
