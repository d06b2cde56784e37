/** The strategies that bots may run: those that are shipped, and those of a folder of the operator's own. */
import type { Strategy } from '@elvis/strategy';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { STRATEGIES } from '../../../../strategies';

const OWN = /\.strategy\.js$/;

/** @param folder compiled files `<name>.strategy.js`; undefined: none. @throws Error for one that exports no strategy */
export function strategiesWith(folder: string | undefined): readonly Strategy[] {
  if (folder === undefined) return STRATEGIES;
  const own = readdirSync(folder)
    .filter((file) => OWN.test(file))
    .map((file) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- which files there are is known at run time alone
      const { default: strategy } = require(join(folder, file)) as { default?: Strategy };
      if (!strategy || `${strategy.name}.strategy.js` !== file)
        throw new Error(`${file} must export the strategy whose name it has as its default`);
      return strategy;
    });
  return [...STRATEGIES, ...own];
}
