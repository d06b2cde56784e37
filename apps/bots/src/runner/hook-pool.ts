/**
 * Threads for authors' code, as many as there are processors. A hook that hangs costs its own bot: its thread is ended, and
 * what waits goes to the others.
 */
import { LOG, Log, Metrics } from '@elvis/platform';
import { Inject, Injectable, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { availableParallelism } from 'node:os';
import { BotsConfig } from '../bots.config';
import { HookFailure, HookThread } from './hook-thread';
import { Decision, Needs, StepCall, StrategyWish } from './step-call';
import { StrategyDescription } from './strategies';
import { Question, ThreadAnswer } from './thread-messages';

const LEAST_THREADS = 2;

@Injectable()
export class HookPool implements OnModuleInit, OnApplicationShutdown {
  private readonly waiting: ((thread: HookThread) => void)[] = [];
  private readonly idle: HookThread[] = [];
  private readonly most = Math.max(LEAST_THREADS, availableParallelism());
  private readonly threads = new Set<HookThread>();
  private readonly times;

  constructor(
    private readonly config: BotsConfig,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.times = metrics.histogram(
      'elvis_bots_hook_seconds',
      "From asking a strategy's thread to its answer",
      [0.001, 0.005, 0.02, 0.1, 0.5, 1, 5],
    );
  }

  /** What the file of an own strategy says of it. @throws HookFailure it cannot be loaded */
  async describe(strategy: string): Promise<StrategyDescription> {
    const answer = await this.ask({ ask: 'describe', strategy }, strategy);
    return 'described' in answer ? answer.described : failed(answer);
  }

  /** What is wrong with the parameters. @throws HookFailure the strategy cannot say */
  async problems(wish: StrategyWish): Promise<readonly string[]> {
    const answer = await this.ask({ ask: 'problems', wish }, wish.strategy);
    return 'problems' in answer ? answer.problems : failed(answer);
  }

  /** @throws HookFailure */
  async needs(wish: StrategyWish, openTimeMs: number): Promise<Needs> {
    const answer = await this.ask({ ask: 'needs', wish, openTimeMs }, wish.strategy);
    return 'needs' in answer ? answer.needs : failed(answer);
  }

  /** @throws HookFailure */
  async decide(call: StepCall): Promise<Decision> {
    const answer = await this.ask({ ask: 'step', call }, call.strategy);
    return 'decision' in answer ? answer.decision : failed(answer);
  }

  /** After the steps that were under way: a thread that ends in one would be its strategy's failure. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.threads].map((thread) => thread.end()));
  }

  /** Loading what is shipped takes a second; the first step should not wait for it. */
  onModuleInit(): void {
    this.idle.push(this.begin());
  }

  private async ask(question: Question, strategy: string): Promise<ThreadAnswer> {
    const { BOT_STEP_HARD_LIMIT_MS, BOT_STEP_SOFT_LIMIT_MS } = this.config;
    const thread = await this.free();
    const began = performance.now();
    try {
      return await thread.ask(question, BOT_STEP_HARD_LIMIT_MS);
    } finally {
      const tookMs = performance.now() - began;
      this.times.observe(tookMs / 1_000);
      if (tookMs > BOT_STEP_SOFT_LIMIT_MS)
        this.log.warn(
          { strategy, tookMs: Math.round(tookMs) },
          'A strategy took longer than BOT_STEP_SOFT_LIMIT_MS for one step; at BOT_STEP_HARD_LIMIT_MS its thread is ended. Let its hook do less',
        );
      this.release(thread);
    }
  }

  private free(): Promise<HookThread> {
    for (let thread = this.idle.pop(); thread; thread = this.idle.pop())
      if (thread.isEnded) this.threads.delete(thread);
      else return Promise.resolve(thread);
    if (this.threads.size < this.most) return Promise.resolve(this.begin());
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private release(thread: HookThread): void {
    if (thread.isEnded) this.threads.delete(thread);
    const next = this.waiting.shift();
    if (next) next(thread.isEnded ? this.begin() : thread);
    else if (!thread.isEnded) this.idle.push(thread);
  }

  private begin(): HookThread {
    const { BOT_STEP_HEAP_MB, STRATEGIES_DIR: strategiesFolder } = this.config;
    const thread = new HookThread(BOT_STEP_HEAP_MB, { strategiesFolder });
    this.threads.add(thread);
    return thread;
  }
}

const failed = (answer: ThreadAnswer): never => {
  throw new HookFailure('problem' in answer ? answer.problem : 'its thread answered another question');
};
