/**
 * How bots are: from the copy in Redis while it is young, else from the bots service itself; while neither answers, the old
 * copy, whose age says how old it is. A bot that never ran is STOPPED.
 */
import { BOT_STATES_KEY, BotConfigView, BotStateView, getBotStates } from '@elvis/contracts';
import { Bus, Redis } from '@elvis/platform';
import { Injectable } from '@nestjs/common';

/** The supervisor writes every 5 s at least. */
const YOUNG_MS = 12_000;

type ShownState = BotStateView & { readonly ageMs: number };

@Injectable()
export class BotStates {
  constructor(
    private readonly bus: Bus,
    private readonly redis: Redis,
  ) {}

  /** One for each of these configurations, in their order. */
  async of(configs: readonly BotConfigView[]): Promise<readonly ShownState[]> {
    if (configs.length === 0) return [];
    const cached = await this.cached(configs.map(({ id }) => id));
    const isYoung = configs.every(({ id }) => ageOf(cached.get(id)) <= YOUNG_MS);
    const states = isYoung ? cached : await this.newest(cached);
    return configs.map((config) => {
      const state = states.get(config.id);
      return { ...(state ?? neverRun(config)), ageMs: state ? ageOf(state) : 0 };
    });
  }

  /** As the bots service has it now; undefined for a bot that never ran. @throws TradingFailure UNAVAILABLE kinds */
  async asked(botConfigId: string): Promise<BotStateView | undefined> {
    const { items } = await this.bus.request(getBotStates, { botConfigId });
    return items[0];
  }

  private async newest(
    cached: ReadonlyMap<string, BotStateView>,
  ): Promise<ReadonlyMap<string, BotStateView>> {
    try {
      const { items } = await this.bus.request(getBotStates, {});
      return new Map(items.map((state) => [state.botConfigId, state]));
    } catch (error) {
      if (cached.size === 0) throw error;
      return cached;
    }
  }

  private async cached(ids: readonly string[]): Promise<ReadonlyMap<string, BotStateView>> {
    try {
      const texts = await this.redis.hmget(BOT_STATES_KEY, ...ids);
      const states = texts.flatMap((text) => (text === null ? [] : [JSON.parse(text) as BotStateView]));
      return new Map(states.map((state) => [state.botConfigId, state]));
    } catch {
      return new Map();
    }
  }
}

const ageOf = (state: BotStateView | undefined): number =>
  state ? Math.max(0, Date.now() - state.asOfMs) : Infinity;

const neverRun = ({ id, owner, name, market, symbol, strategy, revision }: BotConfigView): BotStateView => ({
  botConfigId: id,
  owner,
  name,
  market,
  symbol,
  strategy,
  revision,
  status: 'STOPPED',
  causes: [],
  reason: 'never started',
  runId: null,
  run: 0,
  inPosition: false,
  quantity: '0',
  entryPrice: null,
  stopLossPrice: null,
  takeProfitPrice: null,
  trailingStopPrice: null,
  maxPriceSinceEntry: null,
  protections: [],
  unprotectedSinceMs: null,
  day: new Date().toISOString().slice(0, 10),
  dailyPnl: '0',
  dailyTrades: 0,
  unpricedFees: 0,
  limits: [],
  openOrders: [],
  lastStep: null,
  lastRunAtMs: null,
  lastError: null,
  fault: null,
  stopId: null,
  remainder: null,
  asOfMs: Date.now(),
});
