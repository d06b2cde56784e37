/** Gathers what a run was decided by and what its candles are now, and has them compared in a thread of its own. */
import {
  BotParity,
  GetBotParity,
  RunStep,
  StoredBotRun,
  getBotConfig,
  listBotRuns,
  listBotSteps,
  listRunSteps,
  listTrades,
} from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { codeHashOf } from '@elvis/research';
import { MINUTE_MS, TradingFailure, intervalLengthMs } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { BotsConfig } from '../bots.config';
import { BotCandles, Window } from '../facts/bot-candles';
import { BotInstruments } from '../facts/bot-instruments';
import { roleOf } from '../protection/domain/protection-ids';
import { HookFailure, HookThread } from '../runner/hook-thread';
import { RunFill } from '../runner/parity/bot-step-records';
import { RunParity, RunToCompare } from '../runner/parity/compare-run';

type PlainInterval = Window['interval'];

/** The newest of a run; a week of minutes and what was filled in it. */
const MOST_STEPS = 12_000;
const MOST_TOLD = 500;
const PAGE = 100;
const TRADES_PAGE = 1_000;
const WITHIN_MS = 20_000;
const HEAP_MB = 512;

@Injectable()
export class RunParities {
  constructor(
    private readonly bus: Bus,
    private readonly candles: BotCandles,
    private readonly instruments: BotInstruments,
    private readonly settings: BotsConfig,
  ) {}

  /** @throws TradingFailure as `getBotParity` says */
  async get({ botConfigId, owner, run: named }: GetBotParity): Promise<BotParity> {
    const run = await this.runOf(botConfigId, owner, named);
    const config = await this.bus.request(getBotConfig, { id: botConfigId, revision: run.revision });
    const { market, symbol, strategy, parameters = {}, protections = null, leverage } = config;
    const interval = config.interval as PlainInterval;
    const all = await this.stepsOf(botConfigId, owner, run.run);
    const end = await this.endOf(all, { market, symbol }, intervalLengthMs(interval));
    const steps = all.filter(({ step }) => step <= end.lastStep);
    const first = steps.find(({ candle }) => candle !== null)!.candle!.openTimeMs;
    const feeds = await this.feedsOf(steps);
    const fromMs = Math.min(first, ...Object.values(feeds).map(({ firstOpenMs }) => firstOpenMs));
    const minutes = await this.candles.window({ market, symbol, interval: '1m', fromMs, toMs: end.toMs });
    if (minutes.firstOpenMs > first) throw missing(symbol, first);
    const compared = await this.compare({
      strategy,
      parameters,
      symbol,
      interval,
      protections,
      instrument: await this.instruments.find(market, symbol),
      capital: config.initialCapital,
      leverage,
      minutes,
      feeds,
      steps,
      fills: await this.fillsOf(botConfigId, steps, first, end.toMs),
    });
    const { differences, counts, steps: count } = compared;
    return {
      run: run.run,
      runId: run.runId,
      isSameCode: run.codeHash === codeHashOf(strategy, this.settings.STRATEGIES_DIR),
      fromMs: first,
      toMs: end.lastOpenMs,
      steps: count,
      counts,
      differences: differences
        .slice(0, MOST_TOLD)
        .map(({ input = null, ...difference }) => ({ ...difference, input })),
      leftOut: Math.max(0, differences.length - MOST_TOLD),
    };
  }

  private async runOf(botConfigId: string, owner: string, named?: number): Promise<StoredBotRun> {
    const cursor = named === undefined ? {} : { cursor: `${named + 1}` };
    const { items } = await this.bus.request(listBotRuns, { botConfigId, owner, limit: 1, ...cursor });
    const [found] = items;
    if (!found || (named !== undefined && found.run !== named)) throw noSteps(named);
    return found;
  }

  private async stepsOf(botConfigId: string, owner: string, run: number): Promise<readonly RunStep[]> {
    const { items: newest } = await this.bus.request(listBotSteps, { botConfigId, owner, run, limit: 1 });
    const steps: RunStep[] = [];
    for (let after = Math.max(0, (newest[0]?.step ?? 0) - MOST_STEPS); ;) {
      const { items } = await this.bus.request(listRunSteps, { botConfigId, run, after, limit: PAGE });
      if (items.length === 0) break;
      steps.push(...items);
      after = items.at(-1)!.step;
    }
    if (!steps.some(({ candle }) => candle !== null)) throw noSteps(run);
    return steps;
  }

