/** Which units a study has, and which of them can be run by what is known so far. */
import { Strategy, intervalMs } from '@elvis/strategy';
import { lengthOf } from '../data/candle-columns';
import { cellsOf, nameOfCell } from './grid';
import { Given, Study, Unit, UnitResult, WHOLE } from './unit';

/** What the units have brought, by their names. */
export type Results = ReadonlyMap<string, UnitResult>;

/** Into how many parts a walk-forward cuts the time unless it is said, and the fewest candles of one. */
const PARTS = 4;
const LEAST_CANDLES_OF_PART = 1_000;

/** A fifth lower and higher, of each parameter that is a number; whole where it must be. */
export function neighbours(strategy: Strategy, params: Given): readonly [name: string, value: string][] {
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

/** The parameters as given, with one change. */
export interface Change {
  readonly name: string;
  readonly params: Given;
}

export function neighbourChanges({
  setup,
}: Study): readonly (Change & { parameter: string; value: string })[] {
  const { params } = setup.strategy.prepare(setup.bot, setup.params);
  return neighbours(setup.strategy, params).map(([parameter, value]) => ({
    name: `${parameter}=${value}`,
    params: { ...setup.params, [parameter]: value },
    parameter,
    value,
  }));
}

export const cellChanges = ({ setup, grid }: Study): readonly (Change & { cell: Record<string, string> })[] =>
  cellsOf(grid).map((cell) => ({
    name: `cell ${nameOfCell(cell)}`,
    params: { ...setup.params, ...cell },
    cell,
  }));

/** One part of a walk-forward: the candles in which is chosen, and those behind them in which the choice is tried. */
export interface WalkPart {
  readonly chosen: Unit;
  readonly candidates: readonly Unit[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** No parts where the time is too short to be cut. */
export function walkParts(study: Study, results: Results): readonly WalkPart[] {
  const { setup, data, parts = PARTS } = study;
  const length = Math.floor(lengthOf(data) / parts);
  if (length < LEAST_CANDLES_OF_PART) return [];
  const span = intervalMs(data.interval);
  const changes: readonly Change[] = [
    { name: 'as given', params: setup.params ?? {} },
    ...neighbourChanges(study),
  ];
  return Array.from({ length: parts - 1 }, (_, at): WalkPart => {
    const [from, middle, to] = [at, at + 1, at + 2].map((place) => place * length) as [
      number,
      number,
      number,
    ];
    const candidates = changes.map(({ name, params }): Unit => ({
      name: `part ${at + 1}: ${name}`,
      params,
      from,
      to: middle,
    }));
    const fromMs = data.firstOpenMs + middle * span;
    // What comes before the part warms the indicators up.
    const { params } = bestOf(candidates, results);
    const chosen = { name: `part ${at + 2}: the best before`, params, from, to, fromMs };
    return { chosen, candidates, fromMs, toMs: data.firstOpenMs + to * span };
  });
}

/** The first of those that did best; the first of all as long as none is known. */
export function bestOf(candidates: readonly Unit[], results: Results): Unit {
  const netOf = ({ name }: Unit): number => results.get(name)?.summary?.netReturn ?? -Infinity;
  return candidates.reduce((best, each) => (netOf(each) > netOf(best) ? each : best));
}

/** Those that were not run and can be: what depends on others comes when those are known. None: the study is over. */
export function nextUnits(study: Study, results: Results): readonly Unit[] {
  const { setup, data } = study;
  const all = { from: 0, to: lengthOf(data) };
  const whole: Unit = { name: WHOLE, params: setup.params ?? {}, ...all };
  const changes = [...neighbourChanges(study), ...cellChanges(study)];
  const parts = walkParts(study, results);
  return [
    whole,
    ...changes.map(({ name, params }): Unit => ({ name, params, ...all })),
    ...parts.flatMap(({ candidates }) => candidates),
    ...parts
      .filter(({ candidates }) => candidates.every(({ name }) => results.has(name)))
      .map(({ chosen }) => chosen),
  ].filter(({ name }) => !results.has(name));
}

/** How many units the study has altogether. */
export function unitCount(study: Study): number {
  const parts = walkParts(study, new Map());
  return (
    1 +
    neighbourChanges(study).length +
    cellChanges(study).length +
    parts.reduce((sum, { candidates }) => sum + candidates.length + 1, 0)
  );
}
