/**
 * Orders that the exchange refused one after another: of every actor over all, and of every bot that an actor names, so
 * that each bot answers for its own. A refusal that belongs to the trade of the one that sent the order is none.
 */
import { Market, OrderView, StopScope } from '@elvis/trading';

type Refused = Pick<OrderView, 'actor' | 'market' | 'symbol' | 'botConfigId' | 'code' | 'reason'>;

/** What came of the orders of one symbol and bot. */
export interface RefusalCount {
  readonly symbol: string;
  readonly botConfigId?: string;
  readonly count: number;
}

/** Nothing of these was taken between two of them. `botConfigId`: of that bot alone, else of the actor over all. */
export interface RejectStreak {
  readonly actor: string;
  readonly botConfigId?: string;
  readonly refusals: readonly RefusalCount[];
  readonly lastCode: string;
}

/** Fill-or-kill that found too little, post-only that would have taken. Codes are the market's own. */
const EXPECTED: Readonly<Record<Market, ReadonlySet<string>>> = {
  futures: new Set(['-5021', '-5022']),
  spot: new Set(),
};
/** Spot says it in words, under the code of every refused order. */
const WOULD_TAKE = /would immediately match and take/i;

/** A market maker's daily bread is no sign that something is wrong. */
export const isExpectedRefusal = ({ market, code = '', reason = '' }: Refused): boolean =>
  EXPECTED[market].has(code) || (market === 'spot' && code === '-2010' && WOULD_TAKE.test(reason));

export const countOf = (refusals: readonly RefusalCount[]): number =>
  refusals.reduce((sum, { count }) => sum + count, 0);

export class RefusalCounts {
  private readonly streaks = new Map<string, RejectStreak>();

  get all(): readonly RejectStreak[] {
    return [...this.streaks.values()];
  }

  /** What is taken now changes nothing. */
  get isEmpty(): boolean {
    return this.streaks.size === 0;
  }

  /** The exchange refused it. */
  note(order: Refused): void {
    if (isExpectedRefusal(order)) return;
    const { actor, symbol, botConfigId, code = 'no code' } = order;
    this.add(actor, undefined, { symbol, botConfigId, count: 1 }, code);
    if (botConfigId !== undefined) this.add(actor, botConfigId, { symbol, botConfigId, count: 1 }, code);
  }

  /** The exchange took it: neither its actor nor its bot is refused one after another any more. */
  taken({ actor, botConfigId }: Pick<OrderView, 'actor' | 'botConfigId'>): void {
    this.streaks.delete(keyOf(actor, undefined));
    if (botConfigId !== undefined) this.streaks.delete(keyOf(actor, botConfigId));
  }

  /** A person knows of what was stopped in this scope: it is counted from nothing again. */
  acknowledge({ type, value }: StopScope): void {
    const isKnown = ({ symbol, botConfigId }: RefusalCount): boolean =>
      type === 'global' || (type === 'symbol' ? symbol === value : botConfigId === value);
    for (const [key, streak] of this.streaks) {
      const refusals = streak.refusals.filter((refusal) => !isKnown(refusal));
      if (refusals.length === 0) this.streaks.delete(key);
      else this.streaks.set(key, { ...streak, refusals });
    }
  }

  private add(actor: string, botConfigId: string | undefined, one: RefusalCount, lastCode: string): void {
    const key = keyOf(actor, botConfigId);
    const before = this.streaks.get(key)?.refusals ?? [];
    const isSame = (other: RefusalCount): boolean =>
      other.symbol === one.symbol && other.botConfigId === one.botConfigId;
    const count = countOf(before.filter(isSame)) + one.count;
    const refusals = [...before.filter((other) => !isSame(other)), { ...one, count }];
    this.streaks.set(key, { actor, ...(botConfigId !== undefined && { botConfigId }), refusals, lastCode });
  }
}

const keyOf = (actor: string, botConfigId: string | undefined): string =>
  JSON.stringify([actor, botConfigId ?? null]);
