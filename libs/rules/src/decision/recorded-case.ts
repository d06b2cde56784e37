/**
 * Everything a decision was made on, as JSON that reads back to the same: anyone who holds the record can judge again
 * and must come to the same words. Of a book only the levels that the order reaches are kept, for no other can matter.
 */
import { Decimal, OrderContent, Refusal, Verdict } from '@elvis/trading';
import { checkedOrder } from '../order/checked-order';
import { OrderBookFact, CheckedOrder, Facts, RiskLimits } from '../order/check';
import { ExposureFigures, exposureLimits, checkExposure } from '../exposure/exposure';
import { runChecks } from '../checks/pre-trade-checks';

export interface JudgedCase {
  readonly order: CheckedOrder;
  readonly facts: Facts;
  readonly limits: RiskLimits;
  readonly figures?: ExposureFigures;
}

/** Decimals are written as `{"d":"1.5"}`, so that reading needs no list of fields. */
type Json = string | number | boolean | null | { readonly [key: string]: Json } | readonly Json[];

export function recordCase({ order, facts, limits, figures }: JudgedCase): Readonly<Record<string, unknown>> {
  const kept = { ...facts, ...(facts.book && { book: reached(facts.book, order.quantity) }) };
  return write({ facts: kept, limits, ...(figures && { figures }) }) as Readonly<Record<string, unknown>>;
}

/**
 * @param decidedAtMs when it was decided: the time of a record from before `nowMs` was a fact
 * @throws TypeError if it is no record of a case
 */
export function readCase(
  content: OrderContent,
  recorded: Readonly<Record<string, unknown>>,
  decidedAtMs?: number,
): JudgedCase {
  const { facts, limits, figures } = read(recorded as Json) as Omit<JudgedCase, 'order'>;
  if (!facts || !limits)
    throw new TypeError(
      'The recorded input of this decision lacks its facts or limits, so it cannot be judged again',
    );
  return {
    order: checkedOrder(content),
    facts:
      decidedAtMs === undefined || Object.hasOwn(facts, 'nowMs') ? facts : { ...facts, nowMs: decidedAtMs },
    limits,
    figures,
  };
}

/** The verdict of the checks and, where the order came that far, of the exposure. */
export function decideAgain({ order, facts, limits, figures }: JudgedCase): Verdict {
  const verdict = runChecks(order, facts, limits);
  if (!verdict.approved || !figures) return verdict;
  return checkExposure(order, facts.state.state, figures, exposureLimits(limits, facts));
}

/** One line for one verdict, byte for byte the same for the same one; the sentence `why` may be reworded, code and numbers may not. */
export function verdictLine(denial: Refusal | undefined): string {
  if (!denial) return '{"verdict":"APPROVED"}';
  const context = Object.fromEntries(
    Object.entries(denial.context)
      .filter(([name]) => name !== 'why')
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  );
  return JSON.stringify({ verdict: 'DENIED', code: denial.code, context });
}

function reached({ levels, ageMs }: OrderBookFact, quantity: Decimal): OrderBookFact {
  let open = quantity;
  const last = levels.findIndex((level) => (open = open.minus(level.quantity)).lte(0));
  return { levels: last < 0 ? levels : levels.slice(0, last + 1), ageMs };
}

function write(value: unknown): Json {
  if (typeof value !== 'object' || value === null) return value as Json;
  if (value instanceof Decimal) return { d: value.toFixed() };
  if (Array.isArray(value)) return value.map(write);
  const written: Record<string, Json> = {};
  for (const [name, field] of Object.entries(value)) if (field !== undefined) written[name] = write(field);
  return written;
}

function read(value: Json): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(read);
  const entries = Object.entries(value as { readonly [key: string]: Json });
  const [first] = entries;
  if (first?.[0] === 'd' && entries.length === 1 && typeof first[1] === 'string')
    return new Decimal(first[1]);
  return Object.fromEntries(entries.map(([name, field]) => [name, read(field)]));
}
