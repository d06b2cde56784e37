/**
 * A permission as it travels: its words and risk's signature under them, so that every replica knows its own and no
 * store has to be asked. It is used up with the client order id it names, and an id is one order: that is what makes
 * it good once.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { OverridableCode } from './domain/override';

export interface Override {
  readonly code: OverridableCode;
  readonly clientOrderId: string;
  readonly expiresAtMs: number;
  /** Who gave it, and why. */
  readonly actor: string;
  readonly reason: string;
}

const PARTS = /^([\w-]{1,2000})\.([\w-]{43})$/;

/** Another word in front than under any approval: no signature of ours can be taken for another. */
const signatureOf = (body: string, key: string): Buffer =>
  createHmac('sha256', key).update(`override ${body}`).digest();

export function writeToken(override: Override, key: string): string {
  const body = Buffer.from(JSON.stringify(override)).toString('base64url');
  return `${body}.${signatureOf(body, key).toString('base64url')}`;
}

/** What was permitted; undefined for anything that was not signed with this key. */
export function readToken(token: string, key: string): Override | undefined {
  const [, body, signature] = PARTS.exec(token) ?? [];
  if (!body || !signature) return undefined;
  if (!timingSafeEqual(Buffer.from(signature, 'base64url'), signatureOf(body, key))) return undefined;
  return JSON.parse(Buffer.from(body, 'base64url').toString()) as Override;
}
