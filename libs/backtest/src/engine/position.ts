/** The one position of a run, and what it has brought: amounts are decimals, to the last digit. */
import { Decimal } from '@elvis/trading';
import { ClosedPositionFact, FLAT, PositionFact, positionOf } from '@elvis/strategy';
import { Side } from './fill-rules';

export interface Trade {
  readonly direction: 'LONG' | 'SHORT';
  readonly openedAtMs: number;
  readonly closedAtMs: number;
  readonly quantity: string;
  /** On average. */
  readonly entryPrice: string;
  readonly exitPrice: string;
  /** Before costs. */
  readonly result: string;
  readonly fees: string;
  readonly funding: string;
  readonly net: string;
  readonly reason: ClosedPositionFact['reason'];
  readonly because: { readonly entry: string; readonly exit: string };
}

const ZERO = new Decimal(0);
/** A part that is closed takes its share of what all cost, rounded to so many digits; the rest stays with the rest. */
const COST_DIGITS = 16;

/** What a round trip has gathered until it is flat again. */
interface Round {
  openedAtMs: number;
  entryNotional: Decimal;
  entryQuantity: Decimal;
  exitNotional: Decimal;
  result: Decimal;
  fees: Decimal;
  funding: Decimal;
  because: string;
}

export class Position {
  fact: PositionFact = FLAT;
  /** Signed: below zero is short; as a number for looking at candles. */
  signed = 0;
  /** Cash: capital, results, fees and funding; on spot it is not lessened by what was bought. */
  wallet: Decimal;
  walletNumber: number;
  private entryNumber = 0;
  /** What the position cost altogether. */
  private cost = ZERO;
  readonly paid = { fees: ZERO, funding: ZERO, slippage: ZERO };
  private round: Round | undefined;

  constructor(capital: Decimal) {
    this.wallet = capital;
    this.walletNumber = capital.toNumber();
  }

  /** What all is worth at a price. */
  equityAt(price: number): number {
    return this.signed === 0
      ? this.walletNumber
      : this.walletNumber + this.signed * (price - this.entryNumber);
  }

  /** Cash that did not go into the position, as on spot. */
  get unspent(): Decimal {
    return this.wallet.minus(this.cost);
  }

  /** Adds to the position, or takes from it; never through zero. Returns the round trip if it is over. */
  fill(fill: {
    readonly side: Side;
    readonly quantity: Decimal;
    /** Quantity times price. */
    readonly notional: Decimal;
    readonly fee: Decimal;
    readonly timeMs: number;
    readonly because: string;
    readonly reason: ClosedPositionFact['reason'];
  }): Trade | undefined {
    const { side, quantity, notional, fee, timeMs, because } = fill;
    this.paid.fees = this.paid.fees.plus(fee);
    this.round ??= {
      openedAtMs: timeMs,
      entryNotional: ZERO,
      entryQuantity: ZERO,
      exitNotional: ZERO,
      result: ZERO,
      fees: ZERO,
      funding: ZERO,
      because,
    };
    const { round, fact } = this;
    round.fees = round.fees.plus(fee);
    const opens = fact.isFlat || fact.isLong === (side === 'BUY');
    if (opens) {
      round.entryNotional = round.entryNotional.plus(notional);
      round.entryQuantity = round.entryQuantity.plus(quantity);
      this.cost = this.cost.plus(notional);
      this.hold(side === 'BUY' ? 'LONG' : 'SHORT', fact.quantity.plus(quantity), round.openedAtMs);
      this.credit(fee.negated());
      return undefined;
    }
    const left = fact.quantity.minus(quantity);
    const cost = left.isZero()
      ? this.cost
      : this.cost.times(quantity).div(fact.quantity).toDecimalPlaces(COST_DIGITS);
    this.cost = this.cost.minus(cost);
    const result = fact.isLong ? notional.minus(cost) : cost.minus(notional);
    round.result = round.result.plus(result);
    round.exitNotional = round.exitNotional.plus(notional);
    this.credit(result.minus(fee));
    if (left.gt(0)) {
      this.hold(fact.isLong ? 'LONG' : 'SHORT', left, round.openedAtMs);
      return undefined;
    }
    this.hold('FLAT', ZERO, 0);
    this.round = undefined;
    return {
      direction: side === 'SELL' ? 'LONG' : 'SHORT',
      openedAtMs: round.openedAtMs,
      closedAtMs: timeMs,
      quantity: round.entryQuantity.toFixed(),
      entryPrice: round.entryNotional.div(round.entryQuantity).toDecimalPlaces(8).toFixed(),
      exitPrice: round.exitNotional.div(round.entryQuantity).toDecimalPlaces(8).toFixed(),
      result: round.result.toFixed(),
      fees: round.fees.toFixed(),
      funding: round.funding.toFixed(),
      net: round.result.minus(round.fees).plus(round.funding).toFixed(),
      reason: fill.reason,
      because: { entry: round.because, exit: because },
    };
  }

  /** Longs pay shorts where the rate is above zero. */
  fund(rate: Decimal, price: Decimal): void {
    if (this.fact.isFlat || this.round === undefined) return;
    const paid = this.fact.quantity.times(price).times(rate);
    const received = this.fact.isLong ? paid.negated() : paid;
    this.round.funding = this.round.funding.plus(received);
    this.paid.funding = this.paid.funding.plus(received);
    this.credit(received);
  }

  private credit(amount: Decimal): void {
    this.wallet = this.wallet.plus(amount);
    this.walletNumber = this.wallet.toNumber();
  }

  private hold(direction: PositionFact['direction'], quantity: Decimal, openedAtMs: number): void {
    const fact =
      direction === 'FLAT' ? FLAT : positionOf(direction, quantity, this.cost.div(quantity), openedAtMs);
    this.fact = fact;
    this.entryNumber = fact.entryPrice.toNumber();
    this.signed = fact.isShort ? -fact.quantity.toNumber() : fact.quantity.toNumber();
  }
}
