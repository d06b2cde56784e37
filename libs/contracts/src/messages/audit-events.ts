/** The audit log's public words: a signed statement of how far it went and what its last hash was. */
import { event, query } from './contract';

/**
 * `signature` is Ed25519, base64url, over the text `elvis-audit-checkpoint:1:<seq>:<hash>:<createdAt>`. Who kept it
 * can prove later that no entry up to `seq` was changed, removed, added or moved.
 */
export class AuditCheckpoint {
  /** Number of the last entry it covers. */
  readonly seq!: number;
  /** Of that entry, hexadecimal. */
  readonly hash!: string;
  /** ISO 8601, milliseconds. */
  readonly createdAt!: string;
  /** First 16 hexadecimal digits of the SHA-256 of the public key. */
  readonly keyId!: string;
  readonly signature!: string;
}

export const auditCheckpoint = event('elvis.event.audit.checkpoint', AuditCheckpoint);

export class GetAuditHead {}

export interface AuditHead {
  readonly seq: number;
  readonly hash: string;
  readonly recordedAtMs: number;
  readonly lastCheckpoint: AuditCheckpoint | null;
  /** Ed25519 public key of the checkpoints, PEM. */
  readonly publicKey: string;
}

export const getAuditHead = query<GetAuditHead, AuditHead>(
  'elvis.query.trade-history.audit-head',
  GetAuditHead,
);
