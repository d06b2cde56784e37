/** The price between the best bid and the best ask of an order book; undefined where a side is empty or the two cross. */
import { Decimal, parsePositiveDecimal } from '@elvis/trading';

type Levels = readonly (readonly [price: string, quantity: string])[];

export function middleOf(bids: Levels, asks: Levels): Decimal | undefined {
  const bid = parsePositiveDecimal(bids[0]?.[0]);
  const ask = parsePositiveDecimal(asks[0]?.[0]);
  return bid && ask && bid.lte(ask) ? bid.plus(ask).div(2) : undefined;
}
