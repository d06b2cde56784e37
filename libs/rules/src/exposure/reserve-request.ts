/** What a reservation is asked by: an order with its worst case, in whole units that a double holds exactly. */
import {
  Decimal,
  EXPOSURE_UNITS,
  OrderContent,
  OrderSide,
  Reservation,
  TradingState,
  ZERO,
  canonicalOrder,
  maxDecimal,
  sharesCoin,
} from '@elvis/trading';
import { largestNotional } from '../checks/account/bracket';
import { LeverageBracket } from '../order/check';
import { ExposureLimits } from './exposure';

const { AMOUNT_UNIT, QUANTITY_UNIT } = EXPOSURE_UNITS;

/** By `<market>:<symbol>`: the mark, and the leverage it is traded on. */
export type Marks = Readonly<Record<string, readonly [mark: number, leverage: number]>>;

/** By `<market>:<symbol>`: the assets of its instrument. */
export type Pairs = Readonly<Record<string, readonly [base: string, quote: string]>>;

export interface Wanted {
  readonly content: OrderContent;
  readonly actor: string;
  readonly approvalId: string;
  /** Worst case of the whole order, in quote currency. */
  readonly notional: Decimal;
  readonly isReduceOnly: boolean;
  readonly state: TradingState;
  readonly limits: ExposureLimits;
  readonly marks: Marks;
  /**
   * On spot: the asset the order spends, how much of it, what the exchange holds back of it for orders that rest, and which
   * assets the symbols trade that may rest.
   */
  readonly funds?: {
    readonly asset: string;
    readonly needed: Decimal;
    readonly locked: Decimal;
    readonly pairs: Pairs;
  };
  /** A change of an order that rests: its reservation as it was read. `notional` is then of the larger of both. */
  readonly amending?: Reservation;
}

export interface ReserveRequest {
  readonly id: string;
  /** The order's content as text: the same id with another one is another order. */
  readonly order: string;
  /** Equal for an order and its repeats under other ids; absent where repeats are not limited. */
  readonly likeness?: string;
  /** What is written if it may be; its time is put in then, unless it is a change. */
  readonly reservation: Omit<Reservation, 'atMs'> & { readonly atMs?: number };
  readonly amending?: Reservation;
  /** `<market>:<symbol>`. */
  readonly symbol: string;
  readonly side: OrderSide;
  readonly state: TradingState;
  readonly reduceOnly: boolean;
  readonly closes?: true;
  readonly quantity: number;
  readonly notional: number;
  /** Of a change: what is left of the order as it stands, and what that is worth. */
  readonly restingLeft: number;
  readonly resting: number;
  readonly marks: Marks;
  readonly limits: {
    readonly position?: number;
    readonly gross?: number;
    readonly equity?: number;
    readonly openOrders?: number;
    readonly perSecond?: number;
    readonly duplicateMs?: number;
  };
  /** On spot, in whole 1e-8 of the asset, as the balances are kept. */
  readonly funds?: {
    readonly asset: string;
    readonly pairs: Pairs;
    readonly locked: number;
    readonly needed: number;
  };
}

export function reserveRequest(wanted: Wanted): ReserveRequest {
  const { content, actor, limits, isReduceOnly, amending, funds } = wanted;
  const { clientOrderId, market, symbol, side, quantity } = content;
  const amended = amending && amendedReservation(wanted, amending);
  const order = canonicalOrder(content);
  return {
    id: clientOrderId,
    order,
    ...(limits.duplicateWindowMs !== undefined && { likeness: likenessOf(actor, content) }),
    reservation: amended?.reservation ?? newReservation(wanted, order),
    amending,
    symbol: `${market}:${symbol}`,
    side,
    state: wanted.state,
    reduceOnly: isReduceOnly,
    ...(content.closePosition && { closes: true }),
    quantity: units(amended?.left ?? new Decimal(quantity), QUANTITY_UNIT, Decimal.ROUND_UP),
    notional: units(amended?.worth ?? wanted.notional, AMOUNT_UNIT, Decimal.ROUND_UP),
    resting: amended ? units(amended.restingWorth, AMOUNT_UNIT) : 0,
    restingLeft: amended ? units(amended.restingLeft, QUANTITY_UNIT) : 0,
    marks: wanted.marks,
    limits: {
      position: largestPosition(limits),
      gross: limits.maxGrossNotional && boundOf(limits.maxGrossNotional),
      equity: limits.equity && units(limits.equity, AMOUNT_UNIT),
      openOrders: limits.maxOpenOrders,
      perSecond: limits.maxOrdersPerSecond,
      duplicateMs: limits.duplicateWindowMs,
    },
    ...(funds && {
      funds: {
        asset: funds.asset,
        pairs: funds.pairs,
        locked: units(funds.locked, QUANTITY_UNIT, Decimal.ROUND_UP),
        needed: sharesCoin(content) ? 0 : units(funds.needed, QUANTITY_UNIT, Decimal.ROUND_UP),
      },
    }),
  };
}

