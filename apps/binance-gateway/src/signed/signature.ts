/** Whether a request was signed by the key it names. Comparisons take the same time for any wrong signature. */
import {
  KeyObject,
  createHmac,
  createPublicKey,
  createSecretKey,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import { SignedText } from './signed-text';

export type Verifier =
  | { readonly kind: 'HMAC'; readonly secret: KeyObject }
  | { readonly kind: 'ED25519'; readonly publicKey: KeyObject };

const HMAC_HEX = /^[0-9a-f]{64}$/i;
const ED25519_BASE64 = /^[A-Za-z0-9+/]{86}==$/;

export const hmacVerifier = (secret: string): Verifier => ({
  kind: 'HMAC',
  secret: createSecretKey(secret, 'utf8'),
});

/** @throws Error the text is no Ed25519 public key in PEM */
export function ed25519Verifier(pem: string): Verifier {
  const publicKey = createPublicKey(pem);
  if (publicKey.asymmetricKeyType !== 'ed25519') throw new Error('The public key is not an Ed25519 key');
  return { kind: 'ED25519', publicKey };
}

export function isGenuine({ text, signature }: SignedText, verifier: Verifier): boolean {
  const bytes = Buffer.from(text, 'latin1');
  if (verifier.kind === 'ED25519') {
    return (
      ED25519_BASE64.test(signature) &&
      verify(null, bytes, verifier.publicKey, Buffer.from(signature, 'base64'))
    );
  }
  if (!HMAC_HEX.test(signature)) return false;
  const expected = createHmac('sha256', verifier.secret).update(bytes).digest();
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'));
}
