/** For backups: what proves the audit log and lies outside the database, and the proof. The key that signs is a secret and is not copied. */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKPOINT_FILE, PUBLIC_KEY_FILE } from '../audit/signing';

export { type Examination, examineAudit } from '../audit/examine';

export const AUDIT_FOLDER = 'audit';

export function copyCheckpoints(from: string | undefined, to: string): void {
  const names = [PUBLIC_KEY_FILE, CHECKPOINT_FILE].filter((name) => from && existsSync(join(from, name)));
  if (names.length === 0) return;
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const name of names) copyFileSync(join(from!, name), join(to, name));
}
