/** The thread of one study, seen from outside: with a heap of its own, asked one thing at a time and ended past its limit. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LOADED, enderOf } from '../../runner/loaded-thread';
import { OpenedStudy, RunUnit, StudyAnswer, StudyQuestion, StudyWork, WrittenReport } from './study-words';

/** Threads run compiled code, also where this file runs from its source. */
const MAIN = join(
  __dirname.includes('/dist/') ? __dirname : __dirname.replace('/apps/bots/', '/dist/apps/bots/'),
  'study-thread-main.js',
);

export interface StudyLimits {
  readonly softMs: number;
  readonly hardMs: number;
  readonly heapMb: number;
  /** Told once of a question that takes longer than the soft limit. */
  readonly onSlow: () => void;
}

/** The study itself cannot be run: it would fail again. */
export class StudyProblem extends Error {
  override readonly name = 'StudyProblem';
}

/** The thread passed a limit or ended; another may do better. */
export class StudyLost extends Error {
  override readonly name = 'StudyLost';
}

interface Asked {
  readonly resolve: (answer: StudyAnswer) => void;
  readonly reject: (error: Error) => void;
  readonly timers: readonly NodeJS.Timeout[];
}

export class StudyThread {
  private readonly worker: Worker;
  private readonly terminate: () => Promise<void>;
  private asked: Asked | undefined;
  private lost: Error | undefined;

  constructor(
    work: StudyWork,
    private readonly limits: StudyLimits,
  ) {
    this.worker = new Worker(MAIN, {
      workerData: work,
      resourceLimits: { maxOldGenerationSizeMb: limits.heapMb },
    });
    this.terminate = enderOf(this.worker);
    this.worker.on('message', (answer: StudyAnswer | typeof LOADED) => {
      if (answer !== LOADED) this.settle(({ resolve }) => resolve(answer));
    });
    this.worker.on('error', (error: NodeJS.ErrnoException) => this.lose(new StudyLost(this.reasonOf(error))));
    this.worker.on('exit', (code) => this.lose(new StudyLost(`its thread ended with code ${code}`)));
  }

  /** @throws StudyProblem, StudyLost */
  async open(results: readonly Uint8Array[]): Promise<OpenedStudy> {
    const answer = await this.ask({ ask: 'open', results });
    return 'opened' in answer ? answer.opened : other();
  }

  /** @throws StudyProblem, StudyLost */
  async run(): Promise<RunUnit> {
    const answer = await this.ask({ ask: 'run' });
    return 'ran' in answer ? answer.ran : other();
  }

  /** @throws StudyProblem, StudyLost */
  async report(trials: readonly number[]): Promise<WrittenReport> {
    const answer = await this.ask({ ask: 'report', trials });
    return 'written' in answer ? answer.written : other();
  }

  /** Whoever waits for an answer is told why there is none. */
  async end(reason: Error): Promise<void> {
    this.lose(reason);
    await this.terminate();
  }

  private async ask(question: StudyQuestion): Promise<StudyAnswer> {
    if (this.lost) throw this.lost;
    const { softMs, hardMs, onSlow } = this.limits;
    const answer = await new Promise<StudyAnswer>((resolve, reject) => {
      const late = new StudyLost(`it took longer than ${hardMs} ms (RESEARCH_HARD_LIMIT_MS)`);
      const timers = [setTimeout(onSlow, softMs), setTimeout(() => void this.end(late), hardMs)];
      this.asked = { resolve, reject, timers };
      this.worker.postMessage(question);
    });
    if ('problem' in answer) throw new StudyProblem(answer.problem);
    return answer;
  }

  private reasonOf({ code, message }: NodeJS.ErrnoException): string {
    return code === 'ERR_WORKER_OUT_OF_MEMORY'
      ? `it filled a heap of ${this.limits.heapMb} MB (RESEARCH_HEAP_MB)`
      : `its thread ended: ${message}`;
  }

  private lose(reason: Error): void {
    this.lost ??= reason;
    const { lost } = this;
    this.settle(({ reject }) => reject(lost));
  }

  private settle(how: (asked: Asked) => void): void {
    const { asked } = this;
    if (!asked) return;
    this.asked = undefined;
    asked.timers.forEach(clearTimeout);
    how(asked);
  }
}

const other = (): never => {
  throw new Error('The thread of a study answered another question');
};
