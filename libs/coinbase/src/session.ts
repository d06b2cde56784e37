/**
 * The rules of one connection to Coinbase's Advanced Trade market data: when what comes can no longer be trusted.
 * Coinbase sends no missed message again, so every break ends the connection; the next one begins with new snapshots.
 */
import { CoinbaseMessage } from './messages';
import { answeredAs } from './products';

/**
 * Why a connection is worth nothing from here on.
 *
 * - gap           a message is missing
 * - out-of-order  a message came that should have come before
 * - misnamed      a book is told of that was not asked for: it may be one of ours under another name
 * - refused       Coinbase does not take a request
 * - slow          Coinbase cuts us off, because we read too slowly
 * - unanswered    a product's book did not come
 * - silent        a product's book does not change any more, though the connection lives
 */
export type BreakKind = 'gap' | 'out-of-order' | 'misnamed' | 'refused' | 'slow' | 'unanswered' | 'silent';

export interface SessionBreak {
  readonly kind: BreakKind;
  /** For people: what was expected and what came. */
  readonly why: string;
}

export interface SessionLimits {
  /** A product's first book has to come within this. */
  readonly answerMs: number;
  /** Every product's book has to change within this: of a channel that Coinbase has closed nothing else tells. */
  readonly silentMs: number;
}

export const SESSION_LIMITS: SessionLimits = { answerMs: 10_000, silentMs: 90_000 };

const SLOW_CONSUMER = /slow ?(consume|read)/i;

export class CoinbaseSession {
  private readonly products: readonly string[];
  private readonly awaited = new Set<string>();
  private readonly changedAtMs = new Map<string, number>();
  private openedAtMs = 0;
  private last: number | undefined;

  /** @param products as they are subscribed to */
  constructor(
    products: readonly string[],
    private readonly limits: SessionLimits = SESSION_LIMITS,
  ) {
    this.products = [...new Set(products.map(answeredAs))];
  }

  /** A connection is open; its messages are counted anew. */
  opened(nowMs: number): void {
    this.openedAtMs = nowMs;
    this.last = undefined;
    this.changedAtMs.clear();
    this.awaited.clear();
    for (const product of this.products) this.awaited.add(product);
  }

  /** Takes the next message, of whatever channel; where it answers a break nothing of the message counts. */
  heard(message: CoinbaseMessage, nowMs: number): SessionBreak | undefined {
    if (message.kind === 'error') {
      const kind = SLOW_CONSUMER.test(message.reason) ? 'slow' : 'refused';
      return { kind, why: `Coinbase says: ${message.reason}` };
    }
    const { sequence, events } = message;
    const expected = this.last === undefined ? sequence : this.last + 1;
    if (sequence !== expected) {
      const kind = sequence > expected ? 'gap' : 'out-of-order';
      return { kind, why: `message ${expected} was expected and ${sequence} came` };
    }
    this.last = sequence;
    for (const event of events) {
      if (event.kind !== 'book') continue;
      if (!this.products.includes(event.product))
        return { kind: 'misnamed', why: `an order book of ${event.product} came, which was not asked for` };
      this.changedAtMs.set(event.product, nowMs);
      if (event.isSnapshot) this.awaited.delete(event.product);
    }
    return undefined;
  }

  /** Whether something that had to come by now did not. */
  overdue(nowMs: number): SessionBreak | undefined {
    const { answerMs, silentMs } = this.limits;
    const [unanswered] = this.awaited;
    if (unanswered !== undefined && nowMs - this.openedAtMs > answerMs) {
      return { kind: 'unanswered', why: `no order book of ${unanswered} came within ${answerMs} ms` };
    }
    const silent = this.products.find(
      (product) => nowMs - (this.changedAtMs.get(product) ?? this.openedAtMs) > silentMs,
    );
    if (silent === undefined) return undefined;
    return { kind: 'silent', why: `the order book of ${silent} has not changed for ${silentMs} ms` };
  }
}
