/**
 * The key that signs checkpoints, and the text it signs. Anyone who holds the public key and an old checkpoint can tell
 * whether the log was changed since; anyone who holds the private key can sign a forged one, so keep them apart.
 */
import { AuditCheckpoint } from '@elvis/contracts';
import {
  KeyObject,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PRIVATE_KEY_FILE = 'audit-key.pem';
export const PUBLIC_KEY_FILE = 'audit-key.pub.pem';
export const CHECKPOINT_FILE = 'audit-checkpoints.jsonl';

type Unsigned = Omit<AuditCheckpoint, 'signature'>;

export class CheckpointKey {
  readonly publicKey: KeyObject;
  readonly keyId: string;

  constructor(private readonly privateKey: KeyObject) {
    if (privateKey.asymmetricKeyType !== 'ed25519')
      throw new Error(
        'The key that signs the audit log is not an Ed25519 key. Set AUDIT_SIGNING_KEY to the output of: openssl genpkey -algorithm ed25519 -outform DER | base64 -w0 (for audit-key.pem in AUDIT_FOLDER: openssl genpkey -algorithm ed25519)',
      );
    this.publicKey = createPublicKey(privateKey);
    this.keyId = keyIdOf(this.publicKey);
  }

  get publicPem(): string {
    return this.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  }

  sign(checkpoint: Omit<Unsigned, 'keyId'>): AuditCheckpoint {
    const unsigned = { ...checkpoint, keyId: this.keyId };
    return {
      ...unsigned,
      signature: sign(null, Buffer.from(signedText(unsigned)), this.privateKey).toString('base64url'),
    };
  }
}

export const keyFromDer = (base64: string): CheckpointKey =>
  new CheckpointKey(createPrivateKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'pkcs8' }));

/** The key in the folder; the first one who asks makes it. */
export function keyInFolder(folder: string): CheckpointKey {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, PRIVATE_KEY_FILE);
  if (!existsSync(path)) {
    const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
    try {
      writeFileSync(path, pem, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      // Another replica was first.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  const key = new CheckpointKey(createPrivateKey(readFileSync(path)));
  writeFileSync(join(folder, PUBLIC_KEY_FILE), key.publicPem, { mode: 0o644 });
  return key;
}

export const publicKeyFrom = (pem: string): KeyObject => createPublicKey(pem);

export const keyIdOf = (publicKey: KeyObject): string =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);

export const isSignatureGenuine = (checkpoint: AuditCheckpoint, publicKey: KeyObject): boolean =>
  verify(
    null,
    Buffer.from(signedText(checkpoint)),
    publicKey,
    Buffer.from(checkpoint.signature, 'base64url'),
  );

const signedText = ({ seq, hash, createdAt }: Unsigned): string =>
  `elvis-audit-checkpoint:1:${seq}:${hash}:${createdAt}`;
