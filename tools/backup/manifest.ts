/** What a backup has: written last, so a folder without it is none; every file by its size and SHA-256. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StreamCopy } from './jetstream-copy';
import { RowCounts } from './postgres-copy';

export const MANIFEST = 'manifest.json';
export const POSTGRES_FILE = 'postgres.dump';
export const REDIS_FILE = 'redis.rdb';
export const streamFile = (stream: string): string => `jetstream-${stream}.snapshot`;

export interface BackupFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Manifest {
  readonly version: 1;
  readonly buildId: string;
  readonly beganAtMs: number;
  readonly endedAtMs: number;
  readonly rows: RowCounts;
  readonly streams: readonly StreamCopy[];
  /** What has to come from the secrets' store: their names, never their values. */
  readonly secrets: readonly string[];
  readonly files: readonly BackupFile[];
}

/** @throws Error the folder is no backup */
export function readManifest(folder: string): Manifest {
  const file = join(folder, MANIFEST);
  if (!existsSync(file)) throw new Error(`${folder} is no complete backup: it has no ${MANIFEST}`);
  let manifest: Partial<Manifest>;
  try {
    manifest = JSON.parse(readFileSync(file, 'utf8')) as Partial<Manifest>;
  } catch (cause) {
    throw new Error(`${file} is damaged: it cannot be read as JSON`, { cause });
  }
  if (manifest.version !== 1)
    throw new Error(`${file} is of another version; restore with the build that made it`);
  return manifest as Manifest;
}

/** One sentence for each file that is not as it was written. */
export async function damageOf(folder: string, { files }: Manifest): Promise<string[]> {
  const problems: string[] = [];
  for (const { name, bytes, sha256 } of files) {
    const path = join(folder, name);
    if (!existsSync(path)) problems.push(`${name} is missing`);
    else if (statSync(path).size !== bytes)
      problems.push(`${name} has ${statSync(path).size} bytes of ${bytes}`);
    else if ((await sha256Of(path)) !== sha256) problems.push(`${name} was changed: its SHA-256 is another`);
  }
  return problems;
}

/** Every file that the folder has now. */
export async function filesOf(folder: string): Promise<BackupFile[]> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
  return Promise.all(
    names.map(async (name) => ({
      name,
      bytes: statSync(join(folder, name)).size,
      sha256: await sha256Of(join(folder, name)),
    })),
  );
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
