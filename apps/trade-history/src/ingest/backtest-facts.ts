/** What an event of a backtest means for the tables. */
import {
  BacktestDeleted,
  BacktestFailed,
  BacktestFinished,
  BacktestStarted,
  backtestDeleted,
  backtestFailed,
  backtestFinished,
  backtestStarted,
} from '@elvis/contracts';
import { Check, UUID, isTime, record } from './check';

export type BacktestFact =
  | { readonly what: 'started'; readonly data: BacktestStarted }
  | { readonly what: 'finished'; readonly data: BacktestFinished }
  | { readonly what: 'failed'; readonly data: BacktestFailed }
  | { readonly what: 'deleted'; readonly data: BacktestDeleted };

const KINDS: Readonly<Record<string, BacktestFact['what']>> = {
  [backtestStarted.type]: 'started',
  [backtestFinished.type]: 'finished',
  [backtestFailed.type]: 'failed',
  [backtestDeleted.type]: 'deleted',
};
const HASH = /^([0-9a-f]{64}|unknown)$/;

export const isBacktestEvent = (type: string): boolean => type in KINDS;

export function backtestFact(type: string, data: unknown, check: Check): BacktestFact {
  const what = KINDS[type]!;
  const wire = record(data, 'data', check);
  check.matches(wire.backtestId, UUID, 'backtestId');
  if (what === 'deleted') check.that(isTime(wire.deletedAtMs), 'deletedAtMs');
  else {
    for (const name of ['owner', 'strategy', 'series']) check.text(wire[name], name);
    for (const name of ['codeHash', 'dataHash', 'rulesHash', 'buildHash'])
      check.matches(wire[name], HASH, name);
    for (const name of ['version', 'seed']) check.that(Number.isSafeInteger(wire[name]), name);
    check.that(isTime(wire.startedAtMs), 'startedAtMs');
    record(wire.params, 'params', check);
  }
  if (what === 'failed') {
    check.that(typeof wire.why === 'string', 'why');
    check.optional(wire.isCanceled, (isCanceled) =>
      check.that(typeof isCanceled === 'boolean', 'isCanceled'),
    );
  }
  if (what === 'finished') {
    record(wire.metrics, 'metrics', check);
    check.optional(wire.evidence, (evidence) => record(evidence, 'evidence', check));
    check.text(wire.report, 'report');
    check.matches(wire.reportHash, HASH, 'reportHash');
    check.that(isTime(wire.finishedAtMs), 'finishedAtMs');
    const trials = Array.isArray(wire.trials) ? (wire.trials as unknown[]) : [];
    check.that(Array.isArray(wire.trials), 'trials');
    for (const trial of trials) {
      const { n, perPeriodSharpe, params } = record(trial, 'trial', check);
      check.that(Number.isSafeInteger(n), 'trial.n');
      check.that(Number.isFinite(perPeriodSharpe), 'trial.perPeriodSharpe');
      record(params, 'trial.params', check);
    }
  }
  return { what, data } as BacktestFact;
}
