/** Runs a study unit by unit, each kept as soon as it is known; writes the report and counts the trials. */
import {
  BacktestEvidence,
  BacktestReport,
  RecordedGiven,
  Study,
  StudyOutcome,
  StudyTrial,
  Unit,
  UnitResult,
  evidenceOf,
  htmlOf,
  nameOfCell,
  nextUnits,
  outcomeOf,
  recordedOutcome,
  reportOf,
  runUnit,
  trialsOf,
  unitCount,
} from '@elvis/backtest';
import { BacktestStarted } from '@elvis/contracts';
import { DataSet, costsOf, depthOf, hashesOf, judgedLimits, sha256 } from '@elvis/research';
import { Strategy } from '@elvis/strategy';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { BacktestEvents, OPERATOR } from './records/backtest-events';
import { Progress } from './progress';
import { readRiskLimits } from './risk-limits';
import { Trial, TrialLedger } from './records/trial-ledger';
import { UnitJournal } from './records/unit-journal';
import { studyOf } from './study/study-of';
import { StudyThreads, ThreadWork } from './study/study-threads';
import { BacktestWords } from './words';

export interface StudyDone {
  readonly folder: string;
  readonly report: BacktestReport;
  readonly evidence: BacktestEvidence;
  /** Units that an earlier process of this run had finished. */
  readonly wentOnFrom: number;
}

export const homeOf = ({ out }: Pick<BacktestWords, 'out'>, root: string): string =>
  out ?? join(root, '.elvis', 'backtests');

/**
 * @throws RangeError for parameters or data that the strategy does not take
 * @throws ConfigError for limits of risk that it could not start with
 */
export async function runStudy(
  words: BacktestWords,
  strategy: Strategy,
  data: DataSet,
  root: string,
  recorded?: RecordedGiven,
): Promise<StudyDone> {
  const risk = readRiskLimits(root);
  const { told } = judgedLimits(risk.texts);
  const study = studyOf(words, strategy, data, { risk, costs: costsOf(data, root, words) });
  const { setup } = study;
  const { params } = strategy.prepare(setup.bot, words.params);
  const hashes = hashesOf(strategy.name, told, root);
  const home = homeOf(words, root);
  const { strategy: _, ...rest } = setup;
  const key = sha256(JSON.stringify([strategy.name, strategy.version, rest, words.grid, data.facts, hashes]));
  const journal = new UnitJournal(join(home, 'unfinished'), key.slice(0, 16));
  const wentOnFrom = journal.results.size;
  const series = `${strategy.name} ${setup.bot.symbol} ${words.interval}`;
  const events = new BacktestEvents(home, root);
  const started: BacktestStarted = {
    backtestId: journal.run,
    owner: OPERATOR,
    strategy: strategy.name,
    version: strategy.version,
    series,
    codeHash: hashes.strategy,
    params: words.params,
    dataHash: data.facts.hash,
    rulesHash: hashes.rules,
    buildHash: hashes.build,
    seed: setup.seed,
    startedAtMs: journal.startedAtMs,
  };
  await events.started(started);
  try {
    await finish(study, journal, { words, data, root, risk });
  } catch (error) {
    await events.failed({ ...started, why: (error as Error).message, failedAtMs: Date.now() });
    throw error;
  } finally {
    if (journal.results.size === 0) journal.remove();
  }
  const outcome = outcomeOf(study, journal.results);

  const ledger = new TrialLedger(home);
  const own = namedTrials(outcome, series, journal);
  const trials = [...ledger.trials().filter(({ id }) => own.every((trial) => trial.id !== id)), ...own]
    .filter((trial) => trial.series === series)
    .flatMap(({ dailySharpe }) => dailySharpe ?? []);
  const recording = recorded && recordedOutcome(recorded, setup, data.columns, outcome.run);
  const report = reportOf({
    setup,
    params,
    outcome,
    data: data.facts,
    limits: told,
    hashes,
    trials,
    recording,
  });
  const evidence = evidenceOf(outcome, report.figures, depthOf(data, root));
  const text = `${JSON.stringify(report, null, 1)}\n`;
  const name = `${series.replaceAll(' ', '-')}-${sha256(text).slice(0, 10)}`;
  const folder = join(home, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'report.json'), text);
  writeFileSync(join(folder, 'report.html'), htmlOf(report));
  ledger.add(own.map(({ cell: __, ...trial }) => ({ ...trial, report: name })));
  await events.finished({
    ...started,
    trials: own.flatMap(({ dailySharpe, cell }, n) =>
      dailySharpe === null ? [] : [{ n, params: cell, perPeriodSharpe: dailySharpe }],
    ),
    metrics: { ...report.figures },
    report: name,
    reportHash: sha256(text),
    finishedAtMs: Date.now(),
    evidence,
  });
  journal.remove();
  return { folder, report, evidence, wentOnFrom };
}

/** A thread takes half a second to begin: unless somebody names their number, each must have more to do than that. */
const LEAST_WORK_MS = 2_000;

/** Runs what is left: one unit here, which tells how long the others will take, and those on threads if that is long. */
async function finish(study: Study, journal: UnitJournal, work: ThreadWork): Promise<void> {
  const progress = new Progress(unitCount(study));
  const add = (unit: Unit, result: UnitResult): void => {
    journal.add(unit.name, result);
    progress.show(journal.results.size, unit.name);
  };
  const next = (): readonly Unit[] => nextUnits(study, journal.results);
  const [first] = next();
  if (first === undefined) return;
  const begunAtMs = performance.now();
  add(first, runUnit(study, first));
  const unitMs = performance.now() - begunAtMs;
  const left = unitCount(study) - journal.results.size;
  const useful = Math.min(availableParallelism(), Math.floor((unitMs * left) / LEAST_WORK_MS));
  const count = Math.min(work.words.threads ?? useful, left);
  const threads = count > 1 && StudyThreads.canBe ? new StudyThreads(count, work) : undefined;
  try {
    for (let units = next(); units.length > 0; units = next())
      if (threads === undefined) for (const unit of units) add(unit, runUnit(study, unit));
      else await threads.run(units, add);
  } finally {
    await threads?.end();
    progress.end();
  }
}

/** With the names that the ledger has them by. */
const namedTrials = (
  outcome: StudyOutcome,
  series: string,
  { run: id, startedAtMs }: UnitJournal,
): readonly (Omit<Trial, 'report'> & StudyTrial)[] =>
  trialsOf(outcome).map((trial, n) => ({
    ...trial,
    id: n === 0 ? id : `${id} ${nameOfCell(trial.cell)}`,
    series,
    atMs: startedAtMs,
  }));
