/** The exchange's price beside the reference's: what is published of the two, and how far apart they are. */
import { Decimal } from '@elvis/trading';
import { Top } from './product-quote';
import { UsualDistance } from './usual-distance';

/** The best of the exchange's own book and its age. */
export interface ExchangeTop {
  readonly bid: string;
  readonly ask: string;
  readonly ageMs: number;
}

export interface Compared {
  readonly divergence: string | null;
  readonly why: string | null;
  readonly compared: {
    readonly mid: string;
    readonly midAgeMs: number;
    readonly median: string;
    readonly samples: number;
  } | null;
}

/** Older prices say nothing of how far the venues usually are apart. */
const FRESH_MS = 5_000;
const BILLION = 1_000_000_000;

/** Compares the two, and learns from it how far they usually are apart where both are fresh. */
export function compare(
  reference: Pick<Top, 'bid' | 'ask'> & { readonly ageMs: number },
  exchange: ExchangeTop | undefined,
  usual: UsualDistance,
  nowMs: number,
): Compared {
  if (!exchange) return unknown('the order book of the exchange is not known');
  const mid = middle(exchange);
  const ppb = mid.div(middle(reference)).minus(1).times(BILLION).round().toNumber();
  if (reference.ageMs <= FRESH_MS && exchange.ageMs <= FRESH_MS) usual.read(ppb, nowMs);
  const { median, missing, samples } = usual;
  if (median === undefined)
    return unknown(`how far the two usually are apart is not known yet: ${missing} more readings are needed`);
  return {
    divergence: fraction(ppb - median),
    why: null,
    compared: { mid: mid.toFixed(), midAgeMs: whole(exchange.ageMs), median: fraction(median), samples },
  };
}

const unknown = (why: string): Compared => ({ divergence: null, why, compared: null });
const middle = ({ bid, ask }: { readonly bid: string; readonly ask: string }): Decimal =>
  new Decimal(bid).plus(ask).div(2);
const fraction = (ppb: number): string => new Decimal(ppb).div(BILLION).toFixed();
const whole = (ageMs: number): number => Math.max(0, Math.round(ageMs));
