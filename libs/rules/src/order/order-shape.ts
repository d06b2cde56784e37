/**
 * What each type of order is made of, by market. A type that does not stand here is not sent; a field that its type does
 * not take, or one that it lacks, is a refusal and never passed on.
 */
import { Market, OrderContent, OrderType } from '@elvis/trading';

export interface OrderShape {
  readonly hasPrice: boolean;
  /** Waits at the exchange until the market comes to its trigger. */
  readonly trigger: 'none' | 'needed' | 'optional';
  readonly hasCallback: boolean;
  /** May close whatever the position is by then. */
  readonly mayClosePosition: boolean;
  readonly hasTimeInForce: boolean;
}

const PLAIN: OrderShape = {
  hasPrice: true,
  trigger: 'none',
  hasCallback: false,
  mayClosePosition: false,
  hasTimeInForce: true,
};
const AT_MARKET: OrderShape = { ...PLAIN, hasPrice: false, hasTimeInForce: false };
const STOP_LIMIT: OrderShape = { ...PLAIN, trigger: 'needed' };
const STOP_AT_MARKET: OrderShape = { ...AT_MARKET, trigger: 'needed', mayClosePosition: true };

const SHAPES: Readonly<Record<Market, Readonly<Partial<Record<OrderType, OrderShape>>>>> = {
  futures: {
    LIMIT: PLAIN,
    MARKET: AT_MARKET,
    STOP: STOP_LIMIT,
    TAKE_PROFIT: STOP_LIMIT,
    STOP_MARKET: STOP_AT_MARKET,
    TAKE_PROFIT_MARKET: STOP_AT_MARKET,
    TRAILING_STOP_MARKET: { ...AT_MARKET, trigger: 'optional', hasCallback: true },
  },
  spot: {
    LIMIT: PLAIN,
    MARKET: AT_MARKET,
    LIMIT_MAKER: { ...PLAIN, hasTimeInForce: false },
    STOP_LOSS_LIMIT: STOP_LIMIT,
    TAKE_PROFIT_LIMIT: STOP_LIMIT,
  },
};

type Kind = Pick<OrderContent, 'market' | 'type'>;

/** Undefined where the market has no such orders, or Elvis does not send them. */
export const shapeOf = ({ market, type }: Kind): OrderShape | undefined => SHAPES[market][type];

/** Waits for its trigger before it is an order like any other. */
export const isConditional = (kind: Kind): boolean => (shapeOf(kind)?.trigger ?? 'none') !== 'none';

/** Takes what the book offers once it is awake. */
export const takesMarket = (kind: Kind): boolean => shapeOf(kind)?.hasPrice === false;

/** Wakes when the market has moved its own way: a loss that is cut, not a profit that is taken. */
export const isStop = ({ type }: Kind): boolean => type.startsWith('STOP');

/** Reduce-only, or one that closes the position. */
export const isSentToReduce = ({
  reduceOnly = false,
  closePosition = false,
}: Pick<OrderContent, 'reduceOnly' | 'closePosition'>): boolean => reduceOnly || closePosition;

/** Cannot make what is held larger: sent reduce-only, or, on spot, sold from what is owned. */
export const opensNothing = ({
  content: { market, side },
  isReduceOnly,
}: {
  readonly content: Pick<OrderContent, 'market' | 'side'>;
  readonly isReduceOnly: boolean;
}): boolean => isReduceOnly || (market === 'spot' && side === 'SELL');
