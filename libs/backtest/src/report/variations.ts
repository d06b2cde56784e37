/** The same strategy with other parameters: how much hangs on one of them, and whether a choice holds later. */
import { Strategy } from '@elvis/strategy';
import { CandleColumns, lengthOf, slice } from '../data/candle-columns';
import { BacktestRun, BacktestSetup, runBacktest } from '../engine/backtest';
import { Sensitivity, WalkForwardPart } from './report';

const netReturn = (run: BacktestRun, setup: BacktestSetup): number =>
  Number(run.endEquity) / setup.capital.toNumber() - 1;

/** A fifth lower and higher, of each parameter that is a number; whole where it must be. */
export function neighbours(
  strategy: Strategy,
  params: Readonly<Record<string, unknown>>,
): readonly [string, string][] {
  return Object.entries(strategy.parameters).flatMap(([name, { form }]) => {
    if (form.kind !== 'integer' && form.kind !== 'number' && form.kind !== 'fraction') return [];
    const value = Number(String(params[name]));
    return [0.8, 1.2].map((by): [string, string] => {
      const next = value * by;
      if (form.kind === 'integer') return [name, String(by < 1 ? Math.floor(next) : Math.ceil(next))];
      return [name, String(Number(next.toPrecision(6)))];
    });
  });
}

export function sensitivityOf(
  setup: BacktestSetup,
  params: Readonly<Record<string, unknown>>,
  data: CandleColumns,
): readonly Sensitivity[] {
  return neighbours(setup.strategy, params).map(([parameter, value]) => {
    try {
      const run = runBacktest({ ...setup, params: { ...setup.params, [parameter]: value } }, data);
      return { parameter, value, netReturn: netReturn(run, setup) };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return { parameter, value, netReturn: null, why: error.message };
    }
  });
}

/**
 * Cuts the time into parts; before each but the first the parameters that did best in the part before are chosen among
 * the neighbours, and tried in it.
 */
export function walkForward(
  setup: BacktestSetup,
  params: Readonly<Record<string, unknown>>,
  data: CandleColumns,
  parts = 4,
): readonly WalkForwardPart[] {
  const length = Math.floor(lengthOf(data) / parts);
  if (length < 1_000) return [];
  const candidates = [{}, ...neighbours(setup.strategy, params).map(([name, value]) => ({ [name]: value }))];
  return Array.from({ length: parts - 1 }, (_, at): WalkForwardPart => {
    const before = slice(data, at * length, (at + 1) * length);
    // What comes before the part warms the indicators up.
    const after = slice(data, at * length, (at + 2) * length);
    const fromMs = before.endMs;
    const tried = candidates.flatMap((change) => {
      try {
        const given = { ...setup.params, ...change };
        return [
          { given, result: netReturn(runBacktest({ ...setup, params: given }, before.columns), setup) },
        ];
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        return [];
      }
    });
    const best = tried.reduce((chosen, each) => (each.result > chosen.result ? each : chosen));
    const run = runBacktest({ ...setup, params: best.given, fromMs }, after.columns);
    return {
      fromMs,
      toMs: after.endMs,
      params: best.given,
      netReturnBefore: best.result,
      netReturn: netReturn(run, setup),
    };
  });
}
