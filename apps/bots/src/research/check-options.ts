/** What is wrong with what a backtest was asked to do, but for its parameters, before anything is run. */
import { ResearchKind, ResearchOptions } from '@elvis/contracts';
import { cellsOf } from '@elvis/backtest';
import { DATA_NAMES, generatedDays, symbolOfData } from '@elvis/research';
import { isInterval } from '@elvis/strategy';
import { MINUTE_MS } from '@elvis/trading';
import type { StrategyWish } from '../runner/step-call';
import type { StrategyDescription } from '../runner/strategies';

/** Three years of minutes. */
const MOST_CANDLES = 1_600_000;
const MOST_CELLS = 1_000;
const MINUTES_A_DAY = 1_440;
export const STORE = 'store';

export function optionProblems(
  kind: ResearchKind,
  options: ResearchOptions,
  { parameters }: Pick<StrategyDescription, 'parameters'>,
): readonly string[] {
  return [
    ...dataProblems(options),
    ...gridProblems(kind, options, Object.keys(parameters)),
    ...(options.parts !== undefined && kind !== 'walk-forward' ? ['parts are those of a walk-forward'] : []),
    ...(isInterval(options.interval)
      ? []
      : [`interval ${options.interval} cannot be stepped on; take one up to 1d`]),
  ];
}

/** What the strategy is to take; undefined where the interval is none. */
export const wishOf = ({
  strategy,
  interval,
  data,
  symbol,
  parameters,
}: ResearchOptions): StrategyWish | undefined =>
  isInterval(interval)
    ? { strategy, interval, parameters, symbol: data === STORE ? symbol : (symbolOfData(data) ?? symbol) }
    : undefined;

function dataProblems({ data, fromMs, toMs }: ResearchOptions): readonly string[] {
  const problems: string[] = [];
  if (data !== STORE) {
    if (symbolOfData(data) === undefined)
      problems.push(`there are no data ${data}; there are ${[...DATA_NAMES, STORE].join(', ')}`);
    const days = generatedDays(data);
    if (days !== undefined && (days < 1 || days * MINUTES_A_DAY > MOST_CANDLES))
      problems.push(`from 1 to ${Math.floor(MOST_CANDLES / MINUTES_A_DAY)} days are generated, not ${days}`);
    if (fromMs !== undefined || toMs !== undefined) problems.push('from and to are those of data "store"');
    return problems;
  }
  for (const [name, timeMs] of [['from', fromMs] as const, ['to', toMs] as const])
    if (timeMs !== undefined && timeMs % MINUTE_MS !== 0) problems.push(`${name} must be a whole minute`);
  if (fromMs !== undefined && toMs !== undefined) {
    if (fromMs >= toMs) problems.push('from must be before to');
    if ((toMs - fromMs) / MINUTE_MS > MOST_CANDLES)
      problems.push(`at most ${MOST_CANDLES} minutes are read, which are three years`);
  }
  if (fromMs !== undefined && toMs === undefined) problems.push('to must be given with from');
  return problems;
}

function gridProblems(
  kind: ResearchKind,
  { grid }: ResearchOptions,
  parameters: readonly string[],
): readonly string[] {
  if (kind !== 'grid') return grid === undefined ? [] : ['grid is that of POST /api/v1/backtests/grid'];
  const lines = Object.entries(grid ?? {});
  if (lines.length === 0) return ['grid must name at least one parameter with its values'];
  const unknown = lines.map(([name]) => name).filter((name) => !parameters.includes(name));
  const known = parameters.join(', ');
  const problems = unknown.map((name) => `grid.${name} is unknown; there are ${known}`);
  for (const [name, values] of lines) {
    const isList =
      Array.isArray(values) && values.length > 0 && values.every((value) => typeof value === 'string');
    if (!isList) problems.push(`grid.${name} must be a list of values as strings`);
    else if (new Set(values).size !== values.length) problems.push(`grid.${name} names a value twice`);
  }
  const cells = problems.length > 0 ? 0 : cellsOf(grid!).length;
  return cells > MOST_CELLS ? [`grid makes ${cells} combinations; at most ${MOST_CELLS} are run`] : problems;
}
