// Mutation testing of the rules that money depends on: `npm run mutants [-- glob...]`. Slow, so not part of CI; fails below 90 % killed.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './prepare.mjs';

const globs = process.argv.slice(2);
const stryker = join(ROOT, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
const args = ['run', 'stryker.config.json', ...(globs.length > 0 ? ['--mutate', globs.join(',')] : [])];
spawn(process.execPath, [stryker, ...args], { cwd: ROOT, stdio: 'inherit' }).on('exit', (code) => {
  process.exitCode = code ?? 1;
});
