/** Names the code of a strategy: SHA-256 of the file that runs. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

const FOLDER = join(__dirname, '../../../../strategies');

/** @param name of one that is in the list of strategies; its file has that name */
export const codeHashOf = (name: string): string =>
  createHash('sha256')
    .update(readFileSync(join(FOLDER, `${name}.strategy${extname(__filename)}`)))
    .digest('hex');
