/** A whole system and keys of its front, as an operator makes them. */
import { RunningStack } from '@elvis/testing';
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
