/** What counts as a backup: a folder with its name, whose files are as they were written. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beginFolder, completeFolder, forgetOlder } from './backup-folders';
import { Manifest, damageOf, filesOf, readManifest } from './manifest';

const DAY_MS = 86_400_000;

describe('a backup', () => {
  const parent = mkdtempSync(join(tmpdir(), 'elvis-backups-'));
  afterEach(() => {
    for (const name of readdirSync(parent)) rmSync(join(parent, name), { recursive: true });
  });
  afterAll(() => rmSync(parent, { recursive: true }));

  const write = async (atMs: number): Promise<string> => {
    const draft = beginFolder(parent, atMs);
    writeFileSync(join(draft, 'postgres.dump'), Buffer.alloc(1_000, 7));
    mkdirSync(join(draft, 'audit'));
    writeFileSync(join(draft, 'audit', 'checkpoint-1.json'), '{}');
    const manifest: Manifest = {
      ...{
        version: 1,
        buildId: 'test',
        beganAtMs: atMs,
        endedAtMs: atMs,
        rows: {},
        streams: [],
        secrets: [],
      },
      files: await filesOf(draft),
    };
    return completeFolder(draft, manifest);
  };

  it('is whole as it was written', async () => {
    const folder = await write(0);
    expect(await damageOf(folder, readManifest(folder))).toEqual([]);
  });

  it.each([
    ['missing', (file: string) => rmSync(file), 'postgres.dump is missing'],
    ['cut off', (file: string) => truncateSync(file, 999), 'postgres.dump has 999 bytes of 1000'],
    [
      'changed in one byte',
      (file: string) => {
        const bytes = readFileSync(file);
        bytes[500]! ^= 1;
        writeFileSync(file, bytes);
      },
      'postgres.dump was changed: its SHA-256 is another',
    ],
  ])('names a file that is %s', async (_, damage, sentence) => {
    const folder = await write(0);
    damage(join(folder, 'postgres.dump'));
    expect(await damageOf(folder, readManifest(folder))).toEqual([sentence]);
  });

  it('is none while it is written, and a later one clears what a killed one left', async () => {
    const draft = beginFolder(parent, 0);
    expect(() => readManifest(draft)).toThrow('is no complete backup');
    await write(DAY_MS);
    expect(existsSync(draft)).toBe(false);
  });

  it('is kept among the newest', async () => {
    const folders = [await write(0), await write(DAY_MS), await write(2 * DAY_MS)];
    writeFileSync(join(parent, 'note.txt'), "somebody's own");
    expect(forgetOlder(parent, 2)).toBe(1);
    expect(folders.map(existsSync)).toEqual([false, true, true]);
    expect(existsSync(join(parent, 'note.txt'))).toBe(true);
  });
});
