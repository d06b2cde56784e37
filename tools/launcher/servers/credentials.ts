/** Generated secrets. Letters and digits only and a letter first, so that every configuration format takes them. */
import { randomBytes } from 'node:crypto';
import { NATS_USERS, NatsUser } from './nats-permissions';

/** 192 bits, written so that it needs quoting nowhere. */
export const generateSecret = (): string => `k${randomBytes(24).toString('hex')}`;

/** 32 bytes in hexadecimal, as AES-256 wants them. */
export const generateEncryptionKey = (): string => randomBytes(32).toString('hex');

export const generateNatsPasswords = (): Record<NatsUser, string> =>
  Object.fromEntries(NATS_USERS.map((user) => [user, generateSecret()])) as Record<NatsUser, string>;
