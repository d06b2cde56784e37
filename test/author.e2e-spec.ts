/**
 * Follows docs/strategies.md and docs/backtest.md as a new author would, in a copy of the working tree without anything
 * that was built or run: files are written where the page says, commands are run one by one, and what the page shows of
 * their output must be there. Figures may differ: another engine of JavaScript may round a logarithm otherwise.
 */
import type { BacktestReport } from '@elvis/backtest';
import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Block, blocksOf, linesMissing } from './author/page';

const ROOT = process.cwd();
let clone = '';
let printed = '';

beforeAll(() => void (clone = copyOfTree()));
afterAll(() => rmSync(clone, { recursive: true, force: true }));

it('begins with a backtest, the first command of a fresh clone', async () => {
  const beganAtMs = performance.now();
  const output = await run('npm run backtest -- ema-crossover');
  const seconds = Math.round((performance.now() - beganAtMs) / 1_000);
  expect(output).toMatch(/\nReport: \.elvis\/backtests\/.*\nNext: /);
  const [, report = ''] = /Report: (\S+)/.exec(output) ?? [];
  expect(existsSync(join(clone, report))).toBe(true);
  console.log(`First backtest of a fresh clone: ${seconds} s, compiling included`);
}, 300_000);

describe.each(['docs/strategies.md', 'docs/backtest.md'])('%s', (page) => {
  it.each(blocksOf(readFileSync(page, 'utf8')))(
    '$title',
    async ({ language, text, path }: Block) => {
      if (language === 'ts') writeFileSync(join(clone, path!), text);
      if (language === 'text') expect(linesMissing(text, printed)).toEqual([]);
      if (language !== 'sh') return;
      printed = '';
      for (const command of text.trim().split('\n')) printed += await run(command);
    },
    300_000,
  );
});

it('names the code of a strategy alike where it is checked, backtested, and chosen and started as a bot', async () => {
  const [, checked] = /^Code: (\w+)$/m.exec(await run('npm run strategy -- check my-trend')) ?? [];
  const home = join(clone, '.elvis', 'backtests');
  const [report = ''] = readdirSync(home).filter((name) => name.startsWith('my-trend'));
  const { hashes } = JSON.parse(readFileSync(join(home, report, 'report.json'), 'utf8')) as BacktestReport;
  const program = `require('reflect-metadata');
    const { StrategyCatalogue } = require('./dist/apps/bots/src/lifecycle/strategy-catalogue');
    new StrategyCatalogue(undefined, {}).list().then((items) => {
      console.log(items.find(({ name }) => name === 'my-trend').codeHash);
      console.log(require('./dist/libs/research/src').codeHashOf('my-trend'));
    });`;
  writeFileSync(join(clone, 'codes.js'), program);
  const ofBots = (await run('node codes.js')).trim().split('\n');
  expect(checked).toMatch(/^[0-9a-f]{64}$/);
  expect([hashes.strategy, ...ofBots]).toEqual([checked, checked, checked]);
});

/** What git knows or would add; packages are those of this tree. */
function copyOfTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'elvis-author-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  for (const path of listed.toString().split('\0'))
    if (path !== '' && existsSync(path)) cpSync(path, join(copy, path));
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** @throws Error for a command that fails, with what it printed */
function run(command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    // Servers' programs are looked for where this tree has them.
    const env = { ...process.env, ELVIS_HOME: join(ROOT, '.elvis'), FORCE_COLOR: '0' };
    const child = spawn('bash', ['-ec', command], { cwd: clone, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => (output += part.toString()));
    child.once('error', reject).once('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ended with ${code}:\n${output}`));
    });
  });
}
