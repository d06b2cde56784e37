/**
 * `npm run check`: everything about the sources that a machine can judge without running them. All checks run even
 * when one fails, two at a time; the output of a failed one is shown whole, and the end is one line per check.
 * `npm run check -- types lint` runs only these.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { prepare, ROOT, SOURCES } from './prepare.mjs';

const bin = (...path) => join(ROOT, 'node_modules', ...path);
const folders = SOURCES.filter((name) => existsSync(join(ROOT, name)));
const CHECKS = {
  types: ['.', join('apps', 'dashboard', 'page')].map((project) => [
    bin('typescript', 'bin', 'tsc'),
    '--noEmit',
    '-p',
    project,
  ]),
  lint: [bin('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', ...folders],
  boundaries: [
    bin('dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
    ...folders,
    '--config',
    '.dependency-cruiser.cjs',
  ],
  format: [bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.'],
  docs: [bin('jest', 'bin', 'jest.js'), '--maxWorkers=1', 'test/docs', 'test/deployment', 'test/lua'],
  house: [bin('jest', 'bin', 'jest.js'), '--maxWorkers=1', 'test/house'],
  deadcode: [bin('knip', 'bin', 'knip.js'), '--no-progress'],
  manifests: [join('dist', 'scripts', 'manifests', 'check-manifests.js')],
};

await prepare();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in CHECKS));
if (unknown.length > 0) {
  console.error(`No such check: ${unknown.join(', ')}. There are: ${Object.keys(CHECKS).join(', ')}`);
  process.exit(64);
}
const names = Object.keys(CHECKS).filter((name) => wanted.length === 0 || wanted.includes(name));
const results = new Map();
const waiting = [...names];
await Promise.all([work(), work()]);

for (const name of names) {
  const { code, output, seconds } = results.get(name);
  if (code !== 0) console.log(`\n--- ${name} ---\n${output.trim()}`);
  else if (name === 'manifests') console.log(output.trim());
  results.set(name, { code, seconds });
}
console.log('');
for (const [name, { code, seconds }] of results) {
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${seconds.toFixed(1)} s`);
}
process.exitCode = [...results.values()].every(({ code }) => code === 0) ? 0 : 1;

async function work() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const startedAt = performance.now();
    const programs = Array.isArray(CHECKS[name][0]) ? CHECKS[name] : [CHECKS[name]];
    const ended = [];
    for (const args of programs) ended.push(await runProgram(args));
    results.set(name, {
      code: Math.max(...ended.map(({ code }) => code)),
      output: ended.map(({ output }) => output).join(''),
      seconds: (performance.now() - startedAt) / 1_000,
    });
  }
}

function runProgram(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => (output += chunk);
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const end = (code) => resolve({ code, output });
    child.on('error', (error) => ((output += error.message), end(1)));
    child.on('exit', (code) => end(code ?? 1));
  });
}
