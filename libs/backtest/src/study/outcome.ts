/** What a finished study says, from the results of its units alone. */
import { BacktestRun } from '../engine/backtest';
import { Results, bestOf, cellChanges, neighbourChanges, walkParts } from './plan';
import { Given, Study, UnitResult, UnitSummary, WHOLE } from './unit';

/** The result with one parameter a fifth lower or higher. */
export interface Sensitivity {
  readonly parameter: string;
  readonly value: string;
  readonly netReturn: number | null;
  /** Why there is none. */
  readonly why?: string;
}

/** One part of the time: parameters chosen before it, and what they brought in it. */
export interface WalkForwardPart {
  readonly fromMs: number;
  readonly toMs: number;
  readonly params: Given;
  readonly netReturnBefore: number;
  readonly netReturn: number;
}

/** One combination of a grid. */
export interface CellOutcome {
  readonly cell: Readonly<Record<string, string>>;
  readonly summary: UnitSummary | null;
  /** Why there is none. */
  readonly why?: string;
}

export interface StudyOutcome {
  readonly run: BacktestRun;
  readonly sensitivity: readonly Sensitivity[];
  readonly walkForward: readonly WalkForwardPart[];
  /** Returns of the walk-forward's days, each traded with what was chosen before it. */
  readonly unseenReturns: readonly number[];
  readonly cells: readonly CellOutcome[];
}

/** @throws Error for a study that is not over */
export function outcomeOf(study: Study, results: Results): StudyOutcome {
  const of = (name: string): UnitResult => {
    const result = results.get(name);
    if (result === undefined) throw new Error(`The unit "${name}" of the study was not run`);
    return result;
  };
  const { run } = of(WHOLE);
  if (run === undefined) throw new Error('The study has no whole run');
  return {
    run,
    sensitivity: neighbourChanges(study).map(({ name, parameter, value }) => {
      const { summary, why } = of(name);
      return { parameter, value, netReturn: summary?.netReturn ?? null, ...(why !== undefined && { why }) };
    }),
    walkForward: walkParts(study, results).flatMap(({ chosen, candidates, fromMs, toMs }) => {
      const before = of(bestOf(candidates, results).name).summary;
      const after = of(chosen.name).summary;
      if (before === null || after === null) return [];
      const [netReturnBefore, { netReturn }] = [before.netReturn, after];
      return { fromMs, toMs, params: chosen.params, netReturnBefore, netReturn };
    }),
    unseenReturns: walkParts(study, results).flatMap(
      ({ chosen }) => of(chosen.name).summary?.dailyReturns ?? [],
    ),
    cells: cellChanges(study).map(({ name, cell }) => {
      const { summary, why } = of(name);
      return { cell, summary, ...(why !== undefined && { why }) };
    }),
  };
}
