/** Runs a study unit by unit, each kept as soon as it is known; writes the report and counts the trials. */
import {
  BacktestReport,
  BacktestSetup,
  FUTURES_COSTS,
  SPOT_COSTS,
  Study,
  StudyOutcome,
  dailyReturns,
  htmlOf,
  nameOfCell,
  nextUnits,
  outcomeOf,
  reportOf,
  runUnit,
  trialSharpe,
  unitCount,
} from '@elvis/backtest';
import { Strategy } from '@elvis/strategy';
import { Decimal } from '@elvis/trading';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataSet } from './data-sets';
import { hashesOf, sha256 } from './hashes';
import { instrumentOf } from './instruments';
import { Progress } from './progress';
import { ConfiguredLimits, readRiskLimits } from './risk-limits';
import { Trial, TrialLedger } from './trial-ledger';
import { UnitJournal } from './unit-journal';
import { BacktestWords } from './words';

export interface StudyDone {
  readonly folder: string;
  readonly report: BacktestReport;
  /** Units that an earlier process of this run had finished. */
  readonly wentOnFrom: number;
}

const homeOf = ({ out }: Pick<BacktestWords, 'out'>, root: string): string =>
  out ?? join(root, '.elvis', 'backtests');

/**
 * @throws RangeError for parameters or data that the strategy does not take
 * @throws ConfigError for limits of risk that it could not start with
 */
export function runStudy(words: BacktestWords, strategy: Strategy, data: DataSet, root: string): StudyDone {
  const risk = readRiskLimits(root);
  const setup = setupOf(words, strategy, data, risk);
  const study: Study = { setup, data: data.columns, grid: words.grid };
  const { params } = strategy.prepare(setup.bot, words.params);
  const hashes = hashesOf(strategy.name, risk.told, root);
  const home = homeOf(words, root);
  const { strategy: _, ...rest } = setup;
  const key = sha256(JSON.stringify([strategy.name, strategy.version, rest, words.grid, data.facts, hashes]));
  const journal = new UnitJournal(join(home, 'unfinished'), key.slice(0, 16));
  const wentOnFrom = journal.results.size;
  try {
    finish(study, journal);
  } finally {
    if (journal.results.size === 0) journal.remove();
  }
  const outcome = outcomeOf(study, journal.results);

  const ledger = new TrialLedger(home);
  const series = `${strategy.name} ${setup.bot.symbol} ${words.interval}`;
  const own = trialsOf(outcome, series, journal);
  const trials = [...ledger.trials().filter(({ id }) => own.every((trial) => trial.id !== id)), ...own]
    .filter((trial) => trial.series === series)
    .flatMap(({ dailySharpe }) => dailySharpe ?? []);
  const report = reportOf({ setup, params, outcome, data: data.facts, limits: risk.told, hashes, trials });
  const text = `${JSON.stringify(report, null, 1)}\n`;
  const name = `${series.replaceAll(' ', '-')}-${sha256(text).slice(0, 10)}`;
  const folder = join(home, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'report.json'), text);
  writeFileSync(join(folder, 'report.html'), htmlOf(report));
  ledger.add(own.map((trial) => ({ ...trial, report: name })));
  journal.remove();
  return { folder, report, wentOnFrom };
}

/** Runs what is left. */
function finish(study: Study, journal: UnitJournal): void {
  const progress = new Progress(unitCount(study));
  for (let units = nextUnits(study, journal.results); units.length > 0;) {
    for (const unit of units) {
      progress.show(journal.results.size, unit.name);
      journal.add(unit.name, runUnit(study, unit));
    }
    units = nextUnits(study, journal.results);
  }
  progress.end();
}

const setupOf = (
  { params, interval, capital, leverage, seed }: BacktestWords,
  strategy: Strategy,
  { columns, market }: DataSet,
  risk: ConfiguredLimits,
): BacktestSetup => ({
  strategy,
  params,
  bot: { symbol: columns.symbol, interval },
  instrument: instrumentOf(market, columns.symbol),
  capital: new Decimal(capital),
  leverage: market === 'spot' ? 1 : (leverage ?? risk.leverage),
  isLeverageOverridden: risk.isLeverageOverridden,
  limits: risk.limits,
  costs: market === 'spot' ? SPOT_COSTS : FUTURES_COSTS,
  seed,
});

/** The run itself, and each combination of a grid. */
function trialsOf(
  { run, cells }: StudyOutcome,
  series: string,
  { run: id, startedAtMs }: UnitJournal,
): readonly Omit<Trial, 'report'>[] {
  const tried = [
    { id, dailyReturns: dailyReturns(run) },
    ...cells.flatMap(({ cell, summary }) =>
      summary === null ? [] : [{ id: `${id} ${nameOfCell(cell)}`, dailyReturns: summary.dailyReturns }],
    ),
  ];
  return tried.map((each) => ({
    id: each.id,
    series,
    dailySharpe: trialSharpe(each.dailyReturns),
    atMs: startedAtMs,
  }));
}
