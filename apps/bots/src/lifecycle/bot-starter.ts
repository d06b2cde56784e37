/** Begins a run: what can be known before it is checked here, what needs the exchange in the run's first step. */
import { BotConfigView, BotStanding, StartBot, StartBotReply, getBotConfig } from '@elvis/contracts';
import { Bus, Redis, isTradingHalted } from '@elvis/platform';
import { codeHashOf } from '@elvis/research';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { BotsConfig } from '../bots.config';
import { ExchangeTime } from '../facts/exchange-time';
import { BotJournal } from '../journal/bot-journal';
import { isUnderWay, runBegun } from '../journal/changes';
import { HookFailure } from '../runner/hook-thread';
import { HookPool } from '../runner/hook-pool';
import { StartRules } from '../start/start-rules';
import { Needs } from '../runner/step-call';
import { WorkQueue } from '../worker/work-queue';
import { UNNAMED_BUILD } from './code-in-use';
import { BotClearance } from './bot-clearance';
import { RunNumbers } from './run-numbers';

@Injectable()
export class BotStarter {
  constructor(
    private readonly journal: BotJournal,
    private readonly queue: WorkQueue,
    private readonly pool: HookPool,
    private readonly numbers: RunNumbers,
    private readonly rules: StartRules,
    private readonly clearance: BotClearance,
    private readonly time: ExchangeTime,
    private readonly bus: Bus,
    private readonly redis: Redis,
    private readonly settings: BotsConfig,
  ) {}

  /** @throws TradingFailure as `startBot` says */
  async start({ botId, actor, revision }: StartBot): Promise<StartBotReply> {
    const last = await this.journal.last(botId);
    if (last) requireStopped(last.standing);
    const found = await this.bus.request(getBotConfig, { id: botId });
    const { greatestRun: _runs, ...config } = found;
    if (config.deletedAtMs !== null)
      throw new TradingFailure('BOT_NOT_FOUND', `The bot ${botId} was deleted; make another of its strategy`);
    if (config.revision !== revision)
      throw new TradingFailure(
        'BOT_CONFIG_CHANGED',
        `The configuration has revision ${config.revision}, and revision ${revision} was to be started; read it, then start the newer one`,
        { context: { revision: config.revision } },
      );
    await this.clearance.require(config);
    const needs = await this.needsOf(config);
    await this.rules.check(config, last?.standing);
    if (await isTradingHalted(this.redis, { symbol: config.symbol, botConfigId: botId }))
      throw new TradingFailure(
        'TRADING_HALTED',
        'Trading is halted for this bot, its symbol or everything, or Redis cannot tell; start the bot when the stop has been cleared',
      );
    const run = await this.numbers.next(found, last?.standing);
    const runId = randomUUID();
    const atMs = this.time.nowMs();
    const write = runBegun(
      {
        config,
        run,
        runId,
        hooks: needs.hooks,
        codeHash: codeHashOf(config.strategy, this.settings.STRATEGIES_DIR),
        build: this.settings.BUILD_ID ?? UNNAMED_BUILD,
        actor,
        atMs,
        decideByMs: atMs + this.settings.BOT_DECIDE_WITHIN_MS,
      },
      last?.standing,
    );
    const entry = await this.journal.append(write, last?.sequence ?? 0);
    if (!entry) throw alreadyRunning(botId);
    await this.queue.wake(botId).catch(() => undefined);
    return { runId, run, state: entry.standing.state };
  }

  private async needsOf({ strategy, parameters = {}, symbol, interval }: BotConfigView): Promise<Needs> {
    try {
      return await this.pool.needs({ strategy, parameters, symbol, interval }, this.time.nowMs());
    } catch (error) {
      if (!(error instanceof HookFailure)) throw error;
      throw new TradingFailure(
        'BOT_CONFIG_INVALID',
        `The strategy does not take this configuration: ${error.message}. Change it, then start the bot`,
      );
    }
  }
}

function requireStopped({ config, state, fault }: BotStanding): void {
  if (isUnderWay({ state })) throw alreadyRunning(config.id);
  // A stop of a bot that is FAULTED leaves its fault to be looked into.
  if (fault && fault.acknowledgedBy === undefined)
    throw new TradingFailure(
      'BOT_FAULT_OPEN',
      `The bot was FAULTED (${fault.code}): ${fault.message} Look into it and acknowledge it, then start the bot`,
    );
}

const alreadyRunning = (botId: string): TradingFailure =>
  new TradingFailure(
    'BOT_ALREADY_RUNNING',
    `The bot ${botId} runs already, or was started at this moment; nothing was begun twice`,
  );
