/** The port to what the exchange publishes about each market: what it lists, and the order books. */
import { DepthSnapshot, ExchangeCandle } from '@elvis/contracts';
import { Instrument } from '@elvis/trading';

export interface MarketData {
  /** As the exchange lists them now. @throws TradingFailure */
  instruments(): Promise<readonly Instrument[]>;
  /** @throws TradingFailure */
  depth(symbol: string, limit: number): Promise<DepthSnapshot>;
  /** Those of a minute from `fromMs` up to before `toMs`, oldest first. @throws TradingFailure */
  candles(symbol: string, fromMs: number, toMs: number): Promise<readonly ExchangeCandle[]>;
}

export abstract class VenueMarkets {
  abstract readonly futures: MarketData;
  abstract readonly spot: MarketData;
}
