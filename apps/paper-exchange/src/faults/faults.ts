/**
 * Faults on demand. A rule says what goes wrong, for which calls, how often and how many times; the admin port sets
 * rules, chance is seeded. What an exchange does to its clients on a bad day, one kind each.
 */
import { seeded } from './random';

/** What can happen to a REST call. */
export const REST_FAULTS = [
  /** 503 with an unknown outcome of the order; `executed` decides it, by chance when it is not given. */
  'unknown-error',
  /** 503, certainly not executed. */
  'service-unavailable',
  /** 503 with -1001, not executed. */
  'internal-error',
  /** 503 with -1008, not executed and not counted; orders that only close are exempt. */
  'overloaded',
  /** 408: the gateway got no answer in time; the outcome is unknown. */
  'gateway-timeout',
  /** -1007: the backend did not answer in time; the outcome is unknown. */
  'backend-timeout',
  /** -1006: an unexpected answer; the outcome is unknown. */
  'unexpected-response',
  /** The socket closes before the call is executed. */
  'drop-before',
  /** The call is executed and the socket closes without an answer. */
  'drop-after',
  /** The answer breaks off half way. */
  'truncate',
  /** The answer comes after `delayMs`; the call was executed at once. */
  'slow-answer',
  /** The call waits `delayMs` before it is executed. */
  'slow-execution',
  /** The web application firewall: 403 with a page of HTML. */
  'firewall',
  /** 429 although there is room. */
  'too-many-requests',
  /** The IP is banned for `durationMs`: 418. */
  'ban',
] as const;

/** What can happen to user events. */
export const EVENT_FAULTS = ['event-lost', 'event-twice', 'event-late', 'event-swapped'] as const;
/** What can happen to market streams. */
export const STREAM_FAULTS = ['depth-gap'] as const;

/** What can happen to the Coinbase-shaped stream; `symbol` of a rule is the product, `BTC-USD` say. */
export const COINBASE_FAULTS = [
  /** A message is counted and not sent. */
  'coinbase-gap',
  /** A message is sent after the one behind it. */
  'coinbase-out-of-order',
  /** A message names a product that was not asked for. */
  'coinbase-wrong-product',
  /** A subscription is answered with an error. */
  'coinbase-refused',
  /** The client is cut off as one that reads too slowly. */
  'coinbase-slow',
] as const;

type FaultKind =
  | (typeof REST_FAULTS)[number]
  | (typeof EVENT_FAULTS)[number]
  | (typeof STREAM_FAULTS)[number]
  | (typeof COINBASE_FAULTS)[number];

export const FAULT_KINDS: readonly string[] = [
  ...REST_FAULTS,
  ...EVENT_FAULTS,
  ...STREAM_FAULTS,
  ...COINBASE_FAULTS,
];

export interface FaultRule {
  readonly kind: FaultKind;
  /** Only these calls; a path ending in `*` matches what begins with it. */
  readonly method?: string;
  readonly path?: string;
  readonly account?: string;
  /** Only these user events, `ORDER_TRADE_UPDATE` say, or this symbol's streams. */
  readonly event?: string;
  readonly symbol?: string;
  /** Between 0 and 1; always when not given. */
  readonly probability?: number;
  /** How many times at most. */
  readonly count?: number;
  /** How many matching calls pass unharmed first. */
  readonly skip?: number;
  readonly delayMs?: number;
  readonly durationMs?: number;
  readonly executed?: boolean;
  /** The number in the answer: Binance does not document it for `unknown-error` and `service-unavailable`. */
  readonly code?: number;
}

interface Subject {
  readonly method?: string;
  readonly path?: string;
  readonly account?: string;
  readonly event?: string;
  readonly symbol?: string;
}

interface ActiveRule extends FaultRule {
  readonly id: number;
  left: number;
  toSkip: number;
  happened: number;
}

export class Faults {
  private rules: ActiveRule[] = [];
  private ids = 0;
  private random: () => number;

  constructor(seed: number) {
    this.random = seeded(seed);
  }

  reseed(seed: number): void {
    this.random = seeded(seed);
  }

  add(rule: FaultRule): number {
    this.ids += 1;
    this.rules.push({
      ...rule,
      id: this.ids,
      left: rule.count ?? Infinity,
      toSkip: rule.skip ?? 0,
      happened: 0,
    });
    return this.ids;
  }

  /** Ends one rule, or all of them. */
  remove(id?: number): void {
    this.rules = id === undefined ? [] : this.rules.filter((rule) => rule.id !== id);
  }

  list(): readonly (FaultRule & { readonly id: number; readonly happened: number })[] {
    return this.rules.map(({ left: _left, toSkip: _toSkip, ...rule }) => rule);
  }

  /** The fault that strikes now, if any does. */
  strike(kinds: readonly FaultKind[], subject: Subject): FaultRule | undefined {
    if (this.rules.length === 0) return undefined;
    for (const rule of this.rules) {
      if (rule.left <= 0 || !kinds.includes(rule.kind) || !matches(rule, subject)) continue;
      if (rule.toSkip > 0) {
        rule.toSkip -= 1;
        continue;
      }
      if (rule.probability !== undefined && this.random() >= rule.probability) continue;
      rule.left -= 1;
      rule.happened += 1;
      return rule;
    }
    return undefined;
  }

  chance(): number {
    return this.random();
  }
}

const matches = (rule: FaultRule, subject: Subject): boolean =>
  (rule.method === undefined || rule.method === subject.method) &&
  (rule.account === undefined || rule.account === subject.account) &&
  (rule.event === undefined || rule.event === subject.event) &&
  (rule.symbol === undefined || rule.symbol === subject.symbol) &&
  (rule.path === undefined ||
    (rule.path.endsWith('*')
      ? !!subject.path?.startsWith(rule.path.slice(0, -1))
      : rule.path === subject.path));
