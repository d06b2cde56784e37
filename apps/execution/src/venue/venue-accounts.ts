/** The port that reads our account of each market, as the exchange has it now. */
import { AccountReading } from '../domain/known-account';

export interface MarketAccount {
  /** Balances and positions, at any load. @throws TradingFailure */
  account(): Promise<Omit<AccountReading, 'asOfMs'>>;
}

export interface FuturesAccount extends MarketAccount {
  /** The signed position of one symbol, asked for as urgently as the fate of an order. @throws TradingFailure */
  position(symbol: string): Promise<string>;
}

export abstract class VenueAccounts {
  abstract readonly futures: FuturesAccount;
  abstract readonly spot: MarketAccount;
}
