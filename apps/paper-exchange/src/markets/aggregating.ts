/** The markets whose newest aggregate trade is still open: the others need not be looked at. */
import { AggregateTrade, SymbolMarket, Tape } from '@elvis/simulation';

export class Aggregating {
  private readonly markets = new Set<SymbolMarket>();

  constructor(private readonly tape: (symbol: string) => Tape) {}

  add(market: SymbolMarket): void {
    this.markets.add(market);
  }

  /** Closes what has been open long enough. */
  close(now: number, closed: (market: SymbolMarket, trade: AggregateTrade) => void): void {
    for (const market of this.markets) {
      const tape = this.tape(market.instrument.symbol);
      const trade = tape.closeAggregate(now);
      if (!tape.isAggregating) this.markets.delete(market);
      if (trade) closed(market, trade);
    }
  }
}
