// Mutation testing of the rules that money depends on: `npm run mutants [-- glob...]`. Slow, so not part of CI; fails below 90 %
// killed. `npm run mutants -- --lines 150 --seed 1 libs/rules/src` tries a sample: so many lines of code, drawn from the seed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { ROOT } from './prepare.mjs';

/** Each is tried by its own specs alone (`scripts/mutants/quick-runner.mjs` runs them): those of what leans on it would be run for every mutant too. */
const PARTS = [
  'libs/rules/src',
  'libs/simulation/src',
  'libs/trading/src',
  'libs/backtest/src',
  'libs/statistics/src',
  'libs/strategy/src',
  'apps/risk/src/kill-switch/domain',
  'apps/risk/src/limits/domain',
  'apps/risk/src/fleet/domain',
];
const SPECS = ['!**/*.spec.ts', '!**/index.ts'];

const { values, positionals: asked } = parseArgs({
  allowPositionals: true,
  options: { lines: { type: 'string' }, seed: { type: 'string', default: '1' } },
});
const stryker = join(ROOT, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');

const strange = asked.filter((glob) => !PARTS.some((part) => glob.startsWith(part)));
if (strange.length > 0) {
  console.error(`Unknown part ${strange.join(' ')}: mutants are made only of ${PARTS.join(', ')}`);
  process.exit(1);
}
const wanted = values.lines === undefined ? asked : sample(Number(values.lines), Number(values.seed));
for (const part of PARTS) {
  const globs =
    wanted.length === 0
      ? [`${part}/**/*.ts`]
      : wanted.filter((glob) => glob.startsWith(`${part}/`) || glob === part);
  if (globs.length === 0) continue;
  const args = ['run', 'stryker.config.json', '--mutate', [...globs, ...SPECS].join(',')];
  const env = { ...process.env, MUTANTS_OF: part };
  const [code] = await once(
    spawn(process.execPath, [stryker, ...args], { cwd: ROOT, env, stdio: 'inherit' }),
    'exit',
  );
  process.exitCode ||= code ?? 1;
}

/** Lines of code, drawn without putting back; each as Stryker names a range. */
function sample(count, seed) {
  const lines = (asked.length > 0 ? asked : PARTS).flatMap(linesOf);
  const random = xoroshiro128plus(seed);
  return Array.from({ length: Math.min(count, lines.length) }, () =>
    lines.splice((random.next() >>> 0) % lines.length, 1).at(0),
  );
}

function linesOf(part) {
  const files = readdirSync(join(ROOT, part), { recursive: true })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.endsWith('index.ts'))
    .sort();
  return files.flatMap((file) =>
    readFileSync(join(ROOT, part, file), 'utf8')
      .split('\n')
      .flatMap((text, at) =>
        /^\s*(import|export \{|export \*|\/?\*|\/\/|readonly|[}\])]*;?$)/.test(text)
          ? []
          : [`${part}/${file}:${at + 1}-${at + 1}`],
      ),
  );
}
