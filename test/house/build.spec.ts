/** The two ways to build, swc by `npm run build` and `nest build`, give programs that start and know the libraries. */
import { readSources } from '../../scripts/sources';
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

const ROOT = process.cwd();

const run = promisify(execFile);
const APPS = readdirSync(join(ROOT, 'apps'));

type Paths = Readonly<Record<string, readonly string[]>>;

/** Names of libraries that the two lists do not send to the same file. */
const differingPaths = (one: Paths, other: Paths): string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].filter(
    (name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]),
  );

const readJson = <T>(name: string): T => JSON.parse(readFileSync(join(ROOT, name), 'utf8')) as T;

describe('the paths of the libraries', () => {
  it('are the same for the type check and for the build', () => {
    const { compilerOptions } = readJson<{ compilerOptions: { paths: Paths } }>('tsconfig.json');
    const { jsc } = readJson<{ jsc: { paths: Paths } }>('.swcrc');
    expect(differingPaths(compilerOptions.paths, jsc.paths)).toEqual([]);
  });

  it('are reported where one list lacks a library, or sends it elsewhere', () => {
    const planted = { '@x/one': ['./one.ts'], '@x/two': ['./two.ts'] };
    expect(differingPaths(planted, { '@x/two': ['./two.ts'], '@x/one': ['./one.ts'] })).toEqual([]);
    expect(differingPaths(planted, { '@x/one': ['./one.ts'] })).toEqual(['@x/two']);
    expect(differingPaths({ '@x/one': ['./1.ts'] }, planted)).toEqual(['@x/one', '@x/two']);
  });
});

describe('nest build', () => {
  let out: string;

  // Below the project, so that what it builds finds the packages; not in dist/, which others run from.
  beforeAll(() => {
    mkdirSync(join(ROOT, 'node_modules', '.cache'), { recursive: true });
    out = relative(ROOT, mkdtempSync(join(ROOT, 'node_modules', '.cache', 'nest-build-')));
    const config = readFileSync(join(ROOT, 'nest-cli.json'), 'utf8').replaceAll('"dist', `"${out}`);
    writeFileSync(join(ROOT, out, 'nest-cli.json'), config);
  });

  afterAll(() => rmSync(join(ROOT, out), { recursive: true }));

  it('has every app and library as a project, all built alike', () => {
    const { projects } = readJson<{ projects: Record<string, object> }>('nest-cli.json');
    expect(Object.keys(projects).sort()).toEqual([...APPS, ...readdirSync(join(ROOT, 'libs'))].sort());
    expect(Object.keys(projects).filter((name) => 'compilerOptions' in projects[name]!)).toEqual([]);
  });

  it('puts each Lua script beside the code that reads it', async () => {
    const nest = join(ROOT, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
    const args = [nest, 'build', 'market-data', '--config', join(out, 'nest-cli.json')];
    await run(process.execPath, args, { cwd: ROOT });
    const scripts = [...readSources(['apps', 'libs'], /\.lua$/).keys()];
    expect(scripts).not.toEqual([]);
    expect(scripts.filter((path) => !existsSync(join(ROOT, out, path)))).toEqual([]);
  }, 120_000); // It compiles everything, while other specs compute.

  it.each(APPS)('builds %s, which loads and refuses a wrong setting', async (app) => {
    const main = join(ROOT, out, 'apps', app, 'src', 'main.js');
    const env = { PATH: process.env.PATH, LOG_LEVEL: 'planted' };
    const refusal = run(process.execPath, [main], { env }).catch(
      ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
    );
    expect(await refusal).toMatch(/"LOG_LEVEL must be one of/);
  });
});
