// Mutation testing of the rules that money depends on: `npm run mutants [-- glob...]`. Slow, so not part of CI; fails below 90 % killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from './prepare.mjs';

/** Each is tried by its own specs alone (`scripts/mutants/quick-runner.mjs` runs them): those of what leans on it would be run for every mutant too. */
const PARTS = [
  'libs/rules/src',
  'libs/trading/src',
  'libs/backtest/src',
  'libs/statistics/src',
  'libs/strategy/src',
  'apps/risk/src/kill-switch/domain',
  'apps/risk/src/limits/domain',
  'apps/risk/src/fleet/domain',
];
const SPECS = ['!**/*.spec.ts', '!**/index.ts'];

const asked = process.argv.slice(2);
const stryker = join(ROOT, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');

const strange = asked.filter((glob) => !PARTS.some((part) => glob.startsWith(part)));
if (strange.length > 0) {
  console.error(`Unknown part ${strange.join(' ')}: mutants are made only of ${PARTS.join(', ')}`);
  process.exit(1);
}
for (const part of PARTS) {
  const globs = asked.length === 0 ? [`${part}/**/*.ts`] : asked.filter((glob) => glob.startsWith(part));
  if (globs.length === 0) continue;
  const args = ['run', 'stryker.config.json', '--mutate', [...globs, ...SPECS].join(',')];
  const env = { ...process.env, MUTANTS_OF: part };
  const [code] = await once(
    spawn(process.execPath, [stryker, ...args], { cwd: ROOT, env, stdio: 'inherit' }),
    'exit',
  );
  process.exitCode ||= code ?? 1;
}
