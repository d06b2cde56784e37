import { DENIAL_CODES, FAILURES } from '@elvis/trading';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const codesOf = (page: string): string[] =>
  [...page.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code]) => code ?? '');

/** Every page of the project but the changelog, which speaks of what was. */
const PAGES = execFileSync('git', ['ls-files', '*.md'], { encoding: 'utf8' })
  .split('\n')
  .filter((page) => page !== '' && page !== 'CHANGELOG.md' && existsSync(page));
const FOLDERS = 'apps|libs|scripts|tools|testing|test|bench|docs|k8s|nginx|examples';

/** Paths that a page names: in backticks from the project's top, in links from the page's own folder. */
const pathsIn = (page: string): string[] => {
  const text = readFileSync(page, 'utf8').replace(/```[\s\S]*?```/g, '');
  const named = [...text.matchAll(new RegExp(`\`((?:${FOLDERS})/[^\`\\s]*)\``, 'g'))].map(
    ([, path = '']) => path,
  );
  const linked = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, path = '']) =>
    join(dirname(page), path),
  );
  return [
    ...named.filter((path) => !/[*<>{}]/.test(path)).map((path) => path.replace(/:\d+$/, '')),
    ...linked,
  ];
};

describe('the pages that a test can check', () => {
  it('explains every code in docs/errors.md, and no code that does not exist', () => {
    const explained = codesOf(readFileSync('docs/errors.md', 'utf8'));
    expect(explained.sort()).toEqual([...DENIAL_CODES, ...Object.keys(FAILURES)].sort());
  });

  it('gives each code something to do about it', () => {
    const rows = readFileSync('docs/errors.md', 'utf8').match(/^\| `[A-Z_]+` .*$/gm) ?? [];
    for (const row of rows) expect(row.split('|').at(-2)?.trim()).toMatch(/\w/);
  });

  it.each(PAGES)('names no test and no command in %s that does not exist', (name) => {
    const page = readFileSync(name, 'utf8');
    const tests = [...page.matchAll(/`(\S+spec\.ts)` "([^"]+)"/g)];
    const missing = tests.filter(([, file = '', title = '']) => !readFileSync(file, 'utf8').includes(title));
    expect(missing.map(([cited]) => cited)).toEqual([]);
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    const commands = [...page.matchAll(/npm run (?:--silent )?([a-z][a-z:-]*)/g)].map(
      ([, command]) => command,
    );
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(commands));
  });

  it.each(PAGES)('names no path in %s that does not exist', (page) => {
    expect(pathsIn(page).filter((path) => !existsSync(path) && !existsSync(`${path}.ts`))).toEqual([]);
  });

  it('has a test in docs/bots-tests.md for every line that bots are judged by, and for every old defect', () => {
    const page = readFileSync('docs/bots-tests.md', 'utf8');
    const lines = [...page.matchAll(/^\| ([BTO]\d+) .*`/gm)].map(([, line]) => line);
    const bots = Array.from({ length: 20 }, (_, at) => `B${at + 1}`).filter((line) => line !== 'B12');
    expect(lines).toEqual([...bots, 'T1', 'T9', 'O1', 'O2', 'O7']);
    const [, defects = ''] = page.split('## What the systems before got wrong');
    expect(defects.match(/spec\.ts` "/g)).toHaveLength(11);
  });

  it('has a test in docs/go-no-go-tests.md for every line that judgements are judged by', () => {
    const page = readFileSync('docs/go-no-go-tests.md', 'utf8');
    const lines = [...page.matchAll(/^\| (G\d+) .*spec\.ts` "/gm)].map(([, line]) => line);
    expect(lines).toEqual(Array.from({ length: 12 }, (_, at) => `G${at + 1}`));
  });

  it('has a row in docs/dashboard-tests.md for every line that the page is judged by', () => {
    const page = readFileSync('docs/dashboard-tests.md', 'utf8');
    const lines = [...page.matchAll(/^\| (W\d+) /gm)].map(([, line]) => line);
    expect(lines).toEqual(Array.from({ length: 22 }, (_, at) => `W${at + 1}`));
  });

  it('has a row in docs/front-tests.md for every line that the Binance front is judged by', () => {
    const page = readFileSync('docs/front-tests.md', 'utf8');
    const lines = [...page.matchAll(/^\| (D\d+) /gm)].map(([, line]) => line);
    const judged = [1, 2, 3, 4, 5, 6, 10, 11, 12, 13, 14, 15, 20, 21, 22, 23, 24, 25, 26, 27];
    judged.push(30, 31, 32, 33, 34, 35, 36, 40, 41, 42, 50, 51, 60, 61, 62, 63, 64);
    expect(lines).toEqual(judged.map((line) => `D${line}`));
  });

  it('has a row in docs/controls.md for every line of the checklist', () => {
    const page = readFileSync('docs/controls.md', 'utf8');
    const lines = [...page.matchAll(/^\| (\d+) /gm)].map(([, line]) => Number(line));
    expect(lines).toEqual(Array.from({ length: 43 }, (_, place) => place + 1));
  });
});
