/** Amounts that a strategy names; they are told apart by the type, since a price is no quantity. */
import { Decimal, floorToStep } from '@elvis/trading';

declare const unit: unique symbol;
type Amount<Name extends string> = Decimal & { readonly [unit]: Name };

/** On the instrument's grid. */
export type Price = Amount<'price'>;

/** To the next tick below. @param number a level that a signal found */
export const priceOnGrid = (level: number, tickSize: Decimal): Price =>
  floorToStep(new Decimal(level), tickSize) as Price;
