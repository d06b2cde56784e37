/**
 * `npm run audit:verify`: reads the whole audit log and says whether it is as it was written. Exit code 0 if it is,
 * 1 if it could not be read, 2 if it was changed; then the first bad entry is named.
 */
import { AskDatabase } from '../audit/audit-reader';
import { examineAudit } from '../audit/examine';
import { openAudit } from './audit-database';
import { Verb } from '../../../../tools/operator/running-system';

export async function operate({ root, args }: Verb): Promise<number> {
  const { pool, folder } = openAudit(root);
  const ask: AskDatabase = async (text, values) => (await pool.query(text, values)).rows as never;
  try {
    const { entries, first, last, checkpoints, fault, seconds, keyId } = await examineAudit(
      ask,
      args[0] ?? folder,
    );
    const speed = Math.round(entries / Math.max(seconds, 0.001)).toLocaleString('en');
    console.log(
      `${entries} entries (${first} to ${last}) were read in ${seconds.toFixed(1)} s, ${speed} per second`,
    );
    console.log(
      keyId
        ? `${checkpoints} signed checkpoints found, all by key ${keyId}`
        : `${checkpoints} checkpoints found; no public key was given, so their signatures were NOT checked`,
    );
    if (!fault) {
      console.log('The audit log is intact: nothing was changed since it was written.');
      return 0;
    }
    console.error(
      `The audit log was CHANGED after it was written: ${fault.kind} at entry ${fault.seq}: ${fault.reason}`,
    );
    return 2;
  } catch (error) {
    console.error(
      `The audit log could not be read: ${error instanceof Error ? error.message : String(error)}`,
    );
    return 1;
  } finally {
    await pool.end();
  }
}
