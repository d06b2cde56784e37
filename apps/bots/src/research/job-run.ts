/**
 * Runs one job on a thread, unit by unit, each kept as soon as it is known: whoever holds the job's token next goes on with
 * those that are left. What passes a limit dies alone and is tried once more.
 */
import { BacktestFinished, BacktestStarted, ResearchRecord, listTrials } from '@elvis/contracts';
import { Bus, Log } from '@elvis/platform';
import { BotsConfig } from '../bots.config';
import { STORE } from './check-options';
import { ResearchAnnouncer, startedOf } from './research-announcer';
import { JobEntry, PAPERS, ResearchJournal, UNITS, paperFile, unitFile } from './research-journal';
import { hasEnded } from './research-jobs';
import { seriesOf } from './series';
import { MinutesMissing, storedColumns } from './stored-columns';
import { StudyLost, StudyProblem, StudyThread } from './study/study-thread';
import { StudyWork, WrittenReport } from './study/study-words';

const LOOKED_AT_EVERY_MS = 1_000;
const TRIES = 2;
const REPORT = 'report';

/** The job is not this worker's any more: it was canceled, or another has its token. */
export class JobGone extends Error {
  override readonly name = 'JobGone';
}

export interface JobTools {
  readonly journal: ResearchJournal;
  readonly announcer: ResearchAnnouncer;
  readonly bus: Bus;
  readonly config: BotsConfig;
  readonly log: Log;
}

export class JobRun {
  private thread: StudyThread | undefined;
  private unitsDone = 0;
  private toldAtMs = -Infinity;
  private given: Error | undefined;

  constructor(
    private readonly tools: JobTools,
    private entry: JobEntry,
  ) {}

  /**
   * Until the job has ended, whatever as.
   *
   * @throws JobGone; what `stop` was told; TradingFailure something that is needed does not answer
   */
  async finish(): Promise<void> {
    const looking = setInterval(() => void this.look(), LOOKED_AT_EVERY_MS);
    try {
      await this.end(await this.outcome());
    } finally {
      clearInterval(looking);
      await this.thread?.end(this.given ?? new JobGone('It is over'));
    }
  }

  /** What runs is ended at once; what is kept stays. */
  async stop(reason: Error): Promise<void> {
    this.given ??= reason;
    await this.thread?.end(reason);
  }

  private async outcome(): Promise<Partial<ResearchRecord>> {
    try {
      return await this.run();
    } catch (error) {
      if (error instanceof StudyProblem || error instanceof MinutesMissing)
        return { status: 'FAILED', problem: error.message };
      throw this.given ?? error;
    }
  }

  private async run(): Promise<Partial<ResearchRecord>> {
    const work = await this.work();
    let next: string | null = null;
    let lost: { readonly unit: string; readonly times: number } | undefined;
    for (;;) {
      // Before the first answer it is the opening that a limit ends.
      let unit = next ?? 'the reading of its candles';
      try {
        this.thread ??= await this.begin(work).then(({ thread, first }) => ((next = first), thread));
        while (next !== null) {
          unit = next;
          next = await this.runUnit();
        }
        unit = REPORT;
        return await this.report();
      } catch (error) {
        if (!(error instanceof StudyLost)) throw error;
        const times = lost?.unit === unit ? lost.times + 1 : 1;
        if (times === TRIES)
          return {
            status: 'FAILED',
            problem: `The unit "${unit}" was ended ${TRIES} times: ${error.message}`,
          };
        lost = { unit, times };
        this.thread = undefined;
        this.tools.log.warn(
          { backtestId: this.entry.record.id, unit, reason: error.message },
          'A unit of a backtest was ended; it is tried once more',
        );
      }
    }
  }

  private async work(): Promise<StudyWork> {
    const { bus, config } = this.tools;
    const { record: job } = this.entry;
    const { data, symbol, market, fromMs = 0, toMs = 0 } = job.options;
    const columns = data === STORE ? await storedColumns(bus, { symbol, market, fromMs, toMs }) : undefined;
    return { job, columns, strategiesFolder: config.STRATEGIES_DIR };
  }

