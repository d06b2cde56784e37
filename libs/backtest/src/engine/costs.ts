/** What trading costs: fractions of the notional, or of the price. */
import { Decimal } from '@elvis/trading';

export interface Costs {
  readonly takerFee: Decimal;
  readonly makerFee: Decimal;
  /** Of the price; half of what lies between bid and ask. */
  readonly halfSpread: number;
  /** Of the price, on top. */
  readonly slippage: number;
  /** Of the notional, every eight hours; what longs pay shorts. */
  readonly fundingRate: Decimal;
  readonly liquidationFee: Decimal;
}

/** Binance's fees without a discount (VIP 0), 2 basis points of slippage; funding as where markets are calm. */
export const FUTURES_COSTS: Costs = {
  takerFee: new Decimal('0.0005'),
  makerFee: new Decimal('0.0002'),
  halfSpread: 0.000_01,
  slippage: 0.000_2,
  fundingRate: new Decimal('0.0001'),
  liquidationFee: new Decimal('0.0125'),
};

export const SPOT_COSTS: Costs = {
  takerFee: new Decimal('0.001'),
  makerFee: new Decimal('0.001'),
  halfSpread: 0.000_01,
  slippage: 0.000_2,
  fundingRate: new Decimal(0),
  liquidationFee: new Decimal(0),
};

/** Funding is exchanged at 00:00, 08:00 and 16:00 UTC. */
export const FUNDING_EVERY_MS = 28_800_000;
