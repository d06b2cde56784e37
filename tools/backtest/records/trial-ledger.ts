/**
 * Every run that ended with a figure, one line each, only ever added to: how often a series was tried decides what its
 * best result means. Deleting a report takes nothing away here. A line that was written twice, as after a crash between
 * the writing and what follows it, counts once.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Trial {
  /** Unique to the run, and to the combination of a grid in it. */
  readonly id: string;
  /** Strategy, symbol and interval; not its parameters or version, or each try would be a first. */
  readonly series: string;
  /** Of one day; null where the sample was too small for one. */
  readonly dailySharpe: number | null;
  readonly report: string;
  readonly atMs: number;
}

export class TrialLedger {
  private readonly file: string;

  constructor(private readonly folder: string) {
    this.file = join(folder, 'trials.jsonl');
  }

  /** Each once, in the order they were written. @throws Error naming the line that is damaged */
  trials(): readonly Trial[] {
    if (!existsSync(this.file)) return [];
    const trials = readFileSync(this.file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line, at) => this.read(line, at));
    return [...new Map(trials.map((trial) => [trial.id, trial])).values()];
  }

  add(trials: readonly Trial[]): void {
    mkdirSync(this.folder, { recursive: true });
    appendFileSync(this.file, trials.map((trial) => `${JSON.stringify(trial)}\n`).join(''));
  }

  private read(line: string, at: number): Trial {
    try {
      // Lines of 2.0.0 have no id.
      return { id: `line ${at + 1}`, ...(JSON.parse(line) as Omit<Trial, 'id'>) };
    } catch {
      throw new Error(
        `Line ${at + 1} of ${this.file} is damaged: the number of trials would be wrong. Restore the file.`,
      );
    }
  }
}
