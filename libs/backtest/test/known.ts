/**
 * What is known to the last digit is kept in files: a change of any rule shows there. What was changed on purpose is written by
 * `ELVIS_WRITE_KNOWN=yes npx jest libs/backtest`, and read line by line before it is committed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, 'known');

/** The text that is kept under a name; first it is this one, where that is asked for. */
export function known(name: string, text: string): string {
  const path = join(FOLDER, name);
  // eslint-disable-next-line no-restricted-properties -- a person asks for it, no service reads it
  if (process.env.ELVIS_WRITE_KNOWN === 'yes') writeFileSync(path, text);
  return readFileSync(path, 'utf8');
}
