import { DENIAL_CODES, FAILURES } from '@elvis/trading';
import { readFileSync } from 'node:fs';

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
});
