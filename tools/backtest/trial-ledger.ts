/**
 * Every run that ended with a figure, one line each, only ever added to: how often a series was tried decides what its
 * best result means. Deleting a report takes nothing away here.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Trial {
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

  /** The daily Sharpe ratios of the series so far. @throws Error naming the line that is damaged */
  sharpesOf(series: string): readonly number[] {
    if (!existsSync(this.file)) return [];
    return readFileSync(this.file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line, at) => this.read(line, at))
      .flatMap((trial) => (trial.series === series && trial.dailySharpe !== null ? trial.dailySharpe : []));
  }

  add(trial: Trial): void {
    mkdirSync(this.folder, { recursive: true });
    appendFileSync(this.file, `${JSON.stringify(trial)}\n`);
  }

  private read(line: string, at: number): Trial {
    try {
      return JSON.parse(line) as Trial;
    } catch {
      throw new Error(
        `Line ${at + 1} of ${this.file} is damaged: the number of trials would be wrong. Restore the file.`,
      );
    }
  }
}
