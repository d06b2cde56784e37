import type { AnswerOf } from '../../api/api';

export type Limits = AnswerOf<'/api/v1/risk/limits', 'get'>;
export type Limit = Limits['limits'][number];

/** In what a limit is counted: an amount of the quote asset, a count, milliseconds, or a share of the price. */
export const UNITS: Readonly<Record<Limit['name'], 'amount' | 'count' | 'ms' | 'share'>> = {
  RISK_MAX_ORDER_NOTIONAL: 'amount',
  RISK_MAX_POSITION_NOTIONAL: 'amount',
  RISK_MAX_GROSS_NOTIONAL: 'amount',
  RISK_MAX_OPEN_ORDERS: 'count',
  RISK_MAX_ORDERS_PER_SECOND: 'count',
  RISK_PRICE_COLLAR: 'share',
  RISK_MAX_PRICE_AGE_MS: 'ms',
  RISK_MAX_VENUE_DIVERGENCE: 'share',
  RISK_DUPLICATE_WINDOW_MS: 'ms',
  RISK_MAX_DAILY_LOSS: 'amount',
  RISK_MAX_DRAWDOWN: 'amount',
  RISK_MAX_CONSECUTIVE_REJECTS: 'count',
};

/** A limit may be a word: `off`. */
export const isDecimal = (text: string): boolean => /^\d+(\.\d+)?$/.test(text);

/** The codes by which each limit refuses an order; the age of a price is a lack of ours, and rejects in a row stop their actor. */
export const REFUSED_BY: Readonly<Partial<Record<Limit['name'], string>>> = {
  RISK_MAX_ORDER_NOTIONAL: 'NOTIONAL_ABOVE_ORDER_MAXIMUM',
  RISK_MAX_POSITION_NOTIONAL: 'POSITION_ABOVE_MAXIMUM',
  RISK_MAX_GROSS_NOTIONAL: 'GROSS_ABOVE_MAXIMUM',
  RISK_MAX_OPEN_ORDERS: 'OPEN_ORDERS_ABOVE_MAXIMUM',
  RISK_MAX_ORDERS_PER_SECOND: 'RATE_ABOVE_MAXIMUM',
  RISK_PRICE_COLLAR: 'PRICE_OUTSIDE_COLLAR',
  RISK_MAX_VENUE_DIVERGENCE: 'VENUE_DIVERGENCE_ABOVE_MAXIMUM',
  RISK_DUPLICATE_WINDOW_MS: 'ORDER_REPEATED',
  RISK_MAX_DAILY_LOSS: 'LOSS_ABOVE_DAILY_MAXIMUM',
  RISK_MAX_DRAWDOWN: 'DRAWDOWN_ABOVE_MAXIMUM',
};
