/** Listen keys of the futures user streams: one per account, valid for an hour after it was last extended. */
import { randomBytes } from 'node:crypto';
import { refusals } from '@elvis/simulation';
import { Call, Method, Route } from '../rest/route';

const LISTEN_KEY_LIFE_MS = 3_600_000;

interface ListenKey {
  readonly account: string;
  expiresAt: number;
}

export class ListenKeys {
  private readonly keys = new Map<string, ListenKey>();

  /** Told when a key ends while streams may be open on it. */
  onEnd: (listenKey: string, account: string, expired: boolean, now: number) => void = () => undefined;

  /** The account's key, created or extended. */
  open(account: string, now: number): string {
    this.expire(now);
    for (const [listenKey, key] of this.keys)
      if (key.account === account) {
        key.expiresAt = now + LISTEN_KEY_LIFE_MS;
        return listenKey;
      }
    const listenKey = randomBytes(48).toString('base64').replace(/[+/]/g, 'x');
    this.keys.set(listenKey, { account, expiresAt: now + LISTEN_KEY_LIFE_MS });
    return listenKey;
  }

  /** @param named the key that is meant; the account's only one where none is named */
  extend(account: string, named: string | undefined, now: number): string {
    this.expire(now);
    for (const [listenKey, key] of this.keys)
      if (key.account === account && (named ?? listenKey) === listenKey) {
        key.expiresAt = now + LISTEN_KEY_LIFE_MS;
        return listenKey;
      }
    throw refusals.badListenKey();
  }

  close(account: string, named: string | undefined, now: number): void {
    for (const [listenKey, key] of this.keys)
      if (key.account === account && (named ?? listenKey) === listenKey)
        return this.endKey(listenKey, false, now);
    if (named !== undefined) throw refusals.badListenKey();
  }

  accountOf(listenKey: string, now: number): string | undefined {
    const key = this.keys.get(listenKey);
    return key && key.expiresAt > now ? key.account : undefined;
  }

  /** Ends what is over; with an account, ends its key at once. */
  expire(now: number, account?: string): void {
    for (const [listenKey, key] of this.keys)
      if (key.expiresAt <= now || key.account === account) this.endKey(listenKey, true, now);
  }

  private endKey(listenKey: string, expired: boolean, now: number): void {
    const { account } = this.keys.get(listenKey)!;
    this.keys.delete(listenKey);
    this.onEnd(listenKey, account, expired, now);
  }
}

export function listenKeyRoutes(keys: ListenKeys): Route[] {
  const route = (method: Method, answer: (call: Call) => string): Route => ({
    method,
    path: '/fapi/v1/listenKey',
    security: 'KEY',
    weight: 1,
    answer,
  });
  return [
    route('POST', ({ account, now }) => `{"listenKey":"${keys.open(account, now)}"}`),
    route(
      'PUT',
      ({ account, params, now }) => `{"listenKey":"${keys.extend(account, params.get('listenKey'), now)}"}`,
    ),
    route('DELETE', ({ account, params, now }) => {
      keys.close(account, params.get('listenKey'), now);
      return '{}';
    }),
  ];
}
