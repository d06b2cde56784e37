/** The strategies that bots may run: those that are shipped, and those of a folder of the operator's own. */
import type { StrategyView } from '@elvis/contracts';
import { Interval, ParameterProblems, Strategy } from '@elvis/strategy';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { STRATEGIES } from '../../../../strategies';
import type { StrategyWish } from './step-call';

const OWN = '.strategy.js';

/** What a strategy says of itself; its code's hash is its file's. */
export type StrategyDescription = Omit<StrategyView, 'codeHash'>;

/** @param folder compiled files `<name>.strategy.js`; undefined: none */
export const ownNames = (folder: string | undefined): readonly string[] =>
  folder === undefined
    ? []
    : readdirSync(folder)
        .filter((file) => file.endsWith(OWN))
        .map((file) => file.slice(0, -OWN.length));

export const shippedStrategy = (name: string): Strategy | undefined =>
  STRATEGIES.find((strategy) => strategy.name === name);

/**
 * Loads the file of an own strategy, and no other's. Its code may never return: for threads that are ended then.
 *
 * @throws RangeError for a name that no strategy has; Error for a file that exports no strategy of its name
 */
export function strategyOf(name: string, folder: string | undefined): Strategy {
  const shipped = shippedStrategy(name);
  if (shipped) return shipped;
  if (folder === undefined || !ownNames(folder).includes(name))
    throw new RangeError(`There is no strategy ${name}`);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- which files there are is known at run time alone
  const { default: strategy } = require(join(folder, `${name}${OWN}`)) as { default?: Strategy };
  if (strategy?.name !== name)
    throw new Error(`${name}${OWN} must export the strategy whose name it has as its default`);
  return strategy;
}

export const descriptionOf = ({
  name,
  version,
  summary,
  takesSignals,
  parameters,
}: Strategy): StrategyDescription => ({
  name,
  version,
  summary,
  takesSignals,
  parameters: Object.fromEntries(
    Object.entries(parameters).map(([parameter, { form }]) => [parameter, form]),
  ),
});

/** What is wrong with the parameters, each with its name. */
export function parameterProblems(
  strategy: Strategy,
  { symbol, interval, parameters }: StrategyWish,
): readonly string[] {
  try {
    strategy.prepare({ symbol, interval: interval as Interval }, parameters);
    return [];
  } catch (error) {
    if (!(error instanceof ParameterProblems)) throw error;
    return error.problems.map((problem) => `parameters.${problem}`);
  }
}
