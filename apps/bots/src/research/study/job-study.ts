/** The study of a job: opened by what is kept of it, run unit by unit, and written up. The same on any thread of any process. */
import {
  Study,
  Unit,
  UnitResult,
  WHOLE,
  dailyCsv,
  evidenceOf,
  htmlOf,
  monthlyCsv,
  nextUnits,
  outcomeOf,
  reportOf,
  runUnit,
  tradesCsv,
  trialsOf,
  unitCount,
} from '@elvis/backtest';
import {
  DataSet,
  JudgedLimits,
  PROJECT_ROOT,
  costsOf,
  dataSet,
  depthOf,
  instrumentOf,
  judgedLimits,
  knownData,
  sha256,
} from '@elvis/research';
import { Interval } from '@elvis/strategy';
import { Decimal, fromInstrumentMessage } from '@elvis/trading';
import { gunzipSync, gzipSync } from 'node:zlib';
import { strategyOf } from '../../runner/strategies';
import { seriesOf } from '../series';
import { OpenedStudy, RunUnit, StudyWork, WrittenReport } from './study-words';

/** Of a walk-forward that does not say it. */
const PARTS = 5;

interface KeptResult {
  readonly unit: string;
  readonly result: UnitResult;
}

const packed = (value: unknown): Uint8Array => gzipSync(JSON.stringify(value));
const packedText = (text: string): Uint8Array => gzipSync(text);

export class JobStudy {
  private readonly study: Study;
  private readonly data: DataSet;
  private readonly judged: JudgedLimits;
  private readonly results = new Map<string, UnitResult>();
  private due: readonly Unit[] = [];

  /** @throws RangeError what the job names is not there, or its strategy does not take it */
  constructor(private readonly work: StudyWork) {
    const { job, columns, strategiesFolder } = work;
    const { options } = job;
    const strategy = strategyOf(options.strategy, strategiesFolder);
    const { market, symbol } = options;
    const data = columns
      ? dataSet(`store ${market} ${symbol}`, 'recorded', columns, market)
      : knownData(options.data, PROJECT_ROOT);
    if (!data) throw new RangeError(`There are no data ${options.data} any more`);
    this.data = data;
    this.judged = judgedLimits(job.limits);
    const bot = { symbol: data.columns.symbol, interval: options.interval as Interval };
    this.study = {
      setup: {
        strategy,
        params: options.parameters,
        bot,
        instrument: job.instrument
          ? fromInstrumentMessage(job.instrument)
          : instrumentOf(data.market, bot.symbol),
        capital: new Decimal(options.capital),
        leverage: data.market === 'spot' ? 1 : options.leverage,
        limits: this.judged.limits,
        costs: costsOf(data, PROJECT_ROOT, {}),
        seed: options.seed,
      },
      data: data.columns,
      grid: job.kind === 'grid' ? (options.grid ?? {}) : {},
      ...(job.kind === 'walk-forward' && { parts: options.parts ?? PARTS }),
    };
  }

  open(results: readonly Uint8Array[]): OpenedStudy {
    for (const kept of results) {
      const { unit, result } = JSON.parse(gunzipSync(kept).toString('utf8')) as KeptResult;
      this.results.set(unit, result);
    }
    const { hash } = this.data.facts;
    return { units: unitCount(this.study), dataHash: hash, next: this.next()?.name ?? null };
  }

  run(): RunUnit {
    const unit = this.next();
    if (!unit) throw new Error('Every unit of the study was run');
    const kept: KeptResult = { unit: unit.name, result: runUnit(this.study, unit) };
    const result = packed(kept);
    // As it is read back later, so that a job that went on and one that was not disturbed agree to the byte.
    const { result: asKept } = JSON.parse(JSON.stringify(kept)) as KeptResult;
    this.results.set(unit.name, asKept);
    this.due = this.due.slice(1);
    return { result, next: this.next()?.name ?? null };
  }

  /** @param others daily Sharpe ratios of the trials of the same series that are known already */
  report(others: readonly number[]): WrittenReport {
    const { setup } = this.study;
    const outcome = outcomeOf(this.study, this.results);
    const own = trialsOf(outcome);
    const { job } = this.work;
    const report = reportOf({
      setup,
      params: setup.strategy.prepare(setup.bot, setup.params).params,
      outcome,
      data: this.data.facts,
      limits: this.judged.told,
      hashes: { strategy: job.codeHash, rules: job.rulesHash, build: job.buildHash },
      trials: [...others, ...own.flatMap(({ dailySharpe }) => dailySharpe ?? [])],
    });
    const text = `${JSON.stringify(report, null, 1)}\n`;
    const reportHash = sha256(text);
    const { run } = this.results.get(WHOLE)!;
    const equity = report.curve.map(({ timeMs, equity: value }) => ({
      time: new Date(timeMs).toISOString(),
      equity: value,
    }));
    return {
      trials: own.flatMap(({ dailySharpe, cell }, n) =>
        dailySharpe === null ? [] : [{ n, params: cell, perPeriodSharpe: dailySharpe }],
      ),
      metrics: { ...report.figures },
      evidence: evidenceOf(outcome, report.figures, depthOf(this.data, PROJECT_ROOT)),
      report: `${seriesOf(job.options, setup.bot.symbol).replaceAll(' ', '-')}-${reportHash.slice(0, 10)}`,
      reportHash,
      papers: {
        'report.json': packedText(text),
        'report.html': packedText(htmlOf(report)),
        'trades.csv': packedText(tradesCsv(report.trades)),
        'daily.csv': packedText(dailyCsv(run!, this.data.facts.fromMs)),
        'monthly.csv': packedText(monthlyCsv(report.monthly)),
        'equity.json': packed({ items: equity }),
      },
    };
  }

  /** What depends on other units comes when those are known. */
  private next(): Unit | undefined {
    if (this.due.length === 0) this.due = nextUnits(this.study, this.results);
    return this.due[0];
  }
}
