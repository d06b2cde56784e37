/**
 * What a client hears for each denial, by market. The class that ccxt makes of a row decides what a bot does, so a row
 * is chosen by that: see docs/binance-front.md for the reason of each that is not obvious.
 */
import { Decimal, DenialCode, Market } from '@elvis/trading';
import {
  BAD_LEVERAGE,
  BAD_SYMBOL,
  BEYOND_LEVERAGE,
  BEYOND_MARKET_BAND,
  CLOSED_FUTURES,
  CLOSED_SPOT,
  NOT_EXECUTED,
  NOT_PERMITTED_SPOT,
  NO_ORDERS_NOW,
  REDUCE_ONLY,
  UNFORESEEN,
  missing,
  notRequired,
  spotFilter,
  tooManyOrders,
} from './sentences';
import { Asked, Because, Row, exactly, refused } from './words';

type Rows = Readonly<Record<Market, Row>>;

const both = (row: Row): Rows => ({ futures: row, spot: row });
/** Of positions and their margin: spot has none, so no check of spot gives it. */
const ofFutures = (futures: Row): Rows => ({ futures, spot: UNFORESEEN });
const isMarketOrder = ({ type }: Asked): boolean => type === 'MARKET';
const isLater = ({ type }: Asked): boolean =>
  type !== undefined && type !== 'MARKET' && type !== 'LIMIT' && type !== 'LIMIT_MAKER';

const offGrid = (code: number, text: string): Rows => ({
  futures: refused(code, text),
  spot: spotFilter('PRICE_FILTER'),
});
const wrongQuantity = (code: number, text: string): Rows => ({
  futures: refused(code, text),
  spot: (asked) => spotFilter(isMarketOrder(asked) ? 'MARKET_LOT_SIZE' : 'LOT_SIZE'),
});
const reduceOnly: Rows = { futures: REDUCE_ONLY, spot: NOT_PERMITTED_SPOT };
const coolingOff: Rows = {
  futures: refused(-4192, 'Trade forbidden due to Cooling-off Period.'),
  spot: NOT_PERMITTED_SPOT,
};
const outsideBand: Rows = {
  futures: (asked, because) => {
    if (isMarketOrder(asked)) return BEYOND_MARKET_BAND;
    return isTooHigh(asked, because)
      ? refused(-4016, 'Price is higher than mark price multiplier cap.')
      : refused(-4024, 'Price is lower than mark price multiplier floor.');
  },
  spot: spotFilter('PERCENT_PRICE_BY_SIDE'),
};
const tooLargePosition: Rows = { futures: BEYOND_LEVERAGE, spot: spotFilter('MAX_POSITION') };

/** By the bounds where the denial tells them; a BUY is refused for its height otherwise, a SELL for its depth. */
function isTooHigh({ side }: Asked, { context }: Because): boolean {
  const { price, highest } = context ?? {};
  if (typeof price === 'string' && typeof highest === 'string')
    return new Decimal(price).gt(new Decimal(highest));
  return side === 'BUY';
}

/** By the reason that the check gives in words: a field that lacks, a field too many, or the type itself. */
const wrongType: Row = (_asked, { context }) => {
  const why = typeof context?.why === 'string' ? context.why : '';
  const lacking = /\bneeds a (\w+)/.exec(why)?.[1];
  if (lacking !== undefined) return missing(lacking);
  if (/GTX/.test(why)) return refused(-1115, 'Invalid timeInForce.');
  const given = /\bmust not have a (\w+)|\bleave (\w+) out|cannot close the (position)/.exec(why);
  if (given) return notRequired(given[1] ?? given[2] ?? 'closePosition');
  return refused(-1116, 'Invalid orderType.');
};

