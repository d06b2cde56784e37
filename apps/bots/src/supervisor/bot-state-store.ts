/** The copy of each bot's state in Redis and on the live topic, for those who look; the journal is the record. */
import { BOT_STATES_KEY, BotStateView, botStateFeed } from '@elvis/contracts';
import { Bus, LOG, Log, Redis } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { ExchangeTime } from '../facts/exchange-time';
import { BotEntry } from '../journal/bot-journal';
import { dayOf } from '../journal/position';

@Injectable()
export class BotStateStore {
  constructor(
    private readonly redis: Redis,
    private readonly bus: Bus,
    private readonly time: ExchangeTime,
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
    const isToday = figures.day === dayOf(now);
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
      stopLossPrice: null,
      takeProfitPrice: null,
      trailingStopPrice: null,
      maxPriceSinceEntry: null,
      protections: [],
      unprotectedSinceMs: null,
      day: dayOf(now),
      dailyPnl: isToday ? figures.dayNet : '0',
      dailyTrades: isToday ? figures.dayTrades : 0,
      limits: [],
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
