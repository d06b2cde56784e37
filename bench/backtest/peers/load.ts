/** The peers have a package of their own, so that nobody who uses Elvis installs them. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const SOURCE = resolve('bench', 'backtest', 'peers');
const HOME = resolve('.elvis', 'backtest-peers');
const FILES = ['package.json', 'package-lock.json', '.npmrc', 'stand-ins'];

const lockIn = (folder: string): string => {
  const file = join(folder, 'package-lock.json');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

/** Once, and again when the lock file has changed. */
export function installPeers(): void {
  if (existsSync(join(HOME, 'node_modules')) && lockIn(HOME) === lockIn(SOURCE)) return;
  console.log(`Installing the peers into ${HOME} (npm ci)`);
  for (const file of FILES) cpSync(join(SOURCE, file), join(HOME, file), { recursive: true });
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: HOME, stdio: 'inherit' });
}

const peerRequire = createRequire(join(HOME, 'package.json'));

export const pathOfPeer = (name: string): string => peerRequire.resolve(name);

/** @typeParam T what the bench uses of it */
export const loadPeer = <T>(name: string): T => peerRequire(name) as T;
