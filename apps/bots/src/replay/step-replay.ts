/**
 * Takes recorded steps again: the same code on the same inputs must come to the same orders, reasons and readings, byte for
 * byte. What differs is named: an input that is not what its hash says, a candle, or what came of them.
 */
import { StrategyMemory } from '@elvis/contracts';
import { codeHashOf } from '@elvis/research';
import {
  IdleInputs,
  ProtectionInputs,
  idleOutcome,
  protectionOutcome,
} from '../protection/protection-outcome';
import { HookFailure, HookThread } from '../runner/hook-thread';
import { Plan, hashOfInputs } from '../runner/plan';
import { WAITING, waitingOutcome } from '../start/start-planner';
import { Decision, FeedCandles } from '../runner/step-call';
import { NeedsInputs, StrategyInputs, strategyOutcome } from '../runner/strategy-outcome';
import { ThreadAnswer, Question } from '../runner/thread-messages';
import { StopInputs, stopOutcome } from '../worker/stop-outcome';
import { firstDifference } from './first-difference';
import { StoredCandles } from './stored-candles';
import { StoredStep } from './stored-steps';

/** What a step records of itself, whoever planned it. */
type StepInputs = StrategyInputs | NeedsInputs | ProtectionInputs | IdleInputs | StopInputs | typeof WAITING;

export type Verdict =
  | { readonly result: 'same' }
  /** It cannot be taken again, and says nothing. */
  | { readonly result: 'skipped'; readonly why: string }
  | { readonly result: 'differs'; readonly what: string };

/** What the journal has as a step's inputs; undefined where it has it no more. */
export type Witness = (step: StoredStep) => Promise<Plan['inputs'] | undefined>;

interface Limits {
  readonly heapMb: number;
  readonly hookMs: number;
  readonly strategiesFolder: string | undefined;
}

/** What a step came to, as it is compared. */
interface Outcome {
  readonly intents: readonly unknown[];
  readonly reasons: readonly string[];
  readonly readings?: unknown;
}

const SAME: Verdict = { result: 'same' };

export class StepReplay {
  private thread: HookThread | undefined;
  /** Of each run the memory that its last step left. */
  private readonly memories = new Map<string, StrategyMemory | null>();
  private readonly codes = new Map<string, string>();

  constructor(
    private readonly candles: StoredCandles,
    private readonly limits: Limits,
    private readonly witness: Witness,
  ) {}

  async end(): Promise<void> {
    await this.thread?.end();
  }

  /** Steps of one run come in the order of their numbers. */
  async take(step: StoredStep): Promise<Verdict> {
    if (typeof step.inputs.planner !== 'string')
      return skipped('were recorded by an older build, without all that they were decided by');
    if (hashOfInputs(step.inputs) !== step.inputsHash) return differs(await this.damage(step));
    const inputs = step.inputs as unknown as StepInputs;
    switch (inputs.planner) {
      case 'strategy':
        return this.takeStrategy(step, inputs);
      case 'needs':
        return this.takeNeeds(step, inputs);
      case 'protection':
        return compare(step, protectionOutcome(inputs));
      case 'stop':
        return compare(step, stopOutcome(inputs));
      case 'halted':
      case 'flattening':
        return compare(step, idleOutcome(inputs));
      case 'waiting':
        return compare(step, waitingOutcome());
      default:
        return skipped('were planned by something that this build does not know');
    }
  }

  private async damage(step: StoredStep): Promise<string> {
    const original = await this.witness(step);
    const found = original && firstDifference(original, step.inputs);
    if (!found || !original || hashOfInputs(original) !== step.inputsHash)
      return 'its inputs are not those that inputs_hash was taken of; the journal has no better copy';
    return `input ${found.path}: the history has ${found.is}, and it was ${found.was}`;
  }

  private async takeStrategy(step: StoredStep, inputs: StrategyInputs): Promise<Verdict> {
    const { planner: _, stepId: _id, candles, bounds: _bounds, readings, ...call } = inputs;
    if (!this.isSameCode(call.strategy, step))
      return skipped(`were taken by other code of ${call.strategy} than this build has`);
    const key = `${step.botId}:${step.run}`;
    const before = this.memories.get(key);
    const forgotten = before !== undefined && firstDifference(before, inputs.memory, 'memory');
    if (forgotten)
      return differs(
        `input ${forgotten.path}: the step before left ${forgotten.was}, and this one was given ${forgotten.is}`,
      );
    const feeds: Record<string, FeedCandles> = {};
    for (const given of candles) {
      const window = await this.candles.window(given);
      if (!window)
        return differs(
          `candles of the feed ${given.feed}: the history's of ${given.symbol} ${given.interval} from ${iso(given.fromMs)} to ${iso(given.toMs)} are not those that it was given`,
        );
      feeds[given.feed] = window;
    }
    const decision = await this.ask({ ask: 'step', call: { ...call, feeds } });
    if (decision === undefined || !('decision' in decision)) {
      this.memories.set(key, inputs.memory);
      return step.failure === null ? differs('the hook fails now, and did not then') : SAME;
    }
    if (step.failure !== null) return differs(`the hook did not fail now, and did then: ${step.failure}`);
    this.memories.set(key, plain(decision.decision.memory));
    return compare(step, outcomeOf(inputs, decision.decision), readings);
  }

  private async takeNeeds(
    step: StoredStep,
    { planner: _, openTimeMs, ...wish }: NeedsInputs,
  ): Promise<Verdict> {
    if (!this.isSameCode(wish.strategy, step))
      return skipped(`were taken by other code of ${wish.strategy} than this build has`);
    const answer = await this.ask({ ask: 'needs', wish, openTimeMs });
    const fails = answer === undefined || !('needs' in answer);
    return fails === (step.failure !== null) ? SAME : differs('the strategy names its candles now');
  }

  private isSameCode(strategy: string, { codeHash }: StoredStep): boolean {
    const known = this.codes.get(strategy) ?? codeHashOf(strategy, this.limits.strategiesFolder);
    this.codes.set(strategy, known);
    return codeHash === null || codeHash === known;
  }

  /** Undefined: no answer within the limits. */
  private async ask(question: Question): Promise<ThreadAnswer | undefined> {
    const { heapMb, hookMs, strategiesFolder } = this.limits;
    if (!this.thread || this.thread.isEnded) this.thread = new HookThread(heapMb, { strategiesFolder });
    try {
      return await this.thread.ask(question, hookMs);
    } catch (error) {
      if (error instanceof HookFailure) return undefined;
      throw error;
    }
  }
}

function outcomeOf(inputs: StrategyInputs, decision: Decision): Outcome {
  const { made, reasons } = strategyOutcome(inputs, decision);
  return { intents: made.map(({ intent }) => intent), reasons, readings: decision.readings };
}

/** @param readings as they were recorded */
function compare(
  step: StoredStep,
  { intents, reasons, readings: now }: Outcome,
  readings?: unknown,
): Verdict {
  const was = { intents: step.intents, reasons: step.reasons, readings };
  const found = firstDifference(was, plain({ intents, reasons, readings: now }));
  return found ? differs(`${found.path} was ${found.was} and is ${found.is}`) : SAME;
}

const plain = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;
const iso = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16)}Z`;
const differs = (what: string): Verdict => ({ result: 'differs', what });
const skipped = (why: string): Verdict => ({ result: 'skipped', why });
