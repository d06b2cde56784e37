/** What a report was made by, as hashes: a change of any of it changes them. */
import { Hashes } from '@elvis/backtest';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';

export const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

/** Beside the libraries, in the sources as in what is compiled of them. */
const SHIPPED = join(__dirname, '../../../strategies');
const BUILD = ['backtest', 'rules', 'simulation', 'statistics', 'strategy', 'trading'];

/** @param limits by which the rules judge */
export const hashesOf = (
  strategy: string,
  limits: Readonly<Record<string, string>>,
  root: string,
): Hashes => ({
  strategy: codeHashOf(strategy),
  ...rulesAndBuild(limits, root),
});

/** The same without the strategy's own. */
export const rulesAndBuild = (
  limits: Readonly<Record<string, string>>,
  root: string,
): Omit<Hashes, 'strategy'> => ({
  rules: sha256(`${hashOfLibraries(['rules'], root)}\n${JSON.stringify(limits)}`),
  build: hashOfLibraries(BUILD, root),
});

/**
 * Names the code of a strategy: SHA-256 of the file that runs, for a check, a backtest and a bot alike.
 *
 * @param folder of the operator's own strategies, compiled; one that is there comes before a shipped one
 */
export function codeHashOf(name: string, folder?: string): string {
  const own = folder === undefined ? undefined : join(folder, `${name}.strategy.js`);
  const file = own && existsSync(own) ? own : join(SHIPPED, `${name}.strategy${extname(__filename)}`);
  return sha256(readFileSync(file));
}

function hashOfLibraries(names: readonly string[], root: string): string {
  const files = names.flatMap((name) => {
    const folder = join(root, 'dist', 'libs', name, 'src');
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js'))
      .map((file) => ({ name: `${name}/${file}`, path: join(folder, file) }));
  });
  if (files.length === 0) return 'unknown';
  return sha256(
    files
      .sort((one, other) => (one.name < other.name ? -1 : 1))
      .map(({ name, path }) => `${name}\n${readFileSync(path, 'utf8')}`)
      .join('\n'),
  );
}
