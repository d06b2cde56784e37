/** What the reserve script is asked: an order with its worst case, in whole units that a double holds exactly. */
import {
  CLOCK_DRIFT,
  EXPOSURE_UNITS,
  MAX_CLOCK_AGE_MS,
  MAX_CLOCK_ERROR_MS,
  Reservation as Held,
  balancesSinceField,
  reservationField,
  walletField,
} from '@elvis/contracts';
import { ExposureLimits, largestNotional } from '@elvis/rules';
import { Decimal, OrderContent, TradingState, ZERO, canonicalOrder, maxDecimal } from '@elvis/trading';
import { hash } from 'node:crypto';

const { AMOUNT_UNIT, QUANTITY_UNIT } = EXPOSURE_UNITS;

/** By `<market>:<symbol>`: the mark, and the leverage it is traded on. */
type Marks = Readonly<Record<string, readonly [mark: number, leverage: number]>>;

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
  /** The epoch of the view that the order was judged by. */
  readonly epoch: number;
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
  readonly amending?: string;
}

export function requestOf(wanted: Wanted, runId: string): object {
  const { content, actor, approvalId, limits, isReduceOnly } = wanted;
  const { clientOrderId, market, symbol, side, quantity } = content;
  const order = fingerprint(content);
  // A spot order holds back what it pays; the caps value it at the mark besides.
  const paid = side === 'BUY' ? wanted.funds?.needed : undefined;
  const notional = (paid ?? wanted.notional).toFixed();
  const body = JSON.stringify({
    market,
    symbol,
    side,
    quantity,
    notional,
    actor,
    approvalId,
    order,
    type: content.type,
    price: content.price,
    ...(isReduceOnly && { reduceOnly: true }),
  });
  const amended = wanted.amending === undefined ? undefined : amendedReservation(wanted, wanted.amending);
  return {
    runId,
    epoch: `${wanted.epoch}`,
    id: clientOrderId,
    field: reservationField(clientOrderId),
    body: amended?.text ?? `${body.slice(0, -1)},"atMs":`,
    amend: wanted.amending,
    order,
    maxClockErrorMs: MAX_CLOCK_ERROR_MS,
    maxClockAgeMs: MAX_CLOCK_AGE_MS,
    clockDrift: CLOCK_DRIFT,
    symbol: `${market}:${symbol}`,
    side,
    state: wanted.state,
    reduceOnly: isReduceOnly,
    ...(content.closePosition && { closes: true }),
    ...fundsOf(wanted),
    quantity: units(amended?.left ?? new Decimal(quantity), QUANTITY_UNIT, Decimal.ROUND_UP),
    notional: units(amended?.worth ?? wanted.notional, AMOUNT_UNIT, Decimal.ROUND_UP),
    resting: units(amended?.restingWorth ?? ZERO, AMOUNT_UNIT),
    restingLeft: units(amended?.restingLeft ?? ZERO, QUANTITY_UNIT),
    marks: wanted.marks,
    limits: {
      position: largestPosition(limits),
      gross: limits.maxGrossNotional && units(limits.maxGrossNotional, AMOUNT_UNIT),
      equity: limits.equity && units(limits.equity, AMOUNT_UNIT),
      openOrders: limits.maxOpenOrders,
      perSecond: limits.maxOrdersPerSecond,
      duplicateMs: limits.duplicateWindowMs,
    },
  };
}

/** In whole 1e-8 of the asset, as the balances are kept. */
function fundsOf({ content, funds }: Wanted): object {
  if (!funds) return {};
  return {
    asset: funds.asset,
    pairs: funds.pairs,
    since: balancesSinceField(content.market),
    wallet: walletField(content.market, funds.asset),
    locked: units(funds.locked, QUANTITY_UNIT, Decimal.ROUND_UP),
    needed: units(funds.needed, QUANTITY_UNIT, Decimal.ROUND_UP),
  };
}

/** By the house or by the exchange's brackets, whichever is less: which of them it was is said by the rules in TypeScript. */
function largestPosition({ maxPositionNotional, leverage, brackets }: ExposureLimits): number | undefined {
  const caps = [
    ...(maxPositionNotional ? [maxPositionNotional] : []),
    ...(leverage !== undefined && brackets ? [largestNotional(leverage, brackets)] : []),
  ];
  return caps.length === 0 ? undefined : units(Decimal.min(...caps), AMOUNT_UNIT);
}

/** The reservation that holds the larger of an order's present terms and its new ones, and what is left to fill of it. */
function amendedReservation(
  { content, notional }: Wanted,
  standing: string,
): {
  readonly text: string;
  readonly left: Decimal;
  readonly worth: Decimal;
  readonly restingWorth: Decimal;
  readonly restingLeft: Decimal;
} {
  const held = JSON.parse(standing) as Held;
  const total = maxDecimal(new Decimal(held.quantity), new Decimal(content.quantity));
  const worth = maxDecimal(new Decimal(held.notional), notional);
  const filled = new Decimal(held.filled ?? 0);
  const left = maxDecimal(total.minus(filled), ZERO);
  const leftOfHeld = maxDecimal(new Decimal(held.quantity).minus(filled), ZERO);
  return {
    text: JSON.stringify({ ...held, quantity: total.toFixed(), notional: worth.toFixed() }),
    left,
    worth: worth.times(left).div(total),
    restingWorth: new Decimal(held.notional).times(leftOfHeld).div(held.quantity),
    restingLeft: leftOfHeld,
  };
}

const units = (value: Decimal, unit: number, rounding: Decimal.Rounding = Decimal.ROUND_DOWN): number =>
  value.times(unit).toDecimalPlaces(0, rounding).toNumber();

const digest = (text: string): string => hash('sha256', text, 'base64url').slice(0, 22);
const fingerprint = (content: OrderContent): string => digest(canonicalOrder(content));
/** The same order under any id. */
export const repeatKey = (actor: string, content: OrderContent): string =>
  digest(`${actor} ${canonicalOrder({ ...content, clientOrderId: '' })}`);
