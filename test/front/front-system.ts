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

const TRIES = 5;

/** With whatever `npm run front:key` takes; asked again, as a person would, where no answer came in time. */
export async function makeKey(
  { home }: Pick<RunningStack, 'home'>,
  bot: string,
  ...words: readonly string[]
): Promise<FrontKey> {
  const args = ['run', '--silent', 'front:key', '--', '--bot', bot, ...words, '--json'];
  const env = { ...process.env, ELVIS_HOME: home };
  for (let tries = 1; ; tries += 1) {
    try {
      const { stdout } = await promisify(execFile)('npm', args, { cwd: ROOT, env });
      return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as FrontKey;
    } catch (error) {
      if (tries === TRIES || !String(error).includes('No answer to')) throw error;
    }
  }
}

/** The second replica has a port of its own at each start; the log tells the last one. */
export function secondOrigin({ home }: Pick<RunningStack, 'home'>): string {
  const lines = readLog(home, 'binance-gateway').split('\n');
  const said = lines.filter((line) => line.includes('"replica":1,') && line.includes('front listens on'));
  const origin = /http:\/\/[\d.]+:\d+/.exec(said.at(-1) ?? '')?.[0];
  if (origin === undefined) throw new Error('The second replica of the front has not said where it listens');
  return origin;
}
