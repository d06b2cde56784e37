/** What a report was made by, as hashes: a change of any of it changes them. */
import { Hashes } from '@elvis/backtest';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

const BUILD = ['backtest', 'rules', 'simulation', 'statistics', 'strategy', 'trading'];

/** @param limits by which the rules judge */
export const hashesOf = (
  strategy: string,
  limits: Readonly<Record<string, string>>,
  root: string,
): Hashes => ({
  strategy: hashOfStrategy(strategy, root),
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

/** The file that runs decides, as it does for a bot: a bot is judged by the backtests of its own code. */
function hashOfStrategy(name: string, root: string): string {
  const source = join(root, 'strategies', `${name}.strategy.ts`);
  const compiled = join(root, 'dist', 'strategies', `${name}.strategy.js`);
  const candidates = __filename.endsWith('.js') ? [compiled, source] : [source, compiled];
  const file = candidates.find(existsSync);
  return file === undefined ? 'unknown' : sha256(readFileSync(file));
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
