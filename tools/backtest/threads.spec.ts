/** A study on several threads is the study on one. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TrialLedger } from './records/trial-ledger';
import { WordProblems, readWords } from './words';

const ROOT = join(__dirname, '..', '..');
const PROGRAM = [join(ROOT, 'scripts', 'operate.mjs'), 'tools/backtest/backtest'];
const WORDS = ['ema-crossover', '--data', 'generated:31:5', '--grid', 'fast=5,8', '--grid', 'slow=21,8'];

describe('a backtest on threads', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'elvis-threads-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** In a process of its own, with the time zone and the language that are given. */
  const reportOn = (threads: number, zone: string, language: string): readonly [string, string] => {
    const out = join(folder, `on-${threads}`);
    const given = [`TZ=${zone}`, `LC_ALL=${language}`, process.execPath, ...PROGRAM, ...WORDS];
    execFileSync('env', [...given, '--threads', `${threads}`, '--out', out], { cwd: ROOT });
    const [name] = readdirSync(out).filter((each) => each.startsWith('ema-crossover'));
    expect(new TrialLedger(out).trials()).toHaveLength(4);
    return [name!, readFileSync(join(out, name!, 'report.json'), 'utf8')];
  };

  it('has the same bytes on one and on three, in whichever zone and language', () => {
    expect(reportOn(3, 'Pacific/Kiritimati', 'de_DE.UTF-8')).toEqual(reportOn(1, 'America/New_York', 'C'));
  }, 180_000);

  it.each(['0', '1.5', 'many', '1000'])('is not run on %s threads', (threads) =>
    expect(() => readWords(['grid', '--threads', threads])).toThrow(WordProblems),
  );
});
