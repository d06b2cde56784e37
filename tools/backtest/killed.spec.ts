/** A run that was killed goes on where it was, and its report is the one of a run that was not. */
import { until } from '@elvis/testing';
import { ChildProcess, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operate } from './backtest';
import { TrialLedger } from './records/trial-ledger';
import { UnitJournal } from './records/unit-journal';

const ROOT = join(__dirname, '..', '..');
const RUN = ['ema-crossover', '--grid', 'fast=5,8'];
const WORDS = [...RUN, '--data', 'generated:3:5'];

describe('a backtest that was killed', () => {
  let folder: string;
  let said: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'elvis-killed-'));
    said = [];
    jest.spyOn(console, 'log').mockImplementation((...words: unknown[]) => void said.push(words.join(' ')));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(folder, { recursive: true, force: true });
  });

  const home = (name: string) => join(folder, name);
  const run = async (name: string) => {
    said = [];
    expect(await operate({ args: [...WORDS, '--out', home(name)], root: folder })).toBe(0);
  };
  const reportsIn = (name: string) =>
    readdirSync(home(name))
      .filter((each) => each.startsWith('ema-crossover'))
      .map((each) => [each, readFileSync(join(home(name), each, 'report.json'), 'utf8')]);
  const trialsIn = (name: string) => new TrialLedger(home(name)).trials().length;
  const journalIn = (name: string): string | undefined => {
    const place = join(home(name), 'unfinished');
    const [file] = existsSync(place) ? readdirSync(place) : [];
    return file === undefined ? undefined : join(place, file);
  };

  /** The undisturbed run, and all lines of its journal. */
  const undisturbed = async (): Promise<readonly string[]> => {
    // What would be removed at the end is kept beside.
    const kept = jest.spyOn(UnitJournal.prototype, 'remove').mockImplementation(() => undefined);
    await run('whole');
    kept.mockRestore();
    return readFileSync(journalIn('whole')!, 'utf8').trimEnd().split('\n');
  };

  it('goes on after any of its units, the last line written whole or not, and ends with the same bytes', async () => {
    const lines = await undisturbed();
    const name = readdirSync(join(home('whole'), 'unfinished'))[0]!;
    const at = [0, 1, 2, Math.floor(lines.length / 2), lines.length - 1, lines.length];
    for (const count of at) {
      for (const torn of ['', lines[Math.min(count, lines.length - 1)]!.slice(0, -7)]) {
        const place = `cut-${count}-${torn.length}`;
        mkdirSync(join(home(place), 'unfinished'), { recursive: true });
        const kept = lines.slice(0, count).map((line) => `${line}\n`);
        writeFileSync(join(home(place), 'unfinished', name), kept.join('') + torn);
        await run(place);
        expect(reportsIn(place)).toEqual(reportsIn('whole'));
        expect(trialsIn(place)).toBe(3);
        expect(journalIn(place)).toBeUndefined();
        if (count > 1) expect(said.join('\n')).toContain(`Went on after ${count - 1} runs`);
      }
    }
  }, 120_000);

  it('counts its trials once, though it was killed after they were counted', async () => {
    await undisturbed();
    await run('whole');
    expect(reportsIn('whole')).toHaveLength(1);
    expect(trialsIn('whole')).toBe(3);
    await run('whole');
    expect(trialsIn('whole')).toBe(6);
  });

  it('begins anew with another parameter', async () => {
    const [head = '', first = ''] = await undisturbed();
    const name = readdirSync(join(home('whole'), 'unfinished'))[0]!;
    mkdirSync(join(home('other'), 'unfinished'), { recursive: true });
    writeFileSync(join(home('other'), 'unfinished', name), `${head}\n${first}\n`);
    await operate({ args: [...WORDS, '--set', 'slow=30', '--out', home('other')], root: folder });
    expect(said.join('\n')).not.toContain('Went on');
  });

  it('goes on after SIGKILL, as a program', async () => {
    const children: ChildProcess[] = [];
    const start = (): Promise<{ code: number | null; output: string }> =>
      new Promise((resolve, reject) => {
        const args = [
          join(ROOT, 'scripts/operate.mjs'),
          'tools/backtest/backtest',
          ...RUN,
          '--data',
          'generated:20:5',
        ];
        const child = spawn(process.execPath, [...args, '--out', home('program')], { cwd: ROOT });
        children.push(child);
        let output = '';
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (part: Buffer) => (output += part.toString()));
        child.once('error', reject).once('close', (code) => resolve({ code, output }));
      });
    const first = start();
    const linesDone = () =>
      journalIn('program') ? readFileSync(journalIn('program')!, 'utf8').split('\n') : [];
    await until(() => linesDone().length > 3, 'three units are done', 60_000);
    children[0]!.kill('SIGKILL');
    expect((await first).code).toBeNull();
    expect(reportsIn('program')).toEqual([]);
    const second = await start();
    expect(second.output).toMatch(/Went on after \d+ runs that were finished/);
    expect(second.output).not.toMatch(/\r|\[#/);
    expect(second.code).toBe(0);
    cpSync(home('program'), home('kept'), { recursive: true });
    rmSync(home('program'), { recursive: true });
    expect(await start()).toMatchObject({ code: 0 });
    expect(reportsIn('program')).toEqual(reportsIn('kept'));
  }, 120_000);
});
