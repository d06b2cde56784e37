/**
 * `npm run restore -- DIR [--verify]`: fills an empty home from a backup; the system that is started on it is HALTED.
 * With `--verify` the home is a passing one, and what its servers have is compared with what the backup says.
 */
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Home } from '../launcher/home';
import { Verb } from '../operator/running-system';
import { Manifest, damageOf, readManifest } from './manifest';
import { homeOf } from './places';
import { Restored, restoreInto } from './restore-into';

export async function operate({ args, root }: Verb): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { verify: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [named, ...others] = positionals;
  if (!named || others.length > 0) {
    console.error('Name one backup: npm run restore -- DIR [--verify]');
    return 78;
  }
  const startedAt = performance.now();
  try {
    const folder = resolve(named);
    const manifest = readManifest(folder);
    const problems = await damageOf(folder, manifest);
    if (problems.length === 0) problems.push(...(await restored(folder, manifest, root, values.verify)));
    if (problems.length > 0) {
      console.error(`This backup is damaged, and nothing was restored from it:\n  ${problems.join('\n  ')}`);
      return 2;
    }
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    console.log(
      values.verify
        ? `This backup restores: rows, audit log and streams are as it says (${seconds} s)`
        : `Restored in ${seconds} s. Start Elvis now: it is HALTED until you have compared it with the exchange and clear the stop`,
    );
    return 0;
  } catch (error) {
    console.error(`Nothing was restored: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

/** Answers what is not as the manifest says; then the home is as empty as it was. */
async function restored(
  folder: string,
  manifest: Manifest,
  root: string,
  isTrial: boolean,
): Promise<string[]> {
  const programs = homeOf(root);
  const home = isTrial ? trialHome() : emptyHome(programs);
  let isKept = false;
  try {
    const found = await restoreInto(home, { folder, manifest, programs });
    const problems = differences(manifest, found);
    isKept = !isTrial && problems.length === 0;
    return problems;
  } finally {
    if (!isKept) for (const part of partsOf(home)) rmSync(part, { recursive: true, force: true });
    home.unclaim();
    if (isTrial) rmSync(home.folder, { recursive: true, force: true });
  }
}

/** What a restore fills. The paper exchange is an exchange: it goes on. */
const partsOf = (home: Home): string[] => [home.data('redis'), home.data('nats'), home.postgresData];

function trialHome(): Home {
  const folder = mkdtempSync(join(tmpdir(), 'elvis-restore-'));
  // PostgreSQL may run as another account, which has to pass.
  chmodSync(folder, 0o711);
  return new Home(folder);
}

/** @throws Error the home is in use, has data, or lacks what only the person has */
function emptyHome(folder: string): Home {
  if (!existsSync(join(folder, 'secrets.json')))
    throw new Error(`${folder} has no secrets.json; put the one of your secrets' store there first`);
  const home = new Home(folder);
  const other = home.claim();
  if (other !== undefined) throw new Error(`Elvis runs in ${folder} (process ${other}); stop it first`);
  const taken = partsOf(home).filter(existsSync);
  if (taken.length === 0) return home;
  home.unclaim();
  throw new Error(`there are data already; move them away first: ${taken.join(', ')}`);
}

/** Trading went on while streams were copied, so they may have more than was there at the beginning, never less. */
function differences({ rows, streams }: Manifest, found: Restored): string[] {
  const names = new Set([...Object.keys(rows), ...Object.keys(found.rows)]);
  return [
    ...[...names]
      .filter((name) => rows[name] !== found.rows[name])
      .map((name) => `table ${name} has ${found.rows[name] ?? 'no'} rows of ${rows[name] ?? 'no'}`),
    ...(found.audit.fault ? [`audit log: ${found.audit.fault.kind} at entry ${found.audit.fault.seq}`] : []),
    ...streams.flatMap(({ config: { name }, state }) =>
      (found.streams[name]?.last_seq ?? 0) >= state.last_seq
        ? []
        : [`stream ${name} ends at ${found.streams[name]?.last_seq ?? 0} instead of ${state.last_seq}`],
    ),
  ];
}
