/** The ways to say how large. */
import { Decimal } from '@elvis/trading';
import { Fraction } from '../parameters/fraction';
import { Size } from './wish';

const fractionOf = (share: Fraction | string): Fraction =>
  share instanceof Fraction ? share : Fraction.of(share);
const amountOf = (amount: Decimal | string): Decimal => new Decimal(amount);

export const sizes = {
  /** Notional of this share of the capital. */
  fraction: (share: Fraction | string): Size => ({ of: 'capital', fraction: fractionOf(share) }),
  /** In the quote asset. */
  notional: (amount: Decimal | string): Size => ({ of: 'notional', amount: amountOf(amount) }),
  /** In the base asset. */
  quantity: (amount: Decimal | string): Size => ({ of: 'quantity', amount: amountOf(amount) }),
  /** This share of the capital is lost if the stop is hit at its price. */
  toRisk: (share: Fraction | string): Size => ({ of: 'risk', fraction: fractionOf(share) }),
  /**
   * Kelly's share of the capital, win - (1 - win) / payoff, never below nothing and never above `atMost`. Kelly, Bell
   * System Technical Journal 35 (1956).
   *
   * @param win share of the trades that win, 0 to 1
   * @param payoff mean win over mean loss, above zero
   */
  kelly: (bet: {
    readonly win: number;
    readonly payoff: number;
    readonly atMost: Fraction | string;
  }): Size => {
    if (!(bet.win >= 0 && bet.win <= 1 && bet.payoff > 0))
      throw new RangeError(`No share of wins and payoff: ${bet.win}, ${bet.payoff}`);
    const share = new Decimal(bet.win - (1 - bet.win) / bet.payoff);
    const atMost = fractionOf(bet.atMost).value;
    return { of: 'capital', fraction: Fraction.of(Decimal.max(0, Decimal.min(share, atMost))) };
  },
} as const;
