/** What a committed step means for the bot's state: warm, paused, faulted, stopped. */
import { BotStanding, DueStep } from '@elvis/contracts';
import { LOG, Log, Metrics } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { BotsConfig } from '../bots.config';
import { ExchangeTime } from '../facts/exchange-time';
import { BotEntry, BotJournal, BotWrite } from '../journal/bot-journal';
import { faulted, paused, stateChanged } from '../journal/changes';
import { StopVerdict } from './stop-proof';
import { stopConcluded } from './stop-records';

export interface Outcome {
  readonly isWarm?: boolean | undefined;
  /** Of a stop's step: what the exchange lists. */
  readonly verdict?: StopVerdict | undefined;
}

@Injectable()
export class StepConsequences {
  private readonly steps;
  private readonly late;

  constructor(
    private readonly journal: BotJournal,
    private readonly time: ExchangeTime,
    private readonly config: BotsConfig,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.steps = metrics.counter('elvis_bots_steps_total', 'Steps that were taken', ['result']);
    this.late = metrics.histogram(
      'elvis_bots_step_late_seconds',
      'From what made a step due to its end',
      [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
    );
  }

  /** If this is lost with its process, the next step, or the supervisor's sweep, finds the same. @throws TradingFailure */
  async follow(entry: BotEntry, due: DueStep, { isWarm, verdict }: Outcome): Promise<void> {
    const { standing, record } = entry;
    const { id } = standing.config;
    const atMs = this.time.nowMs();
    const result =
      record.type !== 'COMMIT' || record.failure !== undefined
        ? 'failed'
        : record.answers.length > 0
          ? 'acted'
          : 'idle';
    this.steps.inc({ result });
    this.late.observe(Math.max(0, atMs - due.dueAtMs) / 1_000);
    if (standing.failures >= this.config.BOT_FAULTS_BEFORE_STOP)
      return this.fault(
        id,
        'STRATEGY_FAILED',
        `${standing.failures} steps in a row failed. ${standing.lastFailure ?? ''}`,
      );
    if (standing.denials >= this.config.BOT_DENIALS_BEFORE_PAUSE) {
      const reason = `${standing.denials} orders in a row were refused; each step has its reason. Resume when the cause is mended`;
      const because = { reason, actor: 'system', atMs };
      await this.journal.change(id, ({ standing: now }) => paused(now, 'refusals', because), entry);
    }
    if (isWarm !== undefined) await this.journal.change(id, ({ standing: now }) => warmed(now, isWarm, atMs));
    if (verdict) await this.journal.change(id, ({ standing: now }) => stopConcluded(now, due, verdict, atMs));
  }

  /** Gives up: the same would fail again. @throws TradingFailure */
  async fault(botId: string, code: string, message: string): Promise<void> {
    this.log.error(
      { botId, code, reason: message },
      'A bot is FAULTED: it does nothing more until a person has looked and acknowledged it; its protections stay at the exchange',
    );
    const atMs = this.time.nowMs();
    await this.journal.change(botId, ({ standing }) =>
      standing.state === 'FAULTED' ? undefined : faulted(standing, { code, message, atMs }),
    );
  }
}

/** STARTING ends with the first step; RUNNING begins when the indicators have their values. */
function warmed(standing: BotStanding, isWarm: boolean, atMs: number): BotWrite | undefined {
  const { state } = standing;
  const because = { actor: 'system', atMs };
  if (isWarm && !standing.isWarm) {
    const next = state === 'STARTING' || state === 'WARMING' ? 'RUNNING' : state;
    const reason = 'the indicators have their values';
    return stateChanged(standing, { isWarm, state: next }, { ...because, reason });
  }
  if (state !== 'STARTING') return undefined;
  const reason = 'waiting for the history of the indicators';
  return stateChanged(standing, { state: 'WARMING' }, { ...because, reason });
}
