/**
 * One run of a strategy: candles and happenings in, wishes out. A backtest, a paper bot and a live bot feed it the same
 * way; all it remembers of its own is in `memory`.
 */
import { PreparedStrategy } from '../definition/define-strategy';
import { Candle, intervalMs } from '../indicators/candle';
import { Readings } from '../indicators/readings';
import { ClosedOrderFact, ClosedPositionFact, FillFact, SignalFact, StepFacts } from '../step/facts';
import { Step } from '../step/step';
import { Wish } from '../step/wish';

const STATE_BYTES = 65_536;

/** What a run must be given back after a restart, as plain data. */
export interface RunMemory {
  readonly state: object;
  /** No entries before; UTC milliseconds. */
  readonly restUntilMs: number;
}

export interface StepResult {
  readonly wishes: readonly Wish[];
  /** Entries that were wished while at rest: told, not sent. */
  readonly dropped: readonly Wish[];
}

const NOTHING: StepResult = { wishes: [], dropped: [] };

export class StrategyRun {
  private readonly readings: Readings;
  private readonly step: Step<never, never, object>;
  private restUntilMs: number;
  private isReady = false;

  /**
   * @param seed of this bot: `t.random()` follows from it and the candle
   * @param memory of the run before a restart
   */
  constructor(
    readonly prepared: PreparedStrategy,
    seed: number,
    memory: RunMemory = { state: prepared.initialState, restUntilMs: 0 },
  ) {
    this.readings = new Readings(prepared.indicators, prepared.lookBack);
    const state = structuredClone(memory.state);
    this.step = new Step(prepared.params as never, state, this.readings, seed, prepared.protections);
    this.restUntilMs = memory.restUntilMs;
  }

  /** All that a later run needs to go on from here. @throws RangeError for a state that is not plain data, or too large */
  get memory(): RunMemory {
    const text = JSON.stringify(this.step.state);
    if (text === undefined || text.length > STATE_BYTES)
      throw new RangeError(`The strategy's state must be plain data of at most ${STATE_BYTES} characters`);
    return { state: JSON.parse(text) as object, restUntilMs: this.restUntilMs };
  }

  /** How far each indicator's value jumped at its last change of anchors, relative to it; for `strategy check`. */
  get jumps(): Readonly<Record<string, number>> {
    return this.readings.jumps();
  }

  get isWarm(): boolean {
    return this.isReady;
  }

  /** What the indicators say at the main candle that was fed last; only where it is warm. */
  get latest(): Readonly<Record<string, unknown>> {
    return { ...this.readings.before(0) };
  }

  /** Open time of the first candle a feed needs so that the candle opening at `openTimeMs` can be stepped on. */
  neededFromMs(feed: string, openTimeMs: number): number {
    const span = intervalMs(this.prepared.feeds[feed]!.interval);
    const index = Math.floor(openTimeMs / span);
    const lookBack = feed === 'main' ? this.prepared.lookBack : 0;
    return this.readings.firstNeeded(feed, index - lookBack) * span;
  }

  /** A sealed candle of any feed. Those that close together: `main` comes last. */
  feed(name: string, candle: Candle): void {
    const { interval } = this.prepared.feeds[name]!;
    this.readings.add(name, candle.openTimeMs / intervalMs(interval), candle);
    if (name !== 'main') return;
    this.step.candle = candle;
    this.isReady = this.readings.take();
  }

  /** Steps on the main candle that was fed last; nothing while indicators are warming up. */
  onCandle(facts: StepFacts): StepResult {
    return this.isReady ? this.run(facts, () => this.prepared.hooks.onCandle(this.step as never)) : NOTHING;
  }

  onFill(facts: StepFacts, fill: FillFact): StepResult {
    return this.run(facts, () => this.prepared.hooks.onFill?.(this.step as never, fill));
  }

  onOrderClosed(facts: StepFacts, order: ClosedOrderFact): StepResult {
    return this.run(facts, () => this.prepared.hooks.onOrderClosed?.(this.step as never, order));
  }

  onPositionClosed(facts: StepFacts, closed: ClosedPositionFact): StepResult {
    return this.run(facts, () => this.prepared.hooks.onPositionClosed?.(this.step as never, closed));
  }

  onSignal(facts: StepFacts, signal: SignalFact): StepResult {
    return this.run(facts, () => this.prepared.hooks.onSignal?.(this.step as never, signal));
  }

  onStart(facts: StepFacts): StepResult {
    return this.run(facts, () => this.prepared.hooks.onStart?.(this.step as never));
  }

  onStop(facts: StepFacts): StepResult {
    return this.run(facts, () => this.prepared.hooks.onStop?.(this.step as never));
  }

  private run(facts: StepFacts, hook: () => void): StepResult {
    this.step.begin(facts);
    hook();
    const wishes = this.step.takeWishes();
    if (wishes.length === 0) return NOTHING;
    const dropped: Wish[] = [];
    const kept = wishes.filter((wish) => {
      if (wish.type === 'REST') this.restUntilMs = Math.max(this.restUntilMs, facts.timeMs + wish.forMs);
      const isAtRest = wish.type === 'ENTER' && facts.timeMs < this.restUntilMs;
      if (isAtRest) dropped.push(wish);
      return !isAtRest;
    });
    return { wishes: kept, dropped };
  }
}
