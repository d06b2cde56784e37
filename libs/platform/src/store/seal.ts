/**
 * Secrets at rest: AES-256-GCM, each bound to the record and field it belongs to, so that it cannot be moved to
 * another. Layout: version, four bytes that name the key, nonce, tag, sealed text; base64.
 */
import { TradingFailure } from '@elvis/trading';
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { readEncryptionKey } from '../config/encryption-key';

const VERSION = 1;
const HEAD = 5;
const NONCE = 12;
const TAG = 16;

export class Seal {
  private readonly keys: readonly Buffer[];

  /** @param keys the present one first, then those that older secrets were sealed by; what is not set is left out */
  constructor(keys: readonly (string | undefined)[]) {
    this.keys = keys.flatMap((text) => readEncryptionKey(text) ?? []);
  }

  /** @throws TradingFailure ENCRYPTION_NOT_CONFIGURED */
  close(text: string, belongsTo: string): string {
    const key = this.keys[0];
    if (!key) {
      throw new TradingFailure(
        'ENCRYPTION_NOT_CONFIGURED',
        'Keeping secrets is not configured; set ENCRYPTION_KEY and restart the gateway',
        { retryAfterMs: 30_000 },
      );
    }
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(belongsTo));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([headOf(key), nonce, cipher.getAuthTag(), sealed]).toString('base64');
  }

  /** @throws Error it was sealed by another key, for another place, or has been changed */
  open(sealed: string, belongsTo: string): string {
    const bytes = Buffer.from(sealed, 'base64');
    const key = this.keys.find((candidate) => headOf(candidate).equals(bytes.subarray(0, HEAD)));
    if (!key)
      throw new Error(
        'A secret was encrypted with a key that this service does not have; set ENCRYPTION_KEY_OLD to it',
      );
    const nonce = bytes.subarray(HEAD, HEAD + NONCE);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG })
      .setAAD(Buffer.from(belongsTo))
      .setAuthTag(bytes.subarray(HEAD + NONCE, HEAD + NONCE + TAG));
    return Buffer.concat([decipher.update(bytes.subarray(HEAD + NONCE + TAG)), decipher.final()]).toString(
      'utf8',
    );
  }

  /** Whether it was sealed by the present key. */
  isCurrent(sealed: string): boolean {
    const [key] = this.keys;
    return key !== undefined && headOf(key).equals(Buffer.from(sealed, 'base64').subarray(0, HEAD));
  }
}

const headOf = (key: Buffer): Buffer =>
  Buffer.concat([Buffer.from([VERSION]), createHash('sha256').update(key).digest().subarray(0, 4)]);
