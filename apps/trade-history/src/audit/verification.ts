/**
 * Reads the whole audit log and says whether it is as it was written: every entry follows from the one before it,
 * the columns say what the body says, and every signed checkpoint finds its entry with its hash.
 *
 * What a chain cannot show: entries cut off its end that no checkpoint covers and that its head does not miss, and
 * a log rewritten whole by somebody who also holds the key and every copy of every checkpoint.
 */
import { AuditCheckpoint } from '@elvis/contracts';
import { KeyObject } from 'node:crypto';
import { GENESIS, entryHash } from './chain';
import { isSignatureGenuine, keyIdOf } from './signing';

export interface StoredEntry {
  readonly seq: number;
  readonly streamSequence: number;
  readonly recordedAt: string;
  readonly eventId: string;
  readonly type: string;
  readonly actor: string;
  readonly body: string;
  readonly hash: Buffer;
}

/**
 * - CHANGED    an entry is not what its hash says, or follows from another entry than the one before it
 * - MISSING    an entry is not there
 * - INSERTED   an entry stands where there was none
 * - TRUNCATED  the log ends before an entry that is known to have been there
 * - FORGED     a checkpoint was not signed by the key
 */
type Fault = 'CHANGED' | 'MISSING' | 'INSERTED' | 'TRUNCATED' | 'FORGED';

export interface Verification {
  readonly entries: number;
  /** Numbers of the first and the last entry; 0 for an empty log. */
  readonly first: number;
  readonly last: number;
  readonly checkpoints: number;
  readonly fault?: {
    readonly kind: Fault;
    /** The first entry that is not as it was. */
    readonly seq: number;
    readonly reason: string;
  };
}

export interface Evidence {
  readonly checkpoints: readonly AuditCheckpoint[];
  readonly publicKey: KeyObject | undefined;
  /** What the database itself said the last entry was, before the entries are read. */
  readonly head: Head;
  /** And what it says once they are: meanwhile a running system writes on. */
  readonly headAfter: () => Promise<Head>;
}

interface Head {
  readonly seq: number;
  readonly hash: Buffer;
}

export async function verifyAudit(
  entries: AsyncIterable<StoredEntry>,
  { checkpoints, publicKey, head, headAfter }: Evidence,
): Promise<Verification> {
  const promised = new Map<number, AuditCheckpoint>();
  let forged: number | undefined;
  for (const checkpoint of checkpoints) {
    const isGenuine =
      publicKey === undefined ||
      (checkpoint.keyId === keyIdOf(publicKey) && isSignatureGenuine(checkpoint, publicKey));
    if (isGenuine) promised.set(checkpoint.seq, checkpoint);
    else forged = Math.min(forged ?? Infinity, checkpoint.seq);
  }
  let [count, first, last, kept] = [0, 0, 0, 0];
  let trusted = 0;
  let hash: Buffer | undefined;
  const result = (fault?: Verification['fault']): Verification => ({
    entries: count,
    first,
    last,
    checkpoints: kept,
    ...(fault && { fault }),
  });
  for await (const entry of entries) {
    if (hash === undefined) {
      // Older months may have been dropped; the hash before the first entry that is left was signed then.
      const before = promised.get(entry.seq - 1);
      if (entry.seq !== 1 && !before) return result(missing(1, entry.seq));
      hash = entry.seq === 1 ? GENESIS : Buffer.from(before?.hash ?? '', 'hex');
      [first, last, trusted] = [entry.seq, entry.seq - 1, entry.seq - 1];
    }
    if (entry.seq > last + 1) return result(missing(last + 1, entry.seq));
    if (entry.seq <= last) {
      const reason = `more than one entry has the number ${entry.seq}`;
      return result({ kind: 'INSERTED', seq: entry.seq, reason });
    }
    const wrong = whatIsWrong(entry, hash);
    if (wrong) return result({ kind: 'CHANGED', seq: entry.seq, reason: wrong });
    const checkpoint = promised.get(entry.seq);
    if (checkpoint && checkpoint.hash !== entry.hash.toString('hex')) {
      const reason = `the log was rewritten after entry ${trusted}: its hash differs from the checkpoint at ${entry.seq}`;
      return result({ kind: 'CHANGED', seq: trusted + 1, reason });
    }
    if (checkpoint) [kept, trusted] = [kept + 1, entry.seq];
    [count, last, hash] = [count + 1, entry.seq, entry.hash];
  }
  const farthest = Math.max(head.seq, ...promised.keys());
  if (farthest > last) {
    return result({ kind: 'TRUNCATED', seq: last + 1, reason: `entries up to ${farthest} existed before` });
  }
  // An entry and the head move together: behind what was read the head may be further, never less far.
  const end = await headAfter();
  if (hash && (end.seq < last || (end.seq === last && !end.hash.equals(hash)))) {
    return result({
      kind: 'INSERTED',
      seq: end.seq + 1,
      reason: `the log was closed after entry ${end.seq}`,
    });
  }
  if (forged !== undefined) {
    return result({
      kind: 'FORGED',
      seq: forged,
      reason: `the checkpoint at ${forged} was not signed by the key`,
    });
  }
  return result();
}

const missing = (from: number, found: number): NonNullable<Verification['fault']> => ({
  kind: 'MISSING',
  seq: from,
  reason: from === found - 1 ? 'the entry is missing' : `this entry and all up to ${found - 1} are missing`,
});

function whatIsWrong(entry: StoredEntry, previous: Buffer): string | undefined {
  if (!entryHash(previous, entry).equals(entry.hash))
    return 'its hash does not match its content and the entry before it';
  let said: Record<string, unknown>;
  try {
    said = JSON.parse(entry.body) as Record<string, unknown>;
  } catch {
    return 'its body cannot be read';
  }
  if (said.id !== entry.eventId) return 'its event id is not the one in its body';
  if (said.type !== entry.type) return 'its type is not the one in its body';
  if ((said.actor ?? '') !== entry.actor) return 'its actor is not the one in its body';
  return undefined;
}
