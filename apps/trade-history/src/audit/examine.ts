/** Verifies the audit log of a database with everything that is known of it: for `npm run audit:verify`. */
import { AuditCheckpoint } from '@elvis/contracts';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AskDatabase, readCheckpoints, readEntries, readHead } from './audit-reader';
import { CHECKPOINT_FILE, PUBLIC_KEY_FILE, keyIdOf, publicKeyFrom } from './signing';
import { Verification, verifyAudit } from './verification';

export interface Examination extends Verification {
  readonly seconds: number;
  /** Undefined where no public key was found: then checkpoints count, but nobody vouches for them. */
  readonly keyId: string | undefined;
}

/** @param folder where `AUDIT_FOLDER`, or a copy of it, is */
export async function examineAudit(ask: AskDatabase, folder: string | undefined): Promise<Examination> {
  const pem = read(folder, PUBLIC_KEY_FILE);
  const publicKey = pem === undefined ? undefined : publicKeyFrom(pem);
  const started = performance.now();
  const verification = await verifyAudit(readEntries(ask), {
    checkpoints: [...(await readCheckpoints(ask)), ...parsed(read(folder, CHECKPOINT_FILE) ?? '')],
    publicKey,
    head: await readHead(ask),
    headAfter: () => readHead(ask),
  });
  return {
    ...verification,
    seconds: (performance.now() - started) / 1_000,
    keyId: publicKey && keyIdOf(publicKey),
  };
}

const read = (folder: string | undefined, name: string): string | undefined => {
  const path = folder && join(folder, name);
  return path && existsSync(path) ? readFileSync(path, 'utf8') : undefined;
};

/** A line that a crash cut short is left out; the database has it, or it never was. */
function parsed(lines: string): AuditCheckpoint[] {
  return lines.split('\n').flatMap((line) => {
    try {
      return line ? [JSON.parse(line) as AuditCheckpoint] : [];
    } catch {
      return [];
    }
  });
}
