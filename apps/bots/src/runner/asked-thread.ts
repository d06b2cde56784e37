/** A thread with a heap of its own that is asked one thing at a time, and ended for good where no answer comes in time. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LOADED, enderOf } from './loaded-thread';

/** A thread may say this once, when it can be asked. */
export const READY = 'ready';

export interface ThreadTerms {
  /** Of its program, as the source has it. */
  readonly folder: string;
  readonly program: string;
  readonly workerData: unknown;
  readonly heapMb: number;
  /** What is said of a heap that was filled. */
  readonly heapFull: string;
  /** What an asker is told when the thread is lost. */
  readonly lost: (reason: string) => Error;
}

export interface TimeLimits {
  readonly hardMs: number;
  /** What is said where it is passed. */
  readonly late: string;
  readonly softMs?: number;
  /** Told once of a question that takes longer than the soft limit. */
  readonly onSlow?: () => void;
}

interface Asked<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
  readonly timers: readonly NodeJS.Timeout[];
}

export class AskedThread<Question, Answer> {
  /** It has said that it can be asked, or has ended. */
  readonly ready: Promise<void>;
  isEnded = false;
  private readonly worker: Worker;
  private readonly terminate: () => Promise<void>;
  private asked: Asked<Answer> | undefined;
  private reason: Error | undefined;

  constructor(private readonly terms: ThreadTerms) {
    const { workerData, heapMb } = terms;
    this.worker = new Worker(programOf(terms), {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
    this.terminate = enderOf(this.worker);
    this.ready = new Promise((resolve) => {
      this.worker.on('message', (said: Answer | typeof LOADED | typeof READY) => {
        if (said === READY) resolve();
        else if (said !== LOADED) this.settle((asked) => asked.resolve(said));
      });
      this.worker.on('exit', () => resolve());
    });
    this.worker.on('error', (error: NodeJS.ErrnoException) => this.fail(this.reasonOf(error)));
    this.worker.on('exit', (code) => this.fail(`its thread ended with code ${code}`));
  }

  /** @throws Error as its terms make it: no answer within the limit, or the thread has ended; it is of no further use then */
  ask(question: Question, { hardMs, late, softMs, onSlow }: TimeLimits): Promise<Answer> {
    if (this.reason) return Promise.reject(this.reason);
    return new Promise((resolve, reject) => {
      const timers = [setTimeout(() => this.fail(late), hardMs)];
      if (softMs !== undefined && onSlow) timers.push(setTimeout(onSlow, softMs));
      this.asked = { resolve, reject, timers };
      this.worker.postMessage(question);
    });
  }

  /** With a reason, who waits for an answer is given it at once. */
  async end(reason?: Error): Promise<void> {
    this.isEnded = true;
    if (reason) this.lose(reason);
    await this.terminate();
  }

  private reasonOf({ code, message }: NodeJS.ErrnoException): string {
    return code === 'ERR_WORKER_OUT_OF_MEMORY' ? this.terms.heapFull : `its thread ended: ${message}`;
  }

  private fail(reason: string): void {
    this.lose(this.terms.lost(reason));
    void this.terminate();
  }

  private lose(reason: Error): void {
    this.isEnded = true;
    this.reason ??= reason;
    const { reason: first } = this;
    this.settle(({ reject }) => reject(first));
  }

  private settle(how: (asked: Asked<Answer>) => void): void {
    const { asked } = this;
    if (!asked) return;
    this.asked = undefined;
    asked.timers.forEach(clearTimeout);
    how(asked);
  }
}

/** Threads run compiled code, also where they are begun from its source. */
const programOf = ({ folder, program }: ThreadTerms): string =>
  join(folder.includes('/dist/') ? folder : folder.replace('/apps/bots/', '/dist/apps/bots/'), program);
