/** Runs the units of a study on threads: any of them brings the same on any thread, and the candles lie in memory once. */
import { Unit, UnitResult, sharedColumns } from '@elvis/backtest';
import { DataSet } from '@elvis/research';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ConfiguredLimits } from '../risk-limits';
import { BacktestWords } from '../words';

export interface ThreadWork {
  readonly words: BacktestWords;
  readonly data: DataSet;
  /** Where the files that the words name are found. */
  readonly root: string;
  readonly risk: ConfiguredLimits;
}

const PROGRAM = join(__dirname, 'study-thread.js');

export class StudyThreads {
  private readonly threads: Worker[] = [];
  private readonly workerData: ThreadWork;

  constructor(
    private readonly count: number,
    { data, ...work }: ThreadWork,
  ) {
    this.workerData = { ...work, data: { ...data, columns: sharedColumns(data.columns) } };
  }

  /** Only what is compiled can be a thread. */
  static get canBe(): boolean {
    return existsSync(PROGRAM);
  }

  /**
   * A thread begins with a unit, and every unit that has begun is waited for, though another has failed: so none is ended while
   * it loads its modules, at which Node aborts the whole process.
   *
   * @throws Error of a unit that failed; the threads are to be ended then
   */
  async run(units: readonly Unit[], done: (unit: Unit, result: UnitResult) => void): Promise<void> {
    const left = [...units];
    const work = async (at: number): Promise<void> => {
      try {
        for (let unit = left.shift(); unit !== undefined; unit = left.shift()) {
          const thread = (this.threads[at] ??= new Worker(PROGRAM, { workerData: this.workerData }));
          thread.postMessage(unit);
          const [result] = (await once(thread, 'message')) as [UnitResult];
          done(unit, result);
        }
      } catch (error) {
        left.length = 0;
        throw error;
      }
    };
    const count = Math.min(this.count, units.length);
    const ends = await Promise.allSettled(Array.from({ length: count }, (_, at) => work(at)));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason as Error;
  }

  async end(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.terminate()));
  }
}
