import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Names the compiled sources, so that replicas of different builds are told apart. */
export function buildId(root: string): string {
  const stamp = join(root, 'dist', '.built');
  return existsSync(stamp) ? readFileSync(stamp, 'utf8').trim() : 'unknown';
}
