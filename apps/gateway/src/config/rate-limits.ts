/** What `RATE_LIMIT_<NAME>` may say, and which limit an address counts against. */
import { ValidateBy } from 'class-validator';

/** Cancels and the kill switch count apart, so that a bot run wild cannot lock the way out. */
const DEFAULT_LIMITS = {
  LOGIN: '10/60',
  /** Wrong passwords for one e-mail address, from everywhere together. */
  LOGIN_EMAIL: '100/3600',
  FORGOT: '5/3600',
  ORDERS: '600/60',
  CANCELS: '1200/60',
  HALT: '120/60',
  BOT_CONTROL: '30/60',
  /** Signals from outside that failed. */
  SIGNALS: '30/60',
  DEFAULT: '1200/60',
} as const;

export type LimitName = keyof typeof DEFAULT_LIMITS;

export interface RateLimit {
  /** As it stands in the key: `rl:<endpoint>:<ip>`. */
  readonly endpoint: string;
  readonly count: number;
  readonly windowMs: number;
}

/** Where the counter's name is another than the limit's. */
const ENDPOINTS: Readonly<Partial<Record<string, string>>> = { LOGIN_EMAIL: 'login' };
const LIMIT = /^([1-9]\d{0,6})\/([1-9]\d{0,4})$/;

/** Each limit that counts; one that is `off` is missing. */
export function readLimits(given: Readonly<Record<string, string>>): ReadonlyMap<LimitName, RateLimit> {
  const limits = new Map<LimitName, RateLimit>();
  for (const [name, text] of Object.entries({ ...DEFAULT_LIMITS, ...given })) {
    const [, count, seconds] = LIMIT.exec(text) ?? [];
    if (count === undefined || seconds === undefined) continue;
    limits.set(name as LimitName, {
      endpoint: ENDPOINTS[name] ?? name.toLowerCase(),
      count: Number(count),
      windowMs: Number(seconds) * 1_000,
    });
  }
  return limits;
}

export const AreRateLimits = (): PropertyDecorator =>
  ValidateBy({
    name: 'areRateLimits',
    validator: {
      validate: (limits: Record<string, string>) =>
        Object.entries(limits).every(
          ([name, value]) => name in DEFAULT_LIMITS && (value === 'off' || LIMIT.test(value)),
        ),
      defaultMessage: () =>
        `RATE_LIMIT_<NAME> must be <count>/<seconds>, for example 600/60, or the word off; names are ${Object.keys(DEFAULT_LIMITS).join(', ')}`,
    },
  });
