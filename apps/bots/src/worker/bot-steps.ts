/**
 * Takes a bot's due steps, in their order. Whatever ends this process, another goes on from the journal: before INTENTS
 * nothing has happened, behind it every effect has its id.
 */
import { BotStanding, DueStep, IntentAnswer, PendingStep, StepCause } from '@elvis/contracts';
import { Injectable } from '@nestjs/common';
import { ExchangeTime } from '../facts/exchange-time';
import { BotEntry, BotJournal } from '../journal/bot-journal';
import { nextDue } from '../journal/changes';
import { ProtectionPlanner } from '../protection/protection-planner';
import { Plan, StepPlanner, hashOfInputs } from '../runner/plan';
import { StartPlanner, StartRefused } from '../start/start-planner';
import { StrategyPlanner } from '../runner/strategy-planner';
import { IdRepeated, IntentSender } from './intent-sender';
import { StepConsequences } from './step-consequences';
import { Done, committed, decided } from './step-records';
import { StopPlanner } from './stop-planner';
import { StopProof } from './stop-proof';

@Injectable()
export class BotSteps {
  /** Who plans the steps of a cause; the strategy plans all others. */
  private readonly planners: Readonly<Partial<Record<StepCause, StepPlanner>>>;

  constructor(
    start: StartPlanner,
    stop: StopPlanner,
    protection: ProtectionPlanner,
    private readonly strategy: StrategyPlanner,
    private readonly journal: BotJournal,
    private readonly sender: IntentSender,
    private readonly proof: StopProof,
    private readonly consequences: StepConsequences,
    private readonly time: ExchangeTime,
  ) {
    this.planners = { start, stop, protection, time: protection };
  }

  /** Until none is due. @throws TradingFailure something that a step needs is not there now; the step waits */
  takeAll(botId: string): Promise<void> {
    return this.takeWhile(botId, () => true);
  }

  /** What was begun and what protects, and no step of the strategy. @throws as `takeAll` */
  takeProtections(botId: string): Promise<void> {
    const isWanted = ({ pending }: BotStanding, { cause }: DueStep): boolean =>
      pending !== null || cause === 'protection';
    return this.takeWhile(botId, isWanted);
  }

  private async takeWhile(
    botId: string,
    isWanted: (standing: BotStanding, due: DueStep) => boolean,
  ): Promise<void> {
    for (;;) {
      const entry = await this.journal.last(botId);
      const due = entry && nextDue(entry.standing);
      if (!entry || !due || !isWanted(entry.standing, due)) return;
      try {
        await this.take(entry, due);
      } catch (error) {
        if (error instanceof StartRefused)
          await this.consequences.fault(botId, 'START_REFUSED', error.message);
        else if (error instanceof IdRepeated)
          await this.consequences.fault(botId, 'ORDER_ID_REPEATED', error.message);
        else throw error;
      }
    }
  }

  private async take(entry: BotEntry, due: DueStep): Promise<void> {
    const began = performance.now();
    const { standing } = entry;
    if (standing.pending) return this.carryOut(standing, standing.pending, { isFirst: false, began });
    const plan = await (this.planners[due.cause] ?? this.strategy).plan(standing, due);
    const inputsHash = hashOfInputs(plan.inputs);
    if (plan.intents.length === 0)
      return this.end(standing, { ...plan, due, inputsHash, answers: [] }, began);
    const { intents, reasons, memory, isWarm, isLate } = plan;
    const decidedAtMs = this.time.nowMs();
    const pending: PendingStep = { due, inputsHash, intents, reasons, memory, isLate, decidedAtMs };
    const fixed = await this.journal.append(decided(standing, pending, plan), entry.sequence);
    // Something else happened to the bot meanwhile: the step is decided again of what stands now.
    if (fixed) await this.carryOut(fixed.standing, pending, { isFirst: true, began, isWarm });
  }

  /** @param isFirst nobody can have sent anything of it before */
  private async carryOut(
    standing: BotStanding,
    pending: PendingStep,
    {
      isFirst,
      began,
      isWarm,
    }: { readonly isFirst: boolean; readonly began: number; readonly isWarm?: Plan['isWarm'] },
  ): Promise<void> {
    const answers: IntentAnswer[] = [];
    for (const intent of pending.intents)
      answers.push(await this.sender.send(standing, pending, intent, isFirst));
    await this.end(standing, { ...pending, answers, isWarm }, began);
  }

  /** Of two who come to this end one writes it. */
  private async end(
    standing: BotStanding,
    done: Omit<Done, 'atMs' | 'tookMs'> & Pick<Plan, 'isWarm'>,
    began: number,
  ): Promise<void> {
    const { due, isWarm, answers } = done;
    const verdict = due.stop && (await this.proof.seek(standing.config.id, due.stop.mode));
    const changed = await this.journal.change(standing.config.id, ({ standing: now }) => {
      const isDue = now.due.some(({ step }) => step === due.step);
      const isSame = now.run === standing.run && isDue && nextDue(now) !== undefined;
      const isPending = now.pending?.due.step === due.step;
      if (!isSame || isPending !== answers.length > 0) return undefined;
      return committed(now, { ...done, atMs: this.time.nowMs(), tookMs: performance.now() - began });
    });
    if (changed?.hasWritten) await this.consequences.follow(changed.entry, due, { isWarm, verdict });
  }
}
