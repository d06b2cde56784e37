/** Every `.lua` file of the repository, with what it includes, is compiled by Redis itself; there is no Lua elsewhere. */
import { Redis, readLua } from '@elvis/platform';
import { PrivateRedis, startRedis } from '@elvis/testing';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { readSources } from '../scripts/sources';

const ROOT = join(__dirname, '..');
const FOLDERS = ['apps', 'libs', 'tools', 'testing', 'test', 'bench'];
const FILES = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.lua'))
    .map((entry) => join(entry.parentPath, entry.name)),
);

const holdsLua = (text: string): boolean => /\bredis\.p?call\(/.test(text);

describe('the Lua scripts', () => {
  let server: PrivateRedis;
  let redis: Redis;

  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis({ host: server.host, port: server.port, password: server.password, protocol: 2 });
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });
  const compile = (path: string): Promise<unknown> =>
    redis.script('LOAD', readLua(dirname(dirname(path)), basename(path, '.lua')));
  const plant = (text: string): string => {
    const path = join(mkdtempSync(join(tmpdir(), 'lua-')), 'lua', 'planted.lua');
    mkdirSync(dirname(path));
    writeFileSync(path, text);
    return path;
  };

  it.each(FILES.map((path) => [path.slice(ROOT.length + 1), path]))('%s compiles', async (_name, path) => {
    await expect(compile(path)).resolves.toMatch(/^[0-9a-f]{40}$/);
  });

  it('are found, and a broken one would be noticed', async () => {
    expect(FILES.length).toBeGreaterThan(10);
    await expect(compile(plant('local function redis_ms(\nend\n'))).rejects.toThrow('compiling script');
    await expect(compile(plant('--- @include "clock"\nreturn redis_ms()\n'))).resolves.toBeDefined();
    const path = plant('--- @include "no-such"\n');
    expect(() => readLua(dirname(dirname(path)), 'planted')).toThrow('which does not exist');
  });

  it('write amounts of the exposure through `set-reservation` alone, which keeps its sums', () => {
    const writes = /redis\.p?call\('H(SET|DEL|SETNX|INCRBY)\w*', exposure\b/;
    const writers = FILES.filter((path) => writes.test(readFileSync(path, 'utf8')));
    expect(writers.map((path) => basename(path)).sort()).toEqual([
      'complete-rebuild.lua',
      'own-reservation.lua',
      'set-reservation.lua',
    ]);
    const inTypeScript =
      /\bh(set|del|setnx|incrby)\(\s*EXPOSURE_KEY\b|replaceFields\(\s*[\w.]+,\s*EXPOSURE_KEY\b/;
    const sources = [...readSources(['apps', 'libs', 'tools'])].filter(
      ([path]) => !path.endsWith('.spec.ts'),
    );
    expect(sources.filter(([, text]) => inTypeScript.test(text)).map(([path]) => path)).toEqual([]);
    expect(writes.test("redis.call('HSET', exposure, field, handed)")).toBe(true);
    expect(inTypeScript.test('redis.hdel(EXPOSURE_KEY, field)')).toBe(true);
  });

  it('are nowhere but in `.lua` files', () => {
    const sources = [...readSources(FOLDERS)].filter(([path]) => !path.endsWith('.spec.ts'));
    expect(sources.filter(([, text]) => holdsLua(text)).map(([path]) => path)).toEqual([]);
    expect(holdsLua("const END = `if redis.call('GET', KEYS[1]) == ARGV[1] then return 1 end`;")).toBe(true);
  });
});
