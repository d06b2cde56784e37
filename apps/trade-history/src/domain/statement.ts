/**
 * Our fills against the exchange's bookings, to the last unit. Both are compared trade by trade and kind by kind;
 * kinds of booking that no fill tells of (funding, transfers) are only listed.
 */
import { Decimal, ZERO } from '@elvis/trading';

export interface Booking {
  readonly type: string;
  readonly symbol: string | null;
  readonly asset: string;
  readonly tradeId: string | null;
  readonly amount: Decimal;
}

export interface Line {
  readonly asset: string;
  readonly type: string;
  readonly ours: Decimal | null;
  readonly exchange: Decimal;
}

export interface Difference {
  readonly kind: 'MISSING_HERE' | 'MISSING_AT_EXCHANGE' | 'AMOUNT_DIFFERS';
  readonly type: string;
  readonly symbol: string | null;
  readonly asset: string;
  readonly tradeId: string | null;
  readonly ours: Decimal | null;
  readonly exchange: Decimal | null;
}

/** The kinds that come from fills. */
const TRADED_TYPES: readonly string[] = ['REALIZED_PNL', 'COMMISSION', 'TRADE'];

export function reconcile(
  ours: readonly Booking[],
  exchange: readonly Booking[],
): { readonly lines: readonly Line[]; readonly differences: readonly Difference[] } {
  const isTraded = ({ type }: Booking): boolean => TRADED_TYPES.includes(type);
  const here = summed(ours, tradeKey);
  const there = summed(exchange.filter(isTraded), tradeKey);
  const differences = [...new Set([...here.keys(), ...there.keys()])]
    .sort()
    .flatMap((key) => difference(here.get(key), there.get(key)) ?? []);
  const ourLines = summed(ours, lineKey);
  const theirLines = summed(exchange, lineKey);
  const lines = [...new Set([...ourLines.keys(), ...theirLines.keys()])].sort().map((key) => {
    const [mine, theirs] = [ourLines.get(key), theirLines.get(key)];
    const { asset, type } = (mine ?? theirs) as Booking;
    return {
      asset,
      type,
      ours: TRADED_TYPES.includes(type) ? (mine?.amount ?? ZERO) : null,
      exchange: theirs?.amount ?? ZERO,
    };
  });
  return { lines, differences };
}

/** A booking of zero and no booking are the same: the exchange writes down neither. */
function difference(ours: Booking | undefined, exchange: Booking | undefined): Difference | undefined {
  const [mine, theirs] = [ours?.amount ?? ZERO, exchange?.amount ?? ZERO];
  if (mine.eq(theirs)) return undefined;
  const { type, symbol, asset, tradeId } = (ours ?? exchange) as Booking;
  const kind = mine.isZero() ? 'MISSING_HERE' : theirs.isZero() ? 'MISSING_AT_EXCHANGE' : 'AMOUNT_DIFFERS';
  return {
    kind,
    type,
    symbol,
    asset,
    tradeId,
    ours: ours ? mine : null,
    exchange: exchange ? theirs : null,
  };
}

const tradeKey = ({ type, symbol, asset, tradeId }: Booking): string =>
  [type, symbol ?? '', asset, tradeId ?? ''].join(' ');
const lineKey = ({ asset, type }: Booking): string => `${asset} ${type}`;

function summed(bookings: readonly Booking[], keyOf: (booking: Booking) => string): Map<string, Booking> {
  const sums = new Map<string, Booking>();
  for (const booking of bookings) {
    const key = keyOf(booking);
    const known = sums.get(key);
    sums.set(key, known ? { ...known, amount: known.amount.plus(booking.amount) } : booking);
  }
  return sums;
}
