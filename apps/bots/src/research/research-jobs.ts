/** Takes, cancels and deletes jobs, and gives what can be read of them. */
import {
  BacktestPart,
  CancelResearch,
  DeleteResearch,
  GetResearch,
  ReadBacktest,
  ResearchOptions,
  ResearchProgress,
  ResearchRecord,
  ResearchStatus,
  RunResearch,
  getLimits,
} from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { PROJECT_ROOT, codeHashOf, judgedLimits, rulesAndBuild, symbolOfData } from '@elvis/research';
import { LimitTexts } from '@elvis/rules';
import { MINUTE_MS, TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { BotsConfig } from '../bots.config';
import { BotInstruments } from '../facts/bot-instruments';
import { StrategyCatalogue } from '../lifecycle/strategy-catalogue';
import { WorkQueue } from '../worker/work-queue';
import { STORE, optionProblems, wishOf } from './check-options';
import { ResearchAnnouncer, progressOf } from './research-announcer';
import { JobEntry, PAPERS, ResearchJournal, UNITS, paperFile } from './research-journal';

const DEFAULT_SPAN_MS = 7 * 1_440 * MINUTE_MS;
const ENDED: ReadonlySet<ResearchStatus> = new Set(['FINISHED', 'FAILED', 'CANCELED']);
export const hasEnded = ({ status }: ResearchRecord): boolean => ENDED.has(status);

@Injectable()
export class ResearchJobs {
  constructor(
    private readonly journal: ResearchJournal,
    private readonly announcer: ResearchAnnouncer,
    private readonly queue: WorkQueue,
    private readonly strategies: StrategyCatalogue,
    private readonly instruments: BotInstruments,
    private readonly bus: Bus,
    private readonly config: BotsConfig,
  ) {}

  /** @throws TradingFailure as `runResearch` says */
  async run(wish: RunResearch): Promise<ResearchProgress> {
    const known = await this.journal.read(wish.id);
    if (known) return this.runAgain(known, wish);
    const record = await this.recordOf(wish);
    // A worker that has the token waits for the record: if this process dies in between, nothing is left behind.
    await this.queue.wakeResearch(record.id);
    const entry = await this.journal.write(record, 0);
    if (!entry) return this.run(wish);
    await this.announcer.begun(record);
    return this.announcer.progress(record, 0);
  }

  /** @throws TradingFailure as `cancelResearch` says */
  async cancel({ id, owner, actor }: CancelResearch): Promise<ResearchProgress> {
    for (;;) {
      const { record, sequence } = await this.own(id, owner);
      if (hasEnded(record))
        throw new TradingFailure('BACKTEST_ENDED', `The backtest is ${record.status}; nothing was canceled`, {
          context: { status: record.status },
        });
      const problem = `Canceled by ${actor}`;
      const canceled: ResearchRecord = { ...record, status: 'CANCELED', problem, endedAtMs: Date.now() };
      if (!(await this.journal.write(canceled, sequence))) continue;
      await this.announcer.ended(canceled);
      return progressOf(canceled, 0);
    }
  }

  /** @throws TradingFailure as `deleteResearch` says */
  async delete({ id, owner, actor }: DeleteResearch): Promise<{ readonly id: string }> {
    const { record, sequence } = await this.own(id, owner);
    if (!hasEnded(record))
      throw new TradingFailure(
        'BACKTEST_RUNNING',
        `The backtest is ${record.status}; nothing was deleted. Cancel it first`,
        { context: { status: record.status } },
      );
    // An end that was not told yet must be, or its trials would be lost with what is deleted here.
    await this.announcer.ended(record);
    const deletedAtMs = Date.now();
    await this.announcer.deleted(id, deletedAtMs, actor);
    await this.journal.write({ ...record, deletedAtMs }, sequence);
    await this.journal.purge(id, `${PAPERS}.>`);
    return { id };
  }

  /** @throws TradingFailure BACKTEST_NOT_FOUND */
  async progress({ id, owner }: GetResearch): Promise<ResearchProgress> {
    const { record } = await this.own(id, owner);
    const done = hasEnded(record) ? undefined : await this.journal.count(id, `${UNITS}.*.0`);
    return progressOf(record, done ?? (record.status === 'FINISHED' ? record.units : 0));
  }

  /** @throws TradingFailure as `readBacktest` says */
  async read({ id, owner, paper, part }: ReadBacktest): Promise<BacktestPart> {
    const { record } = await this.own(id, owner);
    if (!hasEnded(record))
      throw new TradingFailure('BACKTEST_RUNNING', `The backtest is ${record.status}; it has no report yet`);
    const found =
      record.status === 'FINISHED' ? await this.journal.filePart(id, paperFile(paper), part) : undefined;
    if (!found)
      throw new TradingFailure(
        'BACKTEST_WITHOUT_REPORT',
        `The backtest is ${record.status} and has no report${record.problem ? `: ${record.problem}` : ''}`,
      );
    return { parts: found.parts, data: found.data.toString('base64') };
  }

  /** The same id is the same job; one whose token was lost gets it again. */
  private async runAgain({ record }: JobEntry, { owner }: RunResearch): Promise<ResearchProgress> {
    if (record.owner !== owner) throw notFound(record.id);
    if (!hasEnded(record)) {
      await this.queue.wakeResearch(record.id);
      await this.announcer.begun(record);
    }
    return progressOf(record, 0);
  }

  private async own(id: string, owner: string): Promise<JobEntry> {
    const entry = await this.journal.read(id);
    if (!entry || entry.record.owner !== owner || entry.record.deletedAtMs !== null) throw notFound(id);
    return entry;
  }

  private async recordOf({ id, kind, actor, owner, ...wish }: RunResearch): Promise<ResearchRecord> {
    const options = wish.options.data === STORE ? withSpan(wish.options) : wish.options;
    const strategy = await this.strategies.find(options.strategy);
    const taken = wishOf(options);
    const problems = [
      ...optionProblems(kind, options, strategy),
      ...(taken ? await this.strategies.problems(taken) : []),
    ];
    if (problems.length > 0)
      throw new TradingFailure('BACKTEST_INVALID', `Nothing was run: ${problems.join('; ')}`, {
        context: { problems },
      });
    const { data, market, symbol } = options;
    const { limits } = await this.bus.request(getLimits, {});
    const values = Object.fromEntries(limits.map(({ name, value }) => [name, value])) as LimitTexts;
    const hashes = rulesAndBuild(judgedLimits(values).told, PROJECT_ROOT);
    return {
      version: 1,
      id,
      owner,
      actor,
      kind,
      options,
      symbol: symbolOfData(data) ?? symbol,
      limits: values,
      instrument: data === STORE ? await this.instruments.find(market, symbol) : null,
      strategyVersion: strategy.version,
      codeHash: codeHashOf(options.strategy, this.config.STRATEGIES_DIR),
      rulesHash: hashes.rules,
      buildHash: hashes.build,
      dataHash: null,
      status: 'QUEUED',
      units: 0,
      problem: null,
      createdAtMs: Date.now(),
      endedAtMs: null,
      finished: null,
      deletedAtMs: null,
    };
  }
}

/** The last seven days, if nothing else was said. */
function withSpan(options: ResearchOptions): ResearchOptions {
  const { toMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS, fromMs = toMs - DEFAULT_SPAN_MS } = options;
  return { ...options, fromMs, toMs };
}

const notFound = (id: string): TradingFailure =>
  new TradingFailure('BACKTEST_NOT_FOUND', `There is no backtest ${id} of yours`);
