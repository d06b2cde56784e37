/**
 * What every command needs first: a Node that is new enough, dependencies as locked, sources compiled.
 * Plain JavaScript without dependencies, because it runs before there are any. Does only what is not done yet.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
export const SOURCES = ['apps', 'libs', 'strategies', 'tools', 'scripts', 'testing', 'test', 'bench'];
const STAMP = join(ROOT, 'dist', '.built');
/** The dashboard's page: vite makes it, not swc, and only a change of its own sources makes it again. */
const PAGE = join('apps', 'dashboard', 'page');
const PAGE_STAMP = join(ROOT, 'dist', '.built-page');
const LOCK = join(ROOT, 'dist', '.lock');
const PAGE_FILES = /(?<!\.spec)\.(tsx?|json|html|css|svg|mjs)$/;
const OLDEST_NODE = [20, 19];

/** Runs a program from the project's root and answers its exit code; a signal to us ends it too. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
    const pass = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    const release = () => signals.forEach((signal) => process.off(signal, pass));
    signals.forEach((signal) => process.on(signal, pass));
    child.once('error', (error) => (release(), reject(error)));
    child.once('exit', (code, signal) => {
      release();
      if (signal) process.kill(process.pid, signal);
      else resolve(code ?? 1);
    });
  });
}

/** Makes dependencies and `dist/` right; says what it does only when that takes time. Exits when it cannot. */
export async function prepare() {
  requireNode();
  process.chdir(ROOT);
  const release = await takeLock();
  try {
    if (!dependenciesAreInstalled()) {
      say('Installing dependencies (npm ci); the first time takes about half a minute');
      const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
      if (code !== 0)
        fail(
          `Dependencies could not be installed: npm ci failed (exit ${code}). It needs the npm registry, or a filled npm cache.`,
        );
    }
    await build();
    await buildPage();
  } finally {
    release();
  }
}

/** Compiles everything in one pass, if a source changed since the last time. Types are the business of `check`. */
async function build() {
  const sources = SOURCES.flatMap((folder) => listFiles(join(ROOT, folder))).filter(
    (file) => !isOfPage(file),
  );
  const wanted = stampOf([...sources, join(ROOT, '.swcrc')]);
  if (isBuilt(STAMP, wanted)) return;
  say('Compiling');
  rmSync(STAMP, { force: true });
  removeOrphans();
  const swc = join(ROOT, 'node_modules', '@swc', 'cli', 'bin', 'swc.js');
  const folders = SOURCES.filter((folder) => existsSync(join(ROOT, folder)));
  const kinds = ['--only', '**/*.ts', '--ignore', `${PAGE}/**`];
  const code = await run(process.execPath, [swc, ...folders, '-d', 'dist', '--quiet', ...kinds]);
  if (code !== 0) fail(`The sources could not be compiled (exit ${code}); the errors are above.`);
  copyScripts(sources);
  writeFileSync(STAMP, wanted);
}

async function buildPage() {
  const wanted = stampOf([
    ...listFiles(join(ROOT, PAGE), PAGE_FILES),
    join(ROOT, 'scripts', 'build-page.mjs'),
  ]);
  if (isBuilt(PAGE_STAMP, wanted)) return;
  say('Building the page');
  rmSync(PAGE_STAMP, { force: true });
  const code = await run(process.execPath, [join(ROOT, 'scripts', 'build-page.mjs')]);
  if (code !== 0) fail(`The dashboard's page could not be built (exit ${code}); the errors are above.`);
  writeFileSync(PAGE_STAMP, wanted);
}

const isOfPage = (file) =>
  relative(ROOT, file)
    .replace(/^dist./, '')
    .startsWith(PAGE);

/** Changes with each of these files, and with the packages. */
function stampOf(files) {
  const stamp = createHash('sha256');
  for (const file of [...files, join(ROOT, 'package-lock.json')].sort()) {
    const { mtimeMs, size } = statSync(file);
    stamp.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return stamp.digest('hex').slice(0, 16);
}

const isBuilt = (stamp, wanted) => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;

const READ_AS_THEY_ARE = /\.(lua|html|css|mjs)$/;

/** Lua scripts and a page's files are read at run time from beside the compiled file that names them. */
function copyScripts(sources) {
  for (const file of sources.filter((name) => READ_AS_THEY_ARE.test(name))) {
    const copy = join(ROOT, 'dist', relative(ROOT, file));
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(file, copy);
  }
}

/** A compiled file whose source is gone could still be imported, and would hide that. */
function removeOrphans() {
  const dist = join(ROOT, 'dist');
  for (const file of listFiles(dist)) {
    if (!/\.(js|lua|html|css|mjs)$/.test(file) || isOfPage(file)) continue;
    const source = join(ROOT, relative(dist, file)).replace(/\.js$/, '.ts');
    if (!existsSync(source)) {
      rmSync(file, { force: true });
      rmSync(`${file}.map`, { force: true });
    }
  }
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  fail(`Elvis needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`);
}

/** What npm says it installed is compared with what is locked; packages for other platforms are not missed. */
function dependenciesAreInstalled() {
  const read = (path) => JSON.parse(readFileSync(join(ROOT, path), 'utf8')).packages;
  if (!existsSync(join(ROOT, 'node_modules', '.package-lock.json'))) return false;
  const locked = read('package-lock.json');
  const installed = read('node_modules/.package-lock.json');
  return Object.entries(locked).every(
    ([path, { version, integrity, optional }]) =>
      path === '' ||
      (installed[path]
        ? installed[path].version === version && installed[path].integrity === integrity
        : optional === true),
  );
}

/** Two commands may start at once; the second waits for the first to have prepared. */
async function takeLock() {
  mkdirSync(dirname(LOCK), { recursive: true });
  for (const deadline = Date.now() + 300_000; ;) {
    try {
      mkdirSync(LOCK);
      writeFileSync(join(LOCK, 'pid'), `${process.pid}`);
      const release = () => rmSync(LOCK, { recursive: true, force: true });
      process.once('exit', release);
      return () => (process.off('exit', release), release());
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (lockIsStale() || Date.now() > deadline) rmSync(LOCK, { recursive: true, force: true });
    else await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function lockIsStale() {
  try {
    process.kill(Number(readFileSync(join(LOCK, 'pid'), 'utf8')), 0);
    return false;
  } catch (error) {
    const justMade = existsSync(LOCK) && Date.now() - statSync(LOCK).mtimeMs < 2_000;
    return error.code !== 'EPERM' && !justMade;
  }
}

function listFiles(folder, kinds = /\.(ts|js|lua|html|css|mjs)$/) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && kinds.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

function say(line) {
  console.log(`  ${line}`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
