/**
 * What a study has brought so far, a line a unit, so that a run whose process was killed goes on with the units that are
 * left. The file's name follows from all that decides the results: another strategy, build or parameter begins anew.
 */
import { UnitResult } from '@elvis/backtest';
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Head {
  readonly run: string;
  readonly startedAtMs: number;
}

interface Line {
  readonly unit: string;
  readonly result: UnitResult;
}

export class UnitJournal {
  /** The same after a restart: what is counted or told of it is counted once. */
  readonly run: string;
  readonly startedAtMs: number;
  readonly results: Map<string, UnitResult>;
  private readonly file: string;

  /** @param key of the study: all that its results follow from */
  constructor(folder: string, key: string) {
    this.file = join(folder, `${key}.jsonl`);
    const [head, ...lines] = this.read();
    const known = head as Head | undefined;
    this.run = known?.run ?? randomUUID();
    this.startedAtMs = known?.startedAtMs ?? Date.now();
    this.results = new Map((lines as Line[]).map(({ unit, result }) => [unit, result]));
    // Written again without a line that a crash cut short.
    mkdirSync(folder, { recursive: true });
    const { run, startedAtMs } = this;
    const whole = [{ run, startedAtMs }, ...[...this.results].map(([unit, result]) => ({ unit, result }))];
    writeFileSync(this.file, whole.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  /** The result as it is read back later, so that a run that goes on and one that was not disturbed agree to the byte. */
  add(unit: string, result: UnitResult): void {
    const text = JSON.stringify({ unit, result });
    appendFileSync(this.file, `${text}\n`);
    this.results.set(unit, (JSON.parse(text) as Line).result);
  }

  /** The study is over and its report is written. */
  remove(): void {
    rmSync(this.file, { force: true });
  }

  /** Up to the first line that is not whole. */
  private read(): readonly unknown[] {
    if (!existsSync(this.file)) return [];
    const lines: unknown[] = [];
    for (const text of readFileSync(this.file, 'utf8').split('\n')) {
      try {
        lines.push(JSON.parse(text));
      } catch {
        break;
      }
    }
    return lines;
  }
}
