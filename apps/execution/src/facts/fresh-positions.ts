/**
 * One symbol as the exchange shows it now, position and resting orders, for an order that is to reduce while Redis is
 * away. The clock is read first: nothing in the answer is older than the time it states.
 */
import { FreshPosition } from '@elvis/contracts';
import { MAX_CLOCK_ERROR_MS, OrderSide, TradingFailure, ZERO } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { ExchangeClock } from '../limiter/clock/exchange-clock';
import { VenueAccounts } from '../venue/venue-accounts';
import { VenueOrders, WorkingOrder } from '../venue/venue-orders';

@Injectable()
export class FreshPositions {
  constructor(
    private readonly accounts: VenueAccounts,
    private readonly orders: VenueOrders,
    private readonly clock: ExchangeClock,
  ) {}

  /** @throws TradingFailure CLOCK_UNCERTAIN and what a read throws */
  async readPosition(symbol: string): Promise<FreshPosition> {
    const askedAtMs = this.clock.now();
    // An approval is dated by it: what is approved and what leaves go by a clock of the same worth.
    if (this.clock.errorMs() > MAX_CLOCK_ERROR_MS)
      throw new TradingFailure(
        'CLOCK_UNCERTAIN',
        'The time of the exchange is not known precisely enough; nothing was done. Retry',
        {
          retryAfterMs: 1_000,
        },
      );
    const [quantity, working] = await Promise.all([
      this.accounts.futures.position(symbol),
      this.orders.futures.openOrders(symbol),
    ]);
    const ofSymbol = working.filter((order) => order.symbol === symbol);
    const [restingBuys, restingSells] = [unfilled(ofSymbol, 'BUY'), unfilled(ofSymbol, 'SELL')];
    return { symbol, quantity, restingBuys, restingSells, askedAtMs };
  }
}

const unfilled = (orders: readonly WorkingOrder[], side: OrderSide): string =>
  orders
    .filter((order) => order.side === side)
    .reduce((sum, { quantity, filledQuantity }) => sum.plus(quantity ?? 0).minus(filledQuantity), ZERO)
    .toFixed();
