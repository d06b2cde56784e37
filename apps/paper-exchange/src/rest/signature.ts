/** Who calls: the key, the clock and the HMAC over the very bytes that came. */
import { createHmac, createSecretKey, KeyObject } from 'node:crypto';
import { INTEGER_RANGE, refusals } from '@elvis/simulation';
import { Params } from './params';

interface Credentials {
  readonly account: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

interface KnownKey {
  readonly account: string;
  readonly secret: KeyObject;
}

const SIGNATURE = /(?:^|&)signature=([^&]*)/;
const DEFAULT_RECV_WINDOW = 5_000;
const LONGEST_RECV_WINDOW = 60_000;
const AHEAD_MS = 1_000;

export class KeyRing {
  private readonly keys = new Map<string, KnownKey>();

  constructor(credentials: readonly Credentials[]) {
    for (const { account, apiKey, apiSecret } of credentials)
      this.keys.set(apiKey, { account, secret: createSecretKey(Buffer.from(apiSecret)) });
  }

  /** The account the key belongs to. @throws Refusal -2014 or -2015 */
  accountOf(apiKey: string | undefined): string {
    if (apiKey === undefined || !/^[\x21-\x7e]{4,128}$/.test(apiKey)) throw refusals.badKeyFormat();
    const known = this.keys.get(apiKey);
    if (!known) throw refusals.unknownKey();
    return known.account;
  }

  /** @param signed the literal query immediately followed by the literal body */
  verify(apiKey: string, query: string, body: string): void {
    const given = SIGNATURE.exec(query)?.[1] ?? SIGNATURE.exec(body)?.[1];
    if (given === undefined || given === '') throw refusals.missing('signature');
    if (this.sign(apiKey, withoutSignature(query) + withoutSignature(body)) !== given.toLowerCase())
      throw refusals.badSignature();
  }

  /** The signature the exchange expects for this text. */
  sign(apiKey: string, text: string): string {
    return createHmac('sha256', this.keys.get(apiKey)!.secret).update(text).digest('hex');
  }
}

const withoutSignature = (text: string): string => text.replace(SIGNATURE, '');

/** When a signed request stops being acceptable. @throws Refusal -1021, -1102 */
export function checkTimestamp(params: Params, now: number): number {
  const timestamp = timestampOf(params.required('timestamp'));
  const window = recvWindowOf(params.get('recvWindow'));
  if (timestamp >= now + AHEAD_MS) throw refusals.timestampAhead();
  if (now - timestamp > window) throw refusals.timestampOutside();
  return timestamp + window;
}

function timestampOf(text: string): number {
  if (!/^\d{1,16}$/.test(text)) throw refusals.illegal('timestamp', INTEGER_RANGE);
  const value = Number(text);
  return text.length === 16 ? value / 1000 : value;
}

function recvWindowOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_RECV_WINDOW;
  if (!/^\d{1,6}(\.\d{1,3})?$/.test(text)) throw refusals.illegal('recvWindow');
  const window = Number(text);
  if (window > LONGEST_RECV_WINDOW) throw refusals.badData('recvWindow');
  return window;
}
