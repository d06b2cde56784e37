/**
 * A key of the Binance front, in the shape that Binance's own have: 64 letters and digits, and a secret of as many unless
 * the client signs by a key pair of its own, of which only the public half comes here.
 */
import { CreateAccessKey } from '@elvis/contracts';
import { Seal } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { createHash, createPublicKey, randomInt, randomUUID } from 'node:crypto';

const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 64;

interface NewFrontKey {
  readonly stored: Pick<
    CreateAccessKey,
    'id' | 'kind' | 'keyHash' | 'botConfigId' | 'secretSealed' | 'publicKey'
  >;
  /** For its owner, once. */
  readonly shown: { readonly key: string; readonly secret?: string };
}

/**
 * @param botConfigId whose orders it sends; a bot that Elvis does not run gets a number of its own
 * @throws TradingFailure MESSAGE_MALFORMED the public key is no Ed25519 key in PEM; ENCRYPTION_NOT_CONFIGURED
 */
export function newFrontKey(
  seal: Seal,
  publicKey: string | undefined,
  botConfigId: string = randomUUID(),
): NewFrontKey {
  const [id, key] = [randomUUID(), randomText()];
  const keyHash = createHash('sha256').update(key).digest('hex');
  const common = { id, kind: 'binance', keyHash, botConfigId } as const;
  if (publicKey !== undefined) {
    requireEd25519(publicKey);
    return { stored: { ...common, publicKey }, shown: { key } };
  }
  const secret = randomText();
  const secretSealed = seal.close(secret, `${id}:front-secret`);
  return { stored: { ...common, secretSealed }, shown: { key, secret } };
}

const randomText = (): string =>
  Array.from({ length: LENGTH }, () => CHARACTERS.charAt(randomInt(CHARACTERS.length))).join('');

function requireEd25519(pem: string): void {
  try {
    if (createPublicKey(pem).asymmetricKeyType === 'ed25519') return;
  } catch {
    // Not a key at all: refused in the same words.
  }
  throw new TradingFailure(
    'MESSAGE_MALFORMED',
    'publicKey must be an Ed25519 public key in PEM; nothing was stored',
  );
}
