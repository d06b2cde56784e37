/**
 * Lua scripts as `.lua` files in `lua/` beside the code that runs them, read once at start. A line
 * `--- @include "name"` is replaced by that file: one beside the including file, else one of platform's own in
 * `store/lua`. Each comes once.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const SHARED = join(__dirname, 'lua');
const INCLUDE = /^--- @include "([\w/.-]+)"$/gm;

/**
 * The script's whole text.
 *
 * @param folder of the code that runs it
 * @param constants numbers and names that TypeScript knows as well, as locals before the first line
 * @throws Error a file that it includes does not exist
 */
export function readLua(
  folder: string,
  name: string,
  constants: Readonly<Record<string, number | string>> = {},
): string {
  const locals = Object.entries(constants).map(
    ([local, value]) => `local ${local} = ${JSON.stringify(value)}\n`,
  );
  return locals.join('') + withIncludes(join(folder, 'lua', `${name}.lua`), new Set());
}

function withIncludes(path: string, seen: Set<string>): string {
  seen.add(path);
  return readFileSync(path, 'utf8').replace(INCLUDE, (_line, name: string) => {
    const included = [dirname(path), SHARED]
      .map((folder) => join(folder, `${name}.lua`))
      .find((candidate) => existsSync(candidate));
    if (included === undefined)
      throw new Error(`Lua script ${path} includes "${name}", which does not exist`);
    return seen.has(included) ? '' : withIncludes(included, seen);
  });
}
