/** One thread for authors' code, seen from outside: asked one thing at a time, ended when that takes too long. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LOADED, enderOf } from './loaded-thread';
import { Question, READY, ThreadAnswer, ThreadData } from './thread-messages';

/** Threads run compiled code, also where this file runs from its source. */
const MAIN = join(
  __dirname.includes('/dist/') ? __dirname : __dirname.replace('/apps/bots/', '/dist/apps/bots/'),
  'thread-main.js',
);

/** The author's code failed, and would fail again. */
export class HookFailure extends Error {
  override readonly name = 'HookFailure';
}

interface Asked {
  readonly resolve: (answer: ThreadAnswer) => void;
  readonly reject: (error: HookFailure) => void;
  readonly limit: NodeJS.Timeout;
}

export class HookThread {
  private readonly worker: Worker;
  private readonly terminate: () => Promise<void>;
  private asked: Asked | undefined;
  private readonly ready: Promise<void>;
  isEnded = false;

  constructor(
    private readonly heapMb: number,
    workerData: ThreadData,
  ) {
    this.worker = new Worker(MAIN, { workerData, resourceLimits: { maxOldGenerationSizeMb: heapMb } });
    this.terminate = enderOf(this.worker);
    this.ready = new Promise((resolve) => {
      this.worker.on('message', (answer: ThreadAnswer | typeof READY | typeof LOADED) => {
        if (answer === READY) resolve();
        else if (answer !== LOADED) this.settle((asked) => asked.resolve(answer));
      });
      this.worker.on('exit', () => resolve());
    });
    this.worker.on('error', (error: NodeJS.ErrnoException) => this.fail(this.reasonOf(error)));
    this.worker.on('exit', (code) => this.fail(`its thread ended with code ${code}`));
  }

  /** @throws HookFailure no answer within the limit, or the thread ended; it is of no further use then */
  async ask(question: Question, withinMs: number): Promise<ThreadAnswer> {
    await this.ready;
    if (this.isEnded) throw new HookFailure('its thread ended before it was asked');
    return new Promise((resolve, reject) => {
      const late = `it did not return within ${withinMs} ms, so its thread was ended; look for an endless loop`;
      const limit = setTimeout(() => this.fail(late), withinMs);
      this.asked = { resolve, reject, limit };
      this.worker.postMessage(question);
    });
  }

  async end(): Promise<void> {
    this.isEnded = true;
    await this.terminate();
  }

  private reasonOf({ code, message }: NodeJS.ErrnoException): string {
    return code === 'ERR_WORKER_OUT_OF_MEMORY'
      ? `it filled the heap of ${this.heapMb} MB, so its thread was ended; let it keep less`
      : `its thread ended: ${message}`;
  }

  private fail(reason: string): void {
    this.isEnded = true;
    void this.terminate();
    this.settle(({ reject }) => reject(new HookFailure(reason)));
  }

  private settle(how: (asked: Asked) => void): void {
    const { asked } = this;
    if (!asked) return;
    this.asked = undefined;
    clearTimeout(asked.limit);
    how(asked);
  }
}