  /** A thread that knows what is kept of the job, which is RUNNING then. */
  private async begin(
    work: StudyWork,
  ): Promise<{ readonly thread: StudyThread; readonly first: string | null }> {
    const { config, journal, log } = this.tools;
    const { id } = this.entry.record;
    const thread = new StudyThread(work, {
      softMs: config.RESEARCH_SOFT_LIMIT_MS,
      hardMs: config.RESEARCH_HARD_LIMIT_MS,
      heapMb: config.RESEARCH_HEAP_MB,
      onSlow: () =>
        log.warn(
          { backtestId: id },
          'A unit of a backtest takes longer than RESEARCH_SOFT_LIMIT_MS; at RESEARCH_HARD_LIMIT_MS its thread is ended. Let it read fewer candles',
        ),
    });
    this.thread = thread;
    const kept: Buffer[] = [];
    for (
      let file = await journal.file(id, unitFile(0));
      file;
      file = await journal.file(id, unitFile(kept.length))
    )
      kept.push(file);
    if (this.given) throw this.given;
    const { units, dataHash, next } = await thread.open(kept);
    this.unitsDone = kept.length;
    const { record } = this.entry;
    if (record.dataHash !== null && record.dataHash !== dataHash)
      throw new StudyProblem(
        'The candles were corrected while the backtest ran, so its units would not be of one data set. Run it again',
      );
    if (record.status === 'QUEUED') await this.change({ status: 'RUNNING', units, dataHash });
    this.tell();
    return { thread, first: next };
  }

  private async runUnit(): Promise<string | null> {
    const { result, next } = await this.thread!.run();
    const isMine = await this.tools.journal.addFile(this.entry.record.id, unitFile(this.unitsDone), result);
    if (!isMine) throw new JobGone('Another worker has gone on with it');
    this.unitsDone += 1;
    this.tell();
    return next;
  }

  private async report(): Promise<Partial<ResearchRecord>> {
    const { journal, bus } = this.tools;
    const { record } = this.entry;
    const { id, owner, options, symbol } = record;
    const wish = { owner, series: seriesOf(options, symbol), exceptId: id };
    const { perPeriodSharpes } = await bus.request(listTrials, wish);
    const { papers, ...told } = await this.thread!.report(perPeriodSharpes);
    // A worker that was lost here may have left some of another count of trials.
    await journal.purge(id, `${PAPERS}.>`);
    for (const [paper, bytes] of Object.entries(papers)) await journal.addFile(id, paperFile(paper), bytes);
    return { status: 'FINISHED', finished: finishedOf(startedOf(record), told) };
  }

  /** By its record it is over; then it is told, and what only its units needed goes. */
  private async end(outcome: Partial<ResearchRecord>): Promise<void> {
    await this.change({ ...outcome, endedAtMs: Date.now() });
    await this.tools.announcer.ended(this.entry.record);
    await this.tools.journal.purge(this.entry.record.id, `${UNITS}.>`);
  }

  /** @throws JobGone somebody else changed it */
  private async change(changed: Partial<ResearchRecord>): Promise<void> {
    const { record, sequence } = this.entry;
    const entry = await this.tools.journal.write({ ...record, ...changed }, sequence);
    if (!entry) throw new JobGone('Its record was changed by another');
    this.entry = entry;
  }

  /** A cancellation ends the unit that runs. */
  private async look(): Promise<void> {
    const entry = await this.tools.journal.read(this.entry.record.id).catch(() => undefined);
    if (entry && entry.sequence > this.entry.sequence && hasEnded(entry.record))
      await this.stop(new JobGone(`It is ${entry.record.status}`));
  }

  private tell(): void {
    const nowMs = performance.now();
    if (nowMs - this.toldAtMs < LOOKED_AT_EVERY_MS) return;
    this.toldAtMs = nowMs;
    this.tools.announcer.progress(this.entry.record, this.unitsDone);
  }
}

const finishedOf = (
  started: BacktestStarted,
  { trials, metrics, report, reportHash, evidence }: Omit<WrittenReport, 'papers'>,
): BacktestFinished => ({
  ...started,
  trials,
  metrics,
  report,
  reportHash,
  evidence,
  finishedAtMs: Date.now(),
});
