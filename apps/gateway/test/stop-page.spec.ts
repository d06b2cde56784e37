import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { opened } from '@elvis/testing';
import { startGatewayUnderTest, startServers } from './gateway-under-test';

const FILES = join(__dirname, '../src/stop-page/files');
const AT_MOST_BYTES = 12_000;

describe('the stop page', () => {
  const servers = opened(() => startServers());
  const gateway = opened(() => startGatewayUnderTest(servers));

  const load = (url: string) => gateway.call('GET', url, { key: null });

  it('is served without a key, whatever else is broken, and loads nothing but itself', async () => {
    const page = await load('/stop');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).not.toContain('unsafe');
    const named = [...page.text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, url]) => url ?? '');
    expect(named).toEqual(['/stop/stop.css', '/stop/stop.mjs']);
    for (const url of [...named, '/stop/texts.mjs']) expect((await load(url)).status).toBe(200);
  });

  it('is at most 12 kB with its script', () => {
    const bytes = readdirSync(FILES).reduce((sum, name) => sum + readFileSync(join(FILES, name)).length, 0);
    expect(bytes).toBeLessThanOrEqual(AT_MOST_BYTES);
  });

  it('has each of its words in both languages', () => {
    const text = readFileSync(join(FILES, 'texts.mjs'), 'utf8');
    const { en, tr } = runInNewContext(`${text.replace('export const', 'const')}; TEXTS;`) as Record<
      'en' | 'tr',
      Record<string, unknown>
    >;
    const namesOf = (words: object): string[] =>
      Object.entries(words).flatMap(([name, word]) =>
        typeof word === 'object' && word !== null
          ? namesOf(word as object).map((inner) => `${name}.${inner}`)
          : name,
      );
    expect(namesOf(tr)).toEqual(namesOf(en));
    const used = [...readFileSync(join(FILES, 'stop.html'), 'utf8').matchAll(/data-text="(\w+)"/g)];
    for (const [, name] of used) expect(en).toHaveProperty(name ?? '');
  });
});
