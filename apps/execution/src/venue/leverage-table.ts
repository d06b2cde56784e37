/** What leverage the exchange has for each symbol, and how much it allows for which size. */
import { LeverageBracketRow } from '@elvis/contracts';

export abstract class LeverageTable {
  /** By symbol, smallest notional first. @throws TradingFailure */
  abstract brackets(): Promise<ReadonlyMap<string, readonly LeverageBracketRow[]>>;
}
