/** Passwords at rest: argon2id, and as slow to check where there is no user as where there is one. */
import { Algorithm, hash, verify } from '@node-rs/argon2';

/** OWASP's advice for argon2id. */
const COST = {
  algorithm: 2 satisfies Algorithm.Argon2id,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} as const;
const NO_USER = hash('no user has this password', COST);

export const hashPassword = (password: string): Promise<string> => hash(password, COST);

/** False where there is no hash to compare with, after the same time. */
export async function isPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  const matches = await verify(passwordHash ?? (await NO_USER), password);
  return matches && passwordHash !== undefined;
}
