/** Signals from outside: each makes one step due, and a second one of its id makes none. */
import { BotStanding, SignalBot, SignalBotReply, StepSignal } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { BotsConfig } from '../bots.config';
import { ExchangeTime } from '../facts/exchange-time';
import { BotJournal, BotWrite } from '../journal/bot-journal';
import { isLive, stepDue } from '../journal/changes';
import { WorkQueue } from '../worker/work-queue';

/** Repeats come within minutes; each record of the bot carries these. */
const KNOWN = 64;

@Injectable()
export class BotSignals {
  constructor(
    private readonly journal: BotJournal,
    private readonly queue: WorkQueue,
    private readonly time: ExchangeTime,
    private readonly config: BotsConfig,
  ) {}

  /** @throws TradingFailure BOT_NOT_RUNNING; BOT_CONFIG_INVALID its strategy takes no signals */
  async take({ botId, signal }: SignalBot): Promise<SignalBotReply> {
    const changed = await this.journal.change(botId, ({ standing }) => this.dueOf(standing, signal));
    const taken = changed && knownOf(changed.entry.standing, signal);
    if (!changed || !taken)
      throw new TradingFailure('BOT_NOT_RUNNING', `The bot ${botId} does not run; the signal was not used`);
    if (changed.hasWritten) await this.queue.wake(botId).catch(() => undefined);
    return { run: taken.run, step: taken.step, isRepeat: !changed.hasWritten };
  }

  /** Undefined for a repeat. @throws TradingFailure as `take` */
  private dueOf(standing: BotStanding, signal: StepSignal): BotWrite | undefined {
    if (knownOf(standing, signal)) return undefined;
    if (!isLive(standing))
      throw new TradingFailure(
        'BOT_NOT_RUNNING',
        `The bot ${standing.config.id} is ${standing.state}; the signal was not used. Start it first`,
      );
    if (!standing.hooks.includes('onSignal'))
      throw new TradingFailure(
        'BOT_CONFIG_INVALID',
        `The strategy ${standing.config.strategy} takes no signals; the signal was not used. Use the strategy signal`,
      );
    const { madeAtMs, receivedAtMs } = signal;
    const due = {
      cause: 'signal',
      causeId: signal.signalId,
      signal,
      dueAtMs: this.time.nowMs(),
      // By a sender's clock that is ahead it would be late never.
      decideByMs: Math.min(madeAtMs ?? receivedAtMs, receivedAtMs) + this.config.BOT_DECIDE_WITHIN_MS,
    } as const;
    const { change, standing: next } = stepDue(standing, due);
    const known = { signalId: signal.signalId, run: next.run, step: next.lastDueStep };
    return { change, standing: { ...next, signals: [...next.signals, known].slice(-KNOWN) } };
  }
}

const knownOf = (
  { signals }: BotStanding,
  { signalId }: StepSignal,
): BotStanding['signals'][number] | undefined => signals.find((known) => known.signalId === signalId);
