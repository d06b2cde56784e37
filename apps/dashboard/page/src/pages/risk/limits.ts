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
