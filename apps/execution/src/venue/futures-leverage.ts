/** The port to the leverage of futures: what the exchange has for each symbol, and how much it allows for which size. */
import { LeverageBracketRow } from '@elvis/contracts';

export abstract class FuturesLeverage {
  /** The leverage the exchange has for the symbol now. @throws TradingFailure */
  abstract leverageOf(symbol: string): Promise<number>;
  /** The same for every symbol, in one call. @throws TradingFailure */
  abstract leverages(): Promise<ReadonlyMap<string, number>>;
  /** @throws TradingFailure VENUE_REJECTED the exchange refused the value */
  abstract setLeverage(symbol: string, leverage: number): Promise<void>;
  /** By symbol, smallest notional first. @throws TradingFailure */
  abstract brackets(): Promise<ReadonlyMap<string, readonly LeverageBracketRow[]>>;
}
