import { DENIAL_CODES, FAILURES } from '@elvis/trading';
import { readFileSync, readdirSync } from 'node:fs';

const codesOf = (page: string): string[] =>
  [...page.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code]) => code ?? '');

describe('the pages that a test can check', () => {
  it('explains every code in docs/errors.md, and no code that does not exist', () => {
    const explained = codesOf(readFileSync('docs/errors.md', 'utf8'));
    expect(explained.sort()).toEqual([...DENIAL_CODES, ...Object.keys(FAILURES)].sort());
  });

  it('gives each code something to do about it', () => {
    const rows = readFileSync('docs/errors.md', 'utf8').match(/^\| `[A-Z_]+` .*$/gm) ?? [];
    for (const row of rows) expect(row.split('|').at(-2)?.trim()).toMatch(/\w/);
  });

  it.each(readdirSync('docs').filter((name) => name.endsWith('.md')))(
    'names no test and no command in docs/%s that does not exist',
    (name) => {
      const page = readFileSync(`docs/${name}`, 'utf8');
      const tests = [...page.matchAll(/`(\S+spec\.ts)` "([^"]+)"/g)];
      const missing = tests.filter(
        ([, file = '', title = '']) => !readFileSync(file, 'utf8').includes(title),
      );
      expect(missing.map(([cited]) => cited)).toEqual([]);
      const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
        scripts: Record<string, string>;
      };
      const commands = [...page.matchAll(/npm run (?:--silent )?([a-z][a-z:-]*)/g)].map(
        ([, command]) => command,
      );
      expect(Object.keys(scripts)).toEqual(expect.arrayContaining(commands));
    },
  );

  it('has a row in docs/controls.md for every line of the checklist', () => {
    const page = readFileSync('docs/controls.md', 'utf8');
    const lines = [...page.matchAll(/^\| (\d+) /gm)].map(([, line]) => Number(line));
    expect(lines).toEqual(Array.from({ length: 43 }, (_, place) => place + 1));
  });
});
