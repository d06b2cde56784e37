/** How one entry of the audit log is tied to the one before it. */
import { createHash } from 'node:crypto';

/** The hash before the first entry. */
export const GENESIS = Buffer.alloc(32);

export interface ChainedEntry {
  readonly seq: number;
  readonly streamSequence: number;
  /** ISO 8601, milliseconds. */
  readonly recordedAt: string;
  /** The event's envelope as canonical JSON. */
  readonly body: string;
}

/** SHA-256 over the hash before and everything the entry says; no part of it can change unseen. */
export const entryHash = (
  previous: Buffer,
  { seq, streamSequence, recordedAt, body }: ChainedEntry,
): Buffer =>
  createHash('sha256').update(previous).update(`${seq}\n${streamSequence}\n${recordedAt}\n${body}`).digest();
