import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Texts below these folders of the project by their path from its top; folders that are not there have none. */
export function readSources(
  folders: readonly string[],
  kind = /\.ts$/,
  root = process.cwd(),
): Map<string, string> {
  const found = new Map<string, string>();
  for (const folder of folders.map((name) => join(root, name)).filter((path) => existsSync(path)))
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && kind.test(entry.name) && !path.includes('node_modules'))
        found.set(relative(root, path), readFileSync(path, 'utf8'));
    }
  return found;
}

/** TypeScript that is no spec. */
export const isSource = (path: string): boolean => path.endsWith('.ts') && !/\.(e2e-)?spec\.ts$/.test(path);
