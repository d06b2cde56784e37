/** Runs the units of a study on threads: any of them brings the same on any thread, and the candles lie in memory once. */
import { Unit, UnitResult, sharedColumns } from '@elvis/backtest';
import { DataSet } from '@elvis/research';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { BacktestWords } from '../words';

export interface ThreadWork {
  readonly words: BacktestWords;
  readonly data: DataSet;
  /** Where the configuration of risk is found. */
  readonly root: string;
}

const PROGRAM = join(__dirname, 'study-thread.js');

export class StudyThreads {
  private readonly threads: readonly Worker[];

  constructor(count: number, { words, data, root }: ThreadWork) {
    const workerData: ThreadWork = { words, root, data: { ...data, columns: sharedColumns(data.columns) } };
    this.threads = Array.from({ length: count }, () => new Worker(PROGRAM, { workerData }));
  }

  /** Only what is compiled can be a thread. */
  static get canBe(): boolean {
    return existsSync(PROGRAM);
  }

  /** @throws Error of a unit that failed; the threads are to be ended then */
  async run(units: readonly Unit[], done: (unit: Unit, result: UnitResult) => void): Promise<void> {
    const left = [...units];
    await Promise.all(
      this.threads.map(async (thread) => {
        for (let unit = left.shift(); unit !== undefined; unit = left.shift()) {
          thread.postMessage(unit);
          const [result] = (await once(thread, 'message')) as [UnitResult];
          done(unit, result);
        }
      }),
    );
  }

  async end(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.terminate()));
  }
}
