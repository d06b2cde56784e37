/** Where backups lie: a draft while it is written, on disk before it gets its name, and the oldest taken away. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { MANIFEST, Manifest } from './manifest';

const DRAFT = '.part';
const NAME = /^elvis-\d{8}T\d{9}Z$/;

/** A draft of an earlier run that was killed is removed: one backup is made at a time. */
export function beginFolder(parent: string, atMs: number): string {
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(parent).filter((name) => name.endsWith(DRAFT)))
    rmSync(join(parent, name), { recursive: true, force: true });
  const stamp = new Date(atMs).toISOString().replace(/[-:.]/g, '');
  const draft = join(parent, `elvis-${stamp}${DRAFT}`);
  mkdirSync(draft, { mode: 0o700 });
  return draft;
}

export function completeFolder(draft: string, manifest: Manifest): string {
  writeFileSync(join(draft, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  for (const { name } of [...manifest.files, { name: MANIFEST }]) sync(join(draft, name));
  sync(draft);
  const folder = draft.slice(0, -DRAFT.length);
  renameSync(draft, folder);
  sync(join(folder, '..'));
  return folder;
}

/** Keeps the newest; answers how many were removed. */
export function forgetOlder(parent: string, keep: number): number {
  const older = readdirSync(parent)
    .filter((name) => NAME.test(name))
    .sort()
    .slice(0, -keep);
  for (const name of older) {
    renameSync(join(parent, name), join(parent, `${name}${DRAFT}`));
    rmSync(join(parent, `${name}${DRAFT}`), { recursive: true });
  }
  return older.length;
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
