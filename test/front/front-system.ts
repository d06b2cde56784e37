/** A whole system and keys of its front, as an operator makes them. */
import { RunningStack, readLog } from '@elvis/testing';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(__dirname, '..', '..');

export interface FrontKey {
  readonly apiKey: string;
  readonly secret: string;
}

/** With whatever `npm run front:key` takes. */
export async function makeKey(
  system: Pick<RunningStack, 'home'>,
  bot: string,
  ...words: readonly string[]
): Promise<FrontKey> {
  const { stdout } = await promisify(execFile)(
    'npm',
    ['run', '--silent', 'front:key', '--', '--bot', bot, ...words, '--json'],
    { cwd: ROOT, env: { ...process.env, ELVIS_HOME: system.home } },
  );
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as FrontKey;
}

/** The second replica has a port of its own at each start; the log tells the last one. */
export function secondOrigin({ home }: Pick<RunningStack, 'home'>): string {
  const lines = readLog(home, 'binance-gateway').split('\n');
  const said = lines.filter((line) => line.includes('"replica":1,') && line.includes('front listens on'));
  const origin = /http:\/\/[\d.]+:\d+/.exec(said.at(-1) ?? '')?.[0];
  if (origin === undefined) throw new Error('The second replica of the front has not said where it listens');
  return origin;
}
