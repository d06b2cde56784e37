/**
 * `npm run backup [-- --to DIR] [--keep N]`: PostgreSQL, JetStream, Redis and the audit log's checkpoints of the running
 * system, or of the servers that the environment names, while it trades. A folder counts once it has its name.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { AUDIT_FOLDER, copyCheckpoints } from '../../apps/trade-history/src/programs/audit-copy';
import { Verb } from '../operator/running-system';
import { beginFolder, completeFolder, forgetOlder } from './backup-folders';
import { StreamCopy, snapshotStream, streamNames, withProvision } from './jetstream-copy';
import { Manifest, POSTGRES_FILE, REDIS_FILE, filesOf, streamFile } from './manifest';
import { Places, findPlaces } from './places';
import { dumpPostgres } from './postgres-copy';
import { copyRedis } from './redis-copy';

const KEPT = 7;

export async function operate({ args, root }: Verb): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { to: { type: 'string' }, keep: { type: 'string', default: `${KEPT}` } },
  });
  const keep = Number(values.keep);
  if (!Number.isInteger(keep) || keep < 1) {
    console.error('--keep is the number of backups to keep: 1 or more');
    return 78;
  }
  try {
    const places = findPlaces(root);
    const parent = resolve(values.to ?? join(places.home, 'backups'));
    const { folder, manifest } = await makeBackup(places, parent, buildOf(root));
    const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    const forgotten = forgetOlder(parent, keep);
    console.log(
      `${folder}: ${manifest.files.length} files, ${bytes} bytes, ${manifest.endedAtMs - manifest.beganAtMs} ms; ${forgotten} older removed`,
    );
    console.log(`A restore needs from your own store: ${manifest.secrets.join(', ')}`);
    return 0;
  } catch (error) {
    console.error(`There is NO new backup: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

/** PostgreSQL first: what it lacks of the streams behind it is read again after a restore. */
export async function makeBackup(
  places: Places,
  parent: string,
  buildId: string,
): Promise<{ readonly folder: string; readonly manifest: Manifest }> {
  const beganAtMs = Date.now();
  const draft = beginFolder(parent, beganAtMs);
  const rows = await dumpPostgres(places.database, join(draft, POSTGRES_FILE), places.home);
  const streams = await withProvision(places.provisionUrl, async (connection) => {
    const copies: StreamCopy[] = [];
    for (const name of await streamNames(connection))
      copies.push(await snapshotStream(connection, name, join(draft, streamFile(name))));
    return copies;
  });
  await copyRedis(places.redis, join(draft, REDIS_FILE), places.home);
  copyCheckpoints(places.auditFolder, join(draft, AUDIT_FOLDER));
  const manifest: Manifest = {
    version: 1,
    buildId,
    beganAtMs,
    endedAtMs: Date.now(),
    rows,
    streams,
    secrets: places.secrets,
    files: await filesOf(draft),
  };
  return { folder: completeFolder(draft, manifest), manifest };
}

function buildOf(root: string): string {
  const stamp = join(root, 'dist', '.built');
  return process.env.BUILD_ID ?? (existsSync(stamp) ? readFileSync(stamp, 'utf8').trim() : 'unknown');
}
