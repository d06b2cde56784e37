/** One thread for authors' code, seen from outside: asked one thing at a time, ended when that takes too long. */
import { AskedThread } from './asked-thread';
import { Question, ThreadAnswer, ThreadData } from './thread-messages';

/** The author's code failed, and would fail again. */
export class HookFailure extends Error {
  override readonly name = 'HookFailure';
}

export class HookThread {
  private readonly thread: AskedThread<Question, ThreadAnswer>;

  constructor(heapMb: number, workerData: ThreadData) {
    this.thread = new AskedThread({
      folder: __dirname,
      program: 'thread-main.js',
      workerData,
      heapMb,
      heapFull: `it filled the heap of ${heapMb} MB, so its thread was ended; let it keep less`,
      lost: (reason) => new HookFailure(reason),
    });
  }

  get isEnded(): boolean {
    return this.thread.isEnded;
  }

  /** @throws HookFailure no answer within the limit, or the thread ended; it is of no further use then */
  async ask(question: Question, withinMs: number): Promise<ThreadAnswer> {
    await this.thread.ready;
    if (this.isEnded) throw new HookFailure('its thread ended before it was asked');
    return this.thread.ask(question, {
      hardMs: withinMs,
      late: `it did not return within ${withinMs} ms, so its thread was ended; look for an endless loop`,
    });
  }

  end(): Promise<void> {
    return this.thread.end();
  }
}
