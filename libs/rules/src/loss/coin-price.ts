/**
 * Which of two prices of a coin is its price now: the middle of its spot book while that is young, else the mark of the
 * same pair on futures, by as much as the two differed when last seen together.
 */
import { Decimal } from '@elvis/trading';
import { MarkFact } from '../order/check';

/** Of a middle that is the price by itself, and of a mark that it is compared with. */
const YOUNG_MS = 1_500;

export interface PricesSeen {
  /** Of the spot book. */
  readonly middle?: MarkFact | undefined;
  readonly mark?: MarkFact | undefined;
  /** Spot's price less the mark, when both were last young. */
  readonly apart?: Decimal | undefined;
}

/** How far the two are apart now; undefined while they cannot be compared. */
export const apartNow = ({ middle, mark }: PricesSeen): Decimal | undefined =>
  middle && mark && middle.ageMs <= YOUNG_MS && mark.ageMs <= YOUNG_MS
    ? middle.price.minus(mark.price)
    : undefined;

export function coinPrice({ middle, mark, apart }: PricesSeen): MarkFact | undefined {
  if (middle && (middle.ageMs <= YOUNG_MS || !mark || middle.ageMs <= mark.ageMs)) return middle;
  if (!mark) return undefined;
  const price = mark.price.plus(apart ?? 0);
  return price.gt(0) ? { price, ageMs: mark.ageMs } : middle;
}
