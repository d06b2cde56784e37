/** From a size as wished to a quantity that may be sent. */
import { Decimal, Instrument, OrderSide, floorToStep } from '@elvis/trading';
import { EnterWish, Size } from '@elvis/strategy';

export interface Sized {
  /** On the instrument's step; zero if nothing can be sent. */
  readonly quantity: Decimal;
  /** Why it is less than wished. */
  readonly cut?: 'CAPITAL' | 'MINIMUM' | 'MAXIMUM' | 'STOP_MISSING';
}

export interface SizeFacts {
  readonly capital: Decimal;
  readonly price: Decimal;
  /** Distance of the stop, as a fraction of the price; null without one. */
  readonly stop: Decimal | null;
  /** Notional that may still be added. */
  readonly room: Decimal;
}

const NOTHING = new Decimal(0);

function wished(size: Size, { capital, price, stop }: SizeFacts): Decimal | null {
  switch (size.of) {
    case 'capital':
      return capital.times(size.fraction.value).div(price);
    case 'notional':
      return size.amount.div(price);
    case 'quantity':
      return size.amount;
    case 'risk':
      return stop === null || stop.lte(0) ? null : capital.times(size.fraction.value).div(stop.times(price));
  }
}

export function sized(size: Size, facts: SizeFacts, instrument: Instrument, isMarket: boolean): Sized {
  const asked = wished(size, facts);
  if (asked === null) return { quantity: NOTHING, cut: 'STOP_MISSING' };
  const [step, least, most] = isMarket
    ? [instrument.marketStepSize, instrument.marketMinQuantity, instrument.marketMaxQuantity]
    : [instrument.stepSize, instrument.minQuantity, instrument.maxQuantity];
  const isBeyondRoom = asked.times(facts.price).gt(Decimal.max(facts.room, 0));
  const affordable = isBeyondRoom ? Decimal.max(facts.room, 0).div(facts.price) : asked;
  const may = Decimal.min(affordable, most);
  const quantity = floorToStep(may, step);
  if (quantity.lt(least) || quantity.isZero() || quantity.times(facts.price).lt(instrument.minNotional))
    return { quantity: NOTHING, cut: isBeyondRoom ? 'CAPITAL' : 'MINIMUM' };
  if (isBeyondRoom) return { quantity, cut: 'CAPITAL' };
  return most.lt(asked) ? { quantity, cut: 'MAXIMUM' } : { quantity };
}

/** At what an entry is sized, and rests unless it is one at the market: the price now, the wished limit, or a maker's offset. */
export function entryPrice(
  { at }: EnterWish,
  side: OrderSide,
  price: Decimal,
  { tickSize }: Pick<Instrument, 'tickSize'>,
): Decimal {
  if (at.type === 'limit') return at.price;
  if (at.type === 'market') return price;
  const behind = side === 'BUY' ? new Decimal(1).minus(at.offset.value) : at.offset.value.plus(1);
  return floorToStep(price.times(behind), tickSize);
}
