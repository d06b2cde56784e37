/** What must stand nowhere in the services' own code, and therefore needs no care where it would be used. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const SOURCES = execFileSync('git', ['ls-files', 'apps/*/src/*.ts', 'libs/*/src/*.ts'], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && !file.endsWith('.spec.ts') && !file.includes('/testing/'));

/** Redis names its scripts by SHA-1, and has a command of that name that runs them on the server. */
const REDIS_OWN = /redis\.eval\(|this\.sha = createHash\('sha1'\)/g;

const linesWith = (pattern: RegExp): readonly string[] =>
  SOURCES.flatMap((file) =>
    readFileSync(file, 'utf8')
      .replace(REDIS_OWN, '')
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}`] : [])),
  );

describe('the code of the services', () => {
  it.each([
    ['text that becomes code', /\beval\(|\bnew Function\(|\bvm\.|from 'node:vm'/],
    ['an expression made of text', /\bnew RegExp\(/],
    [
      'a certificate that is not looked at',
      /rejectUnauthorized|NODE_TLS_REJECT_UNAUTHORIZED|checkServerIdentity/,
    ],
    ['a weak hash or cipher', /createHash\('(md5|sha1)'|createCipher\(|-ecb|-cbc/i],
    ['a random number that can be guessed', /Math\.random\(\)[^;]*(token|secret|password|nonce)/i],
  ])('has no %s', (_what, pattern) => {
    expect(linesWith(pattern)).toEqual([]);
  });

  it('gives a cookie to browsers that sign in, and to nothing else', () => {
    const isSession = (line: string): boolean =>
      line.startsWith('apps/gateway/src/users/browser-sessions.ts:');
    expect(linesWith(/set-cookie|setCookie|@fastify\/cookie/i).filter((line) => !isSession(line))).toEqual(
      [],
    );
  });

  it('starts no program, but where it is one itself that a developer runs', () => {
    const isCommand = (line: string): boolean => /^apps\/[^/]+\/src\/programs\//.test(line);
    expect(linesWith(/child_process/).filter((line) => !isCommand(line))).toEqual([]);
  });

  it('has no thread but those in which strategies run', () => {
    const elsewhere = linesWith(/worker_threads/).filter(
      (line) => !/^apps\/bots\/src\/(runner|research\/study)\//.test(line),
    );
    expect(elsewhere).toEqual([]);
  });

  it('is looked at at all', () => {
    expect(SOURCES.length).toBeGreaterThan(300);
    expect(linesWith(/createHash\('sha256'/).length).toBeGreaterThan(0);
  });
});
