/**
 * What the exchange itself says of one symbol at this moment. Risk asks for it while Redis is unavailable, when the
 * books that the caps are kept in cannot be read, to judge an order that can only reduce.
 */
import { SYMBOL_PATTERN } from '@elvis/trading';
import { Matches } from 'class-validator';
import { query } from './contract';

export class GetFreshPosition {
  @Matches(SYMBOL_PATTERN) readonly symbol!: string;
}

export interface FreshPosition {
  readonly symbol: string;
  /** Signed: above zero is LONG. */
  readonly quantity: string;
  /** What rests there unfilled, on either side, conditional orders included. */
  readonly restingBuys: string;
  readonly restingSells: string;
  /** On the exchange's clock, before it was asked. */
  readonly askedAtMs: number;
}

/** Futures alone: spot has no reduce-only orders. @throws TradingFailure UNAVAILABLE kinds */
export const getFreshPosition = query<GetFreshPosition, FreshPosition>(
  'elvis.query.execution.fresh-position',
  GetFreshPosition,
);