/** The same for an order and its repeats under other ids. */
export const likenessOf = (actor: string, content: OrderContent): string =>
  `${actor} ${canonicalOrder({ ...content, clientOrderId: '', origin: undefined })}`;

function newReservation(wanted: Wanted, order: string): ReserveRequest['reservation'] {
  const { content, actor, approvalId, isReduceOnly } = wanted;
  const { market, symbol, side, quantity, type, price } = content;
  // A spot order holds back what it pays; the caps value it at the mark besides.
  const paid = side === 'BUY' ? wanted.funds?.needed : undefined;
  return {
    market,
    symbol,
    side,
    quantity,
    notional: (paid ?? wanted.notional).toFixed(),
    actor,
    approvalId,
    order,
    type,
    ...(price !== undefined && { price }),
    ...(isReduceOnly && { reduceOnly: true }),
    ...(sharesCoin(content) && { shares: true }),
  };
}

/** By the house or by the exchange's brackets, whichever is less: which of them it was is said by `checkExposure`. */
function largestPosition({ maxPositionNotional, leverage, brackets }: ExposureLimits): number | undefined {
  const caps = [
    ...(maxPositionNotional ? [boundOf(maxPositionNotional)] : []),
    ...(leverage !== undefined && brackets ? [bracketBound(leverage, brackets)] : []),
  ];
  return caps.length === 0 ? undefined : Math.min(...caps);
}

/** Limits and brackets stay the same from order to order: each is turned into units once. */
const bounds = new WeakMap<Decimal, number>();
const bracketBounds = new WeakMap<readonly LeverageBracket[], Map<number, number>>();

function boundOf(limit: Decimal): number {
  const known = bounds.get(limit) ?? units(limit, AMOUNT_UNIT);
  bounds.set(limit, known);
  return known;
}

function bracketBound(leverage: number, brackets: readonly LeverageBracket[]): number {
  const ofBrackets = bracketBounds.get(brackets) ?? new Map<number, number>();
  bracketBounds.set(brackets, ofBrackets);
  const known = ofBrackets.get(leverage) ?? units(largestNotional(leverage, brackets), AMOUNT_UNIT);
  ofBrackets.set(leverage, known);
  return known;
}

/** The reservation that holds the larger of an order's present terms and its new ones, and what is left to fill of it. */
function amendedReservation(
  { content, notional }: Wanted,
  held: Reservation,
): {
  readonly reservation: Reservation;
  readonly left: Decimal;
  readonly worth: Decimal;
  readonly restingWorth: Decimal;
  readonly restingLeft: Decimal;
} {
  const total = maxDecimal(new Decimal(held.quantity), new Decimal(content.quantity));
  const worth = maxDecimal(new Decimal(held.notional), notional);
  const filled = new Decimal(held.filled ?? 0);
  const left = maxDecimal(total.minus(filled), ZERO);
  const leftOfHeld = maxDecimal(new Decimal(held.quantity).minus(filled), ZERO);
  return {
    reservation: { ...held, quantity: total.toFixed(), notional: worth.toFixed() },
    left,
    worth: worth.times(left).div(total),
    restingWorth: new Decimal(held.notional).times(leftOfHeld).div(held.quantity),
    restingLeft: leftOfHeld,
  };
}

const units = (value: Decimal, unit: number, rounding: Decimal.Rounding = Decimal.ROUND_DOWN): number =>
  value.times(unit).toDecimalPlaces(0, rounding).toNumber();