  /** The last step on a candle behind which there is a sealed one: in that the backtest fills what was ordered. */
  private async endOf(
    steps: readonly RunStep[],
    of: Pick<Window, 'market' | 'symbol'>,
    span: number,
  ): Promise<{ readonly lastStep: number; readonly lastOpenMs: number; readonly toMs: number }> {
    const onCandles = steps.filter(({ candle }) => candle !== null);
    for (const { step, candle } of [...onCandles].reverse().slice(0, 2)) {
      const toMs = candle!.openTimeMs + 2 * span;
      const wish = { ...of, interval: '1m', fromMs: toMs - MINUTE_MS, toMs } as const;
      const isThere = await this.candles.window(wish).then(
        () => true,
        () => false,
      );
      const next = onCandles.find((each) => each.step > step);
      if (isThere) return { lastStep: next ? next.step - 1 : Infinity, lastOpenMs: candle!.openTimeMs, toMs };
    }
    throw missing(of.symbol, onCandles.at(-1)!.candle!.openTimeMs);
  }

  /** For each feed all that the steps read, as it is known now. */
  private async feedsOf(steps: readonly RunStep[]): Promise<RunToCompare['feeds']> {
    const read = new Map<string, Window>();
    for (const { inputs } of steps)
      for (const { feed, ...window } of (inputs.candles ?? []) as (Window & { feed: string })[]) {
        const { fromMs, toMs } = read.get(feed) ?? window;
        read.set(feed, {
          ...window,
          fromMs: Math.min(fromMs, window.fromMs),
          toMs: Math.max(toMs, window.toMs),
        });
      }
    const feeds = [...read].map(async ([name, { market, symbol, interval, fromMs, toMs }]) => {
      const window = await this.candles.window({ market, symbol, interval, fromMs, toMs });
      return [name, { ...window, interval }] as const;
    });
    return Object.fromEntries(await Promise.all(feeds));
  }

  private async fillsOf(
    botConfigId: string,
    steps: readonly RunStep[],
    fromMs: number,
    toMs: number,
  ): Promise<readonly RunFill[]> {
    const names = new Map(
      steps.flatMap(({ intents }) => intents.map(({ clientOrderId, role }) => [clientOrderId, role])),
    );
    const fills: RunFill[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.bus.request(listTrades, {
        botConfigId,
        fromMs,
        toMs,
        direction: 'older',
        limit: TRADES_PAGE,
        ...(cursor !== undefined && { cursor }),
      });
      for (const { clientOrderId, side, quantity, price, createdAtMs } of page.items)
        fills.push({
          clientOrderId,
          name: nameOf(clientOrderId, names.get(clientOrderId)),
          side,
          quantity,
          price,
          atMs: createdAtMs,
        });
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return fills.sort((one, other) => one.atMs - other.atMs);
  }

  /** @throws TradingFailure BOT_CONFIG_INVALID */
  private async compare(run: RunToCompare): Promise<RunParity> {
    const thread = new HookThread(HEAP_MB, { strategiesFolder: this.settings.STRATEGIES_DIR });
    try {
      const answer = await thread.ask({ ask: 'parity', run }, WITHIN_MS);
      if ('parity' in answer) return answer.parity;
      throw new HookFailure('problem' in answer ? answer.problem : 'its thread answered another question');
    } catch (error) {
      if (!(error instanceof HookFailure)) throw error;
      throw new TradingFailure(
        'BOT_CONFIG_INVALID',
        `The run cannot be compared with a backtest: ${error.message}`,
      );
    } finally {
      await thread.end();
    }
  }
}

/** As a backtest calls it. */
function nameOf(clientOrderId: string, role: string | undefined): string {
  const protection = roleOf(clientOrderId);
  if (protection) return protection === 'trailing' ? 'stop' : protection;
  return role === 'ENTRY' ? 'entry' : role === 'EXIT' ? 'exit' : 'grid';
}

const noSteps = (run?: number): TradingFailure =>
  new TradingFailure(
    'BOT_STEP_NOT_FOUND',
    `The bot has no step on a candle in run ${run ?? 'any'}, or none is stored yet; check the run, or retry`,
  );

const missing = (symbol: string, ms: number): TradingFailure =>
  new TradingFailure(
    'MARKET_DATA_MISSING',
    `Candles of ${symbol} around ${new Date(ms).toISOString()} are missing, so there is nothing to compare with; import them, or retry`,
    { retryAfterMs: 60_000 },
  );
