/**
 * Leverage is set and read back before the first order on a symbol leaves; Binance gives a fresh symbol 20x. What was
 * confirmed counts until the exchange says that somebody changed it.
 */
import { LOG, Log } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { Venue } from './venue';

@Injectable()
export class LeverageKeeper {
  private readonly confirmed = new Map<string, number>();
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(
    private readonly venue: Venue,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Returns once the exchange has confirmed exactly this leverage for the symbol.
   *
   * @throws TradingFailure LEVERAGE_REFUSED the exchange keeps another value; nothing may be sent
   * @throws TradingFailure UNAVAILABLE kinds the exchange could not be asked; nothing was sent
   */
  async ensure(symbol: string, leverage: number): Promise<void> {
    if (this.confirmed.get(symbol) === leverage) return;
    const key = `${symbol}:${leverage}`;
    const running =
      this.underWay.get(key) ?? this.set(symbol, leverage).finally(() => this.underWay.delete(key));
    this.underWay.set(key, running);
    await running;
  }

  /** The exchange tells of a value; anything but the confirmed one makes the next order ask again. */
  noticed(symbol: string, leverage: number): void {
    if (this.confirmed.get(symbol) === undefined || this.confirmed.get(symbol) === leverage) return;
    this.confirmed.delete(symbol);
    this.log.warn(
      { symbol, leverage },
      'Leverage was changed behind our back; it is set again before the next order',
    );
  }

  private async set(symbol: string, leverage: number): Promise<void> {
    if ((await this.venue.leverageOf(symbol)) !== leverage) await this.venue.setLeverage(symbol, leverage);
    const found = await this.venue.leverageOf(symbol);
    if (found !== leverage) {
      throw new TradingFailure(
        'LEVERAGE_REFUSED',
        `${symbol} stands at ${found}x and not at ${leverage}x; nothing was sent`,
      );
    }
    this.confirmed.set(symbol, leverage);
    this.log.info({ symbol, leverage }, 'Leverage set and read back');
  }
}
