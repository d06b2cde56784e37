/** Stop, pause, resume, acknowledge: changes of a bot's journal. */
import {
  AcknowledgeBotFault,
  BotReply,
  BotStanding,
  DueStep,
  PauseBot,
  ResumeBot,
  StopBot,
  StopBotReply,
} from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { ExchangeTime } from '../facts/exchange-time';
import { BotJournal, BotWrite } from '../journal/bot-journal';
import { isLive, paused, resumed, stateChanged } from '../journal/changes';
import { WorkQueue } from '../worker/work-queue';

@Injectable()
export class BotSteering {
  constructor(
    private readonly journal: BotJournal,
    private readonly queue: WorkQueue,
    private readonly time: ExchangeTime,
  ) {}

  /**
   * A stop of a bot that is being stopped is that stop, unless it asks for more; one that was stopped and left something can
   * be stopped once more, to take that away.
   *
   * @throws BOT_NOT_FOUND, BOT_NOT_RUNNING
   */
  async stop({ botId, actor, mode, reason }: StopBot): Promise<StopBotReply> {
    const stopId = randomUUID();
    const atMs = this.time.nowMs();
    const standing = await this.changed(botId, (now) => {
      if (now.state === 'STOPPING' && (now.stop?.mode === mode || mode === 'keep')) return undefined;
      if (now.state === 'STOPPED' && !hasLeft(now)) throw notRunning(botId);
      return stopping(now, { stopId, mode }, { actor, reason, atMs });
    });
    await this.queue.wake(botId).catch(() => undefined);
    return { stopId: standing.stop?.stopId ?? stopId, state: standing.state };
  }

  /** @throws BOT_NOT_FOUND, BOT_NOT_RUNNING */
  async pause({ botId, actor, reason }: PauseBot): Promise<BotReply> {
    const atMs = this.time.nowMs();
    const { state } = await this.changed(botId, (now) => {
      if (!isLive(now) || now.state === 'REDUCING') throw notRunning(botId);
      if (now.state !== 'STARTING') return paused(now, 'person', { reason, actor, atMs });
      throw new TradingFailure(
        'BOT_NOT_RUNNING',
        'The bot is STARTING; pause it when it is WARMING or RUNNING',
      );
    });
    return { state };
  }

  /** What a person may take away; limits and halts end by themselves. @throws BOT_NOT_FOUND, BOT_NOT_RUNNING */
  async resume({ botId, actor, reason = 'resumed' }: ResumeBot): Promise<BotReply> {
    const atMs = this.time.nowMs();
    for (const cause of ['person', 'refusals', 'foreign'] as const)
      await this.changed(botId, (now) => {
        if (!isLive(now)) throw notRunning(botId);
        return resumed(now, cause, { reason, actor, atMs });
      });
    const entry = await this.journal.last(botId);
    return { state: entry!.standing.state };
  }

  /** @throws BOT_NOT_FOUND, BOT_NOT_FAULTED */
  async acknowledge({ botId, actor, note }: AcknowledgeBotFault): Promise<BotReply> {
    const atMs = this.time.nowMs();
    const { state } = await this.changed(botId, (now) => {
      if (!now.fault)
        throw new TradingFailure(
          'BOT_NOT_FAULTED',
          'The bot has had no fault since it was started, so there is none to acknowledge',
        );
      const fault = { ...now.fault, acknowledgedBy: actor, note };
      return stateChanged(now, { fault }, { reason: note, actor, atMs, fault });
    });
    return { state };
  }

  private async changed(
    botId: string,
    make: (standing: BotStanding) => BotWrite | undefined,
  ): Promise<BotStanding> {
    const changed = await this.journal.change(botId, ({ standing }) => make(standing));
    if (!changed) throw new TradingFailure('BOT_NOT_FOUND', `The bot ${botId} was never started`);
    return changed.entry.standing;
  }
}

/** From here on it takes no step of its strategy: what was fixed is carried out, then the stop's own step comes. */
function stopping(
  standing: BotStanding,
  stop: { readonly stopId: string; readonly mode: StopBot['mode'] },
  because: { readonly actor: string; readonly reason: string; readonly atMs: number },
): BotWrite {
  const step = standing.lastDueStep + 1;
  const due: DueStep = {
    step,
    cause: 'stop',
    causeId: stop.stopId,
    stop,
    dueAtMs: because.atMs,
    decideByMs: because.atMs,
  };
  const kept = standing.pending ? [standing.pending.due] : [];
  return stateChanged(
    standing,
    { state: 'STOPPING', causes: [], stop, stopAttempts: 1, lastDueStep: step, due: [...kept, due] },
    { ...because, stop },
  );
}

const hasLeft = ({ orders, position }: BotStanding): boolean =>
  orders.length > 0 || position.entryPrice !== null;

const notRunning = (botId: string): TradingFailure =>
  new TradingFailure(
    'BOT_NOT_RUNNING',
    `The bot ${botId} does not run, so there is nothing to stop, pause or resume`,
  );
