/** Leverage for risk, which alone decides about it: set and read back, and the exchange's table. */
import {
  ListVenueLeverages,
  SetVenueLeverage,
  SymbolLeverage,
  VenueLeverage,
  listVenueLeverages,
  setVenueLeverage,
} from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { AccountStore } from '../facts/account-store';
import { LeverageSetter } from './leverage-setter';
import { FuturesLeverage } from '../venue/futures-leverage';
import { LeverageStore, StoredLeverages } from '../facts/leverage-store';
import { askedBy } from '../limiter/calls/asker';
import { ExchangeClock } from '../limiter/clock/exchange-clock';

/** Binance changes the table rarely, and announces it. */
const BRACKETS_FRESH_MS = 600_000;
/** The stream proves each second that it has told everything. */
const FOLLOWED_MS = 2_500;

@Controller()
export class VenueLeverageController {
  private kept:
    { readonly brackets: ReturnType<FuturesLeverage['brackets']>; readonly at: number } | undefined;

  constructor(
    private readonly setter: LeverageSetter,
    private readonly venue: FuturesLeverage,
    private readonly leverages: LeverageStore,
    private readonly accounts: AccountStore,
    private readonly clock: ExchangeClock,
  ) {}

  @MessagePattern(setVenueLeverage.subject)
  async setLeverage(@Payload() { symbol, leverage }: SetVenueLeverage): Promise<VenueLeverage> {
    try {
      await askedBy('leverage', () => this.setter.ensure(symbol, leverage));
    } catch (error) {
      if (!(error instanceof TradingFailure) || error.code !== 'VENUE_REJECTED') throw error;
      throw new TradingFailure(
        'LEVERAGE_REFUSED',
        `The exchange refused to change the leverage of ${symbol}; it is unchanged: ${(error.context?.exchangeMessage as string | undefined) ?? error.message}`,
        {
          cause: error,
        },
      );
    }
    const found = await askedBy('leverage', () => this.venue.leverageOf(symbol));
    await this.leverages.changeLeverage(symbol, found).catch(() => undefined);
    return { symbol, leverage: found, confirmedAtMs: Date.now() };
  }

  @MessagePattern(listVenueLeverages.subject)
  async listLeverages(
    @Payload() _query: ListVenueLeverages,
  ): Promise<{ readonly items: readonly SymbolLeverage[]; readonly asOfMs: number }> {
    const [{ bySymbol, readAtMs }, brackets] = await askedBy('leverage-query', () =>
      Promise.all([this.leveragesNow(), this.brackets()]),
    );
    const items = [...brackets].map(([symbol, rows]) => ({
      symbol,
      leverage: bySymbol.get(symbol) ?? 0,
      brackets: rows,
    }));
    return { items, asOfMs: readAtMs };
  }

  /** As last read, while the stream of the account tells every change; else as they are read now. */
  private async leveragesNow(): Promise<StoredLeverages> {
    const [stored, account] = await Promise.all([
      this.leverages.readLeverages(),
      this.accounts.readKnown('futures'),
    ]).catch(() => [undefined, undefined]);
    const readAtMs = this.clock.now();
    const isFollowed = account !== undefined && readAtMs - account.knownToMs <= FOLLOWED_MS;
    if (stored && isFollowed && account.readAtMs < account.knownToMs) return stored;
    return { bySymbol: await this.venue.leverages(), readAtMs };
  }

  private brackets(): ReturnType<FuturesLeverage['brackets']> {
    if (this.kept && performance.now() - this.kept.at < BRACKETS_FRESH_MS) return this.kept.brackets;
    const brackets = this.venue.brackets();
    this.kept = { brackets, at: performance.now() };
    brackets.catch(() => (this.kept = undefined));
    return brackets;
  }
}