export const DENIAL_WORDS: Readonly<Record<DenialCode, Rows>> = {
  STATE_HALTED: { futures: CLOSED_FUTURES, spot: CLOSED_SPOT },
  STATE_REDUCING: reduceOnly,
  SYMBOL_LEASED: { futures: NO_ORDERS_NOW, spot: NOT_PERMITTED_SPOT },
  CLEARANCE_MISSING: { futures: NO_ORDERS_NOW, spot: NOT_PERMITTED_SPOT },
  CLEARANCE_EXCEEDED: { futures: NO_ORDERS_NOW, spot: NOT_PERMITTED_SPOT },
  INSTRUMENT_UNKNOWN: both(BAD_SYMBOL),
  INSTRUMENT_NOT_TRADING: {
    futures: refused(-4140, 'Invalid symbol status for opening position'),
    spot: CLOSED_SPOT,
  },
  PRICE_NOT_ON_TICK: offGrid(-4014, 'Price not increased by tick size.'),
  PRICE_BELOW_MINIMUM: offGrid(-4013, 'Price less than min price.'),
  PRICE_ABOVE_MAXIMUM: offGrid(-4002, 'Price greater than max price.'),
  PRICE_OUTSIDE_COLLAR: outsideBand,
  PRICE_OUTSIDE_EXCHANGE_BAND: outsideBand,
  QUANTITY_NOT_ON_STEP: wrongQuantity(-4023, 'Qty not increased by step size.'),
  QUANTITY_BELOW_MINIMUM: wrongQuantity(-4004, 'Quantity less than min quantity.'),
  QUANTITY_ABOVE_MAXIMUM: wrongQuantity(-4005, 'Quantity greater than max quantity.'),
  NOTIONAL_BELOW_MINIMUM: {
    futures: refused(
      -4164,
      "Order's notional must be no smaller than the minimum (unless you choose reduce only)",
    ),
    spot: spotFilter('NOTIONAL'),
  },
  NOTIONAL_ABOVE_ORDER_MAXIMUM: {
    futures: refused(-4005, 'Quantity greater than max quantity.'),
    spot: spotFilter('NOTIONAL'),
  },
  BOOK_TOO_THIN: {
    futures: BEYOND_MARKET_BAND,
    spot: exactly(-2010, 'Order book liquidity is less than LOT_SIZE filter minimum quantity.'),
  },
  VENUE_DIVERGENCE_ABOVE_MAXIMUM: reduceOnly,
  LEVERAGE_INVALID: ofFutures(BAD_LEVERAGE),
  LEVERAGE_ABOVE_MAXIMUM: ofFutures(({ doing }) => (doing === 'change' ? BAD_LEVERAGE : BEYOND_LEVERAGE)),
  ORDER_TYPE_UNSUPPORTED: both(wrongType),
  REDUCE_ONLY_NOT_REDUCING: ofFutures(exactly(-2022, 'ReduceOnly Order is rejected.')),
  // A matter of time: "duplicate" would be an InvalidOrder, and a stop refused so becomes a market exit.
  RATE_ABOVE_MAXIMUM: both((_asked, because) => tooManyOrders(because)),
  ORDER_REPEATED: both((_asked, because) => tooManyOrders(because)),
  OPEN_ORDERS_ABOVE_MAXIMUM: {
    futures: (asked) =>
      isLater(asked)
        ? refused(-4045, 'Reach max stop order limit.')
        : refused(-2025, 'Reach max open order limit.'),
    spot: spotFilter('MAX_NUM_ORDERS'),
  },
  POSITION_ABOVE_MAXIMUM: tooLargePosition,
  GROSS_ABOVE_MAXIMUM: tooLargePosition,
  MARGIN_INSUFFICIENT: ofFutures(exactly(-2019, 'Margin is insufficient.')),
  LOSS_ABOVE_DAILY_MAXIMUM: coolingOff,
  DRAWDOWN_ABOVE_MAXIMUM: coolingOff,
  BUILDS_DISAGREE: both(NOT_EXECUTED),
  FUNDS_INSUFFICIENT: {
    futures: UNFORESEEN,
    spot: exactly(-2010, 'Account has insufficient balance for requested action.'),
  },
  TRIGGER_WRONG_SIDE: {
    futures: exactly(-2021, 'Order would immediately trigger.'),
    spot: exactly(-2010, 'Stop price would trigger immediately.'),
  },
  CALLBACK_OUT_OF_RANGE: both(refused(-2007, 'Invalid callBack rate.')),
};
