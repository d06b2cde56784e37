/**
 * Which symbols are asked for the fills that nobody told of. Each costs weight of its own (5 on futures, 20 on spot), so
 * where many symbols are traded only those are asked that may have any: the exchange's bookings name them, or their
 * position is not ours. A fill that moved neither a position nor a balance in sum is found with the next of its symbol.
 */
import { Decimal, Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { AccountReader } from '../facts/account-reader';
import { ExposureLedger } from '../ledgers/exposure-ledger';
import { TradeCursor } from '../ledgers/trade-cursor';
import { ExchangeClock } from '../limiter/clock/exchange-clock';
import { VenueOrders } from '../venue/venue-orders';

/** On futures they cost 200 of the weight, a reading of the account and its bookings 40; on spot 200 and 20. */
const MOST_ONE_BY_ONE: Readonly<Record<Market, number>> = { futures: 40, spot: 10 };
/** A fill's booking is listed within this. */
const LISTED_WITHIN_MS = 60_000;

export interface ToFetch {
  readonly symbols: readonly string[];
  /** Exchange time since which all fills are accounted for of symbols without a known trade; undefined: not known. */
  readonly sinceMs: number | undefined;
  /** They were fetched, all of them. */
  readonly done: () => Promise<void>;
}

@Injectable()
export class FillsToFetch {
  constructor(
    private readonly venue: VenueOrders,
    private readonly reader: AccountReader,
    private readonly exposure: ExposureLedger,
    private readonly cursor: TradeCursor,
    private readonly clock: ExchangeClock,
  ) {}

  /** @throws TradingFailure the exchange or a store could not be asked */
  async choose(market: Market, traded: readonly string[]): Promise<ToFetch> {
    if (traded.length <= MOST_ONE_BY_ONE[market])
      return { symbols: traded, sinceMs: undefined, done: () => Promise.resolve() };
    const sinceMs = await this.cursor.readLookedUpTo(market);
    const upToMs = this.clock.now() - LISTED_WITHIN_MS;
    const booked = await this.booked(market, sinceMs);
    const moved = await this.moved(market);
    return {
      symbols: traded.filter((symbol) => booked.has(symbol) || moved.has(symbol)),
      sinceMs,
      done: () => this.cursor.writeLookedUpTo(market, upToMs),
    };
  }

  /** Spot has no bookings; there every fill moves what is held. The first look asks of what was followed one by one before. */
  private async booked(market: Market, sinceMs: number | undefined): Promise<ReadonlySet<string>> {
    if (sinceMs === undefined) return this.cursor.knownSymbols(market);
    return market === 'futures' ? this.venue.futures.tradedSince(sinceMs) : new Set();
  }

  private async moved(market: Market): Promise<ReadonlySet<string>> {
    const ours = await this.exposure.readPositions(market);
    const { positions } = await this.reader.readFromExchange(market);
    const theirs = new Map(positions.map(({ symbol, quantity }) => [symbol, quantity]));
    const differs = (symbol: string): boolean =>
      !new Decimal(ours.get(symbol) ?? 0).eq(theirs.get(symbol) ?? 0);
    return new Set([...ours.keys(), ...theirs.keys()].filter(differs));
  }
}
