/** What the bot holds, of its own fills alone, and what they have brought. */
import { BotFigures, BotPosition } from '@elvis/contracts';
import { Decimal, Fill } from '@elvis/trading';

export const FLAT_POSITION: BotPosition = { quantity: '0', entryPrice: null, openedAtMs: null };
export const NO_FIGURES: BotFigures = {
  day: '',
  dayNet: '0',
  dayTrades: 0,
  runNet: '0',
  positionNet: '0',
};
/** The mean price of a position is rounded to so many digits. */
const PRICE_DIGITS = 12;

export const dayOf = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10);

/** After one fill: bought adds, sold takes away, and what passes through zero is a new position at this price. */
export function positionAfter({ quantity, entryPrice, openedAtMs }: BotPosition, fill: Fill): BotPosition {
  const held = new Decimal(quantity);
  const moved = new Decimal(fill.quantity).times(fill.side === 'BUY' ? 1 : -1);
  const left = held.plus(moved);
  if (left.isZero()) return FLAT_POSITION;
  const isNew = held.isZero() || held.isNegative() !== left.isNegative();
  if (isNew) return { quantity: left.toFixed(), entryPrice: fill.price, openedAtMs: fill.tradedAtMs };
  if (left.abs().lt(held.abs())) return { quantity: left.toFixed(), entryPrice, openedAtMs };
  const cost = held
    .abs()
    .times(entryPrice ?? fill.price)
    .plus(moved.abs().times(fill.price));
  return {
    quantity: left.toFixed(),
    entryPrice: cost.div(left.abs()).toDecimalPlaces(PRICE_DIGITS).toFixed(),
    openedAtMs,
  };
}

/** What this fill brought, less its fee where that was taken in the quote asset. */
export function netOf({ realizedPnl, fee, feeAsset, quoteAsset, price, baseAsset }: Fill): Decimal {
  const inQuote = feeAsset === baseAsset ? new Decimal(fee).times(price) : new Decimal(fee);
  const isKnown = quoteAsset === undefined || feeAsset === quoteAsset || feeAsset === baseAsset;
  return new Decimal(realizedPnl).minus(isKnown ? inQuote : 0);
}

export function figuresAfter(figures: BotFigures, fill: Fill, after: BotPosition): BotFigures {
  const net = netOf(fill);
  const day = dayOf(fill.tradedAtMs);
  const today = day === figures.day ? figures : { ...figures, dayNet: '0', dayTrades: 0 };
  const isClosed = after.entryPrice === null;
  const positionNet = net.plus(figures.positionNet);
  return {
    day,
    dayNet: net.plus(today.dayNet).toFixed(),
    dayTrades: today.dayTrades + (isClosed ? 1 : 0),
    runNet: net.plus(figures.runNet).toFixed(),
    positionNet: isClosed ? '0' : positionNet.toFixed(),
  };
}
