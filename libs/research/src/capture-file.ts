/** A capture as its lines: those that are shipped with the paper exchange, and what `npm run capture` wrote. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const FOLDER = join('apps', 'paper-exchange', 'recordings');
export const SHIPPED_RECORDINGS = [
  'usdm_btcusdt_20240808',
  'usdm_ethusdt_20240808',
  'spot_btcusdt_20240808',
] as const;

/** The path of a shipped recording by its name. */
export const recordingFile = (name: string, root: string): string => join(root, FOLDER, `${name}.gz`);

export const isRecording = (path: string): boolean => path.endsWith('.gz') && existsSync(path);

export function readCapture(path: string): readonly string[] {
  const bytes = readFileSync(path);
  return gunzipSync(bytes)
    .toString('latin1')
    .split('\n')
    .filter((line) => line !== '');
}
