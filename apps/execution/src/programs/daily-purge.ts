/** Purges the journal now and once a day; after a failure it tries again within the hour. */
import { PurgeReport, describePurge, purgeJournal } from './journal-purge';

const DAY_MS = 86_400_000;
const AFTER_FAILURE_MS = 3_600_000;

/** Who is told: of what was done, and of what is wrong. */
export interface PurgeWitness {
  readonly done: (sentence: string) => void;
  readonly wrong: (sentence: string) => void;
}

export class DailyPurge {
  private readonly ending = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly provisionUrl: string,
    private readonly retentionDays: number,
    private readonly witness: PurgeWitness,
  ) {}

  start(): void {
    if (this.ending.signal.aborted) return;
    this.running = this.purge().then((waitMs) => {
      if (this.ending.signal.aborted) return;
      this.timer = setTimeout(() => this.start(), waitMs);
    });
  }

  /** Returns when nothing is being purged any more. */
  async stop(): Promise<void> {
    this.ending.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  /** Answers when to look again. */
  private async purge(): Promise<number> {
    const { provisionUrl, retentionDays, ending } = this;
    try {
      this.logReport(await purgeJournal(provisionUrl, { retentionDays, signal: ending.signal }));
      return DAY_MS;
    } catch (error) {
      if (!ending.signal.aborted)
        this.witness.wrong(
          `Old orders could not be purged from the journal (${(error as Error).message}); retrying in an hour`,
        );
      return AFTER_FAILURE_MS;
    }
  }

  private logReport(report: PurgeReport): void {
    if (report.notInHistory + report.unreadable > 0) this.witness.wrong(describePurge(report));
    else if (report.purged + report.trimmed > 0) this.witness.done(describePurge(report));
  }
}
