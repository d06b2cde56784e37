/** The key that seals secrets at rest, as the environment has it. */
import { ValidateBy } from 'class-validator';

/** 32 bytes in hexadecimal or base64; undefined for anything else. */
export function readEncryptionKey(text: unknown): Buffer | undefined {
  if (typeof text !== 'string') return undefined;
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex');
  const bytes = /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? Buffer.from(text, 'base64') : undefined;
  return bytes?.length === 32 ? bytes : undefined;
}

export const IsEncryptionKey = (): PropertyDecorator =>
  ValidateBy({
    name: 'isEncryptionKey',
    validator: {
      validate: (value: unknown) => {
        const bytes = readEncryptionKey(value);
        return bytes !== undefined && new Set(bytes).size >= 8;
      },
      defaultMessage: () =>
        '$property must be 32 random bytes in hexadecimal or base64 (openssl rand -hex 32)',
    },
  });
