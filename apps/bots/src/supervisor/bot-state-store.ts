/** The copy of each bot's state in Redis and on the live topic, for those who look; the journal is the record. */
import { BOT_STATES_KEY, BotStateView, botStateFeed } from '@elvis/contracts';
import { Bus, LOG, Log, Redis } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { ExchangeTime } from '../facts/exchange-time';
import { BotEntry } from '../journal/bot-journal';
import { dayFigures } from '../figures/bot-figures';
import { DAY_MS } from '../figures/utc-day';
import { usedLimits } from '../limits/used-limits';
import { ProtectionRole, roleOf } from '../protection/domain/protection-ids';
import { ProtectionSweep } from './protection-sweep';

@Injectable()
export class BotStateStore {
  constructor(
    private readonly redis: Redis,
    private readonly bus: Bus,
    private readonly time: ExchangeTime,
    private readonly protection: ProtectionSweep,
    @Inject(LOG) private readonly log: Log,
  ) {}

  async write(entries: readonly BotEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const views = entries.map((entry) => this.viewOf(entry));
    for (const view of views) this.bus.publish(botStateFeed, view.botConfigId, view);
    const fields = Object.fromEntries(views.map((view) => [view.botConfigId, JSON.stringify(view)]));
    await this.redis
      .hset(BOT_STATES_KEY, fields)
      .catch((error: unknown) =>
        this.log.debug(
          { err: error },
          'The states of bots could not be copied to Redis; they are written again within 5 s',
        ),
      );
  }

  viewOf({ standing, record }: BotEntry): BotStateView {
    const { config, state, causes, reason, run, runId, position, figures, orders, fault, stop } = standing;
    const now = this.time.nowMs();
    const { day, net, entries } = dayFigures(figures, now);
    const resting = this.protection.restingOf(config.id);
    const priceOf = (wanted: ProtectionRole): string | null =>
      orders.find(({ clientOrderId }) => roleOf(clientOrderId) === wanted)?.price ?? null;
    return {
      botConfigId: config.id,
      owner: config.owner,
      name: config.name,
      market: config.market,
      symbol: config.symbol,
      strategy: config.strategy,
      status: state,
      causes,
      reason,
      runId,
      run,
      revision: config.revision,
      inPosition: position.entryPrice !== null,
      quantity: position.quantity,
      entryPrice: position.entryPrice,
      stopLossPrice: priceOf('stop'),
      takeProfitPrice: priceOf('target'),
      trailingStopPrice: priceOf('trailing'),
      maxPriceSinceEntry: this.protection.bestPriceOf(config.id),
      protections: resting.map((order) => ({
        kind: roleOf(order.clientOrderId) ?? 'stop',
        clientOrderId: order.clientOrderId,
        exchangeOrderId: order.exchangeOrderId ?? null,
        price: order.stopPrice ?? order.price ?? null,
        quantity: order.closePosition ? null : order.quantity,
        status: order.status,
      })),
      unprotectedSinceMs: this.protection.bareSinceMs(config.id),
      day: new Date(day * DAY_MS).toISOString().slice(0, 10),
      dailyPnl: net,
      dailyTrades: entries,
      unpricedFees: figures.unpriced,
      limits: usedLimits(standing, now),
      openOrders: orders.map(({ clientOrderId }) => clientOrderId),
      lastStep: standing.lastStep,
      lastRunAtMs: standing.lastStep?.atMs ?? null,
      lastError: fault?.message ?? standing.lastFailure,
      fault,
      stopId: stop?.stopId ?? null,
      remainder: stop?.remainder ?? null,
      asOfMs: Math.max(now, record.atMs),
    };
  }
}
