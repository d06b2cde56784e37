/**
 * Takes a bot's due steps, in their order. Whatever ends this process, another goes on from the journal: before INTENTS
 * nothing has happened, behind it every effect has its id.
 */
import { BotStanding, DueStep, IntentAnswer, PendingStep, StepCause } from '@elvis/contracts';
import { LOG, Log, Metrics } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { BotsConfig } from '../bots.config';
import { ExchangeTime } from '../facts/exchange-time';
import { BotEntry, BotJournal } from '../journal/bot-journal';
import { faulted, isUnderWay, paused, stateChanged } from '../journal/changes';
import { Plan, StepPlanner } from '../runner/plan';
import { StrategyPlanner } from '../runner/strategy-planner';
import { IdRepeated, IntentSender } from './intent-sender';
import { committed, decided } from './step-records';

@Injectable()
export class BotSteps {
  private readonly steps;
  private readonly late;

  constructor(
    private readonly journal: BotJournal,
    private readonly strategy: StrategyPlanner,
    private readonly sender: IntentSender,
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

  /**
   * Until none is due.
   *
   * @param onStep is called before each, so that its token is not taken for a dead worker's
   * @throws TradingFailure something that a step needs is not there now; the step waits
   */
  async takeAll(botId: string, onStep: () => void = () => undefined): Promise<void> {
    for (;;) {
      const entry = await this.journal.last(botId);
      const due = entry?.standing.due[0];
      if (!entry || !due || !isUnderWay(entry.standing)) return;
      onStep();
      await this.take(entry, due);
    }
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

  private async take(entry: BotEntry, due: DueStep): Promise<void> {
    const began = performance.now();
    const { standing } = entry;
    if (standing.pending) return this.carryOut(entry, standing.pending, false, began);
    const plan = await this.plannerOf(due.cause).plan(standing, due);
    const inputsHash = createHash('sha256').update(JSON.stringify(plan.inputs)).digest('hex');
    if (plan.intents.length === 0) return this.commitIdle(entry, due, plan, inputsHash, began);
    const { intents, reasons, memory, isLate } = plan;
    const decidedAtMs = this.time.nowMs();
    const pending: PendingStep = { due, inputsHash, intents, reasons, memory, isLate, decidedAtMs };
    const fixed = await this.journal.append(decided(standing, pending, plan), entry.sequence);
    // Something else happened to the bot meanwhile: the step is decided again of what stands now.
    if (fixed) await this.carryOut(fixed, pending, true, began, plan.isWarm);
  }

  /** Every cause has one who plans its steps. */
  private plannerOf(_cause: StepCause): StepPlanner {
    return this.strategy;
  }

  private async commitIdle(
    entry: BotEntry,
    due: DueStep,
    plan: Plan,
    inputsHash: string,
    began: number,
  ): Promise<void> {
    const { inputs, reasons, memory, isLate, failure } = plan;
    const atMs = this.time.nowMs();
    const done = {
      due,
      inputsHash,
      inputs,
      reasons,
      memory,
      answers: [],
      isLate,
      atMs,
      tookMs: performance.now() - began,
    };
    const write = committed(entry.standing, { ...done, ...(failure !== undefined && { failure }) });
    const stands = await this.journal.append(write, entry.sequence);
    if (stands) await this.afterwards(stands, due, plan.isWarm, failure);
  }

  private async carryOut(
    { standing }: BotEntry,
    pending: PendingStep,
    isFresh: boolean,
    began: number,
    isWarm?: boolean,
  ): Promise<void> {
    const { due, inputsHash, reasons, memory, isLate, intents } = pending;
    const answers: IntentAnswer[] = [];
    try {
      for (const intent of intents) answers.push(await this.sender.send(standing, pending, intent, isFresh));
    } catch (error) {
      if (error instanceof IdRepeated)
        return this.fault(standing.config.id, 'ORDER_ID_REPEATED', error.message);
      throw error;
    }
    const changed = await this.journal.change(standing.config.id, ({ standing: now }) => {
      if (now.run !== standing.run || now.pending?.due.step !== due.step) return undefined;
      const atMs = this.time.nowMs();
      const tookMs = performance.now() - began;
      return committed(now, { due, inputsHash, reasons, memory, answers, isLate, tookMs, atMs });
    });
    if (changed?.hasWritten) await this.afterwards(changed.entry, due, isWarm);
  }

  /** What a committed step means for the bot's state. */
  private async afterwards(
    entry: BotEntry,
    due: DueStep,
    isWarm: boolean | undefined,
    failure?: string,
  ): Promise<void> {
    const atMs = this.time.nowMs();
    this.steps.inc({
      result:
        failure !== undefined
          ? 'failed'
          : entry.record.type === 'COMMIT' && entry.record.answers.length > 0
            ? 'acted'
            : 'idle',
    });
    this.late.observe(Math.max(0, atMs - due.dueAtMs) / 1_000);
    const { standing } = entry;
    const { BOT_FAULTS_BEFORE_STOP, BOT_DENIALS_BEFORE_PAUSE } = this.config;
    const botId = standing.config.id;
    if (standing.failures >= BOT_FAULTS_BEFORE_STOP)
      return this.fault(
        botId,
        'STRATEGY_FAILED',
        `${standing.failures} steps in a row failed; the last: ${failure ?? ''}`,
      );
    if (standing.denials >= BOT_DENIALS_BEFORE_PAUSE) {
      const reason = `${standing.denials} orders in a row were refused; the reasons stand in its steps`;
      await this.journal.change(
        botId,
        ({ standing: now }) => paused(now, 'refusals', { reason, actor: 'system', atMs }),
        entry,
      );
    }
    if (isWarm !== undefined) await this.warm(entry, isWarm, atMs);
  }

  private async warm(entry: BotEntry, isWarm: boolean, atMs: number): Promise<void> {
    await this.journal.change(
      entry.standing.config.id,
      ({ standing }) => stateOfWarmth(standing, isWarm, atMs),
      entry,
    );
  }
}

/** STARTING ends with the first step; RUNNING begins when the indicators have their values. */
function stateOfWarmth(standing: BotStanding, isWarm: boolean, atMs: number) {
  const { state } = standing;
  const because = { actor: 'system', atMs };
  if (isWarm && !standing.isWarm) {
    const next = state === 'STARTING' || state === 'WARMING' ? 'RUNNING' : state;
    return stateChanged(
      standing,
      { isWarm, state: next },
      { ...because, reason: 'the indicators have their values' },
    );
  }
  if (state !== 'STARTING') return undefined;
  return stateChanged(
    standing,
    { state: 'WARMING' },
    { ...because, reason: 'waiting for the history of the indicators' },
  );
}
