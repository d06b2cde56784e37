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
import { LeverageKeeper } from './leverage-keeper';
import { LeverageTable } from './leverage-table';
import { Venue } from './venue';

/** Binance changes the table rarely, and announces it. */
const BRACKETS_FRESH_MS = 600_000;

@Controller()
export class LeverageController {
  private kept: { readonly brackets: ReturnType<LeverageTable['brackets']>; readonly at: number } | undefined;

  constructor(
    private readonly keeper: LeverageKeeper,
    private readonly table: LeverageTable,
    private readonly venue: Venue,
  ) {}

  @MessagePattern(setVenueLeverage.subject)
  async set(@Payload() { symbol, leverage }: SetVenueLeverage): Promise<VenueLeverage> {
    try {
      await this.keeper.ensure(symbol, leverage);
    } catch (error) {
      if (!(error instanceof TradingFailure) || error.code !== 'VENUE_REJECTED') throw error;
      throw new TradingFailure('LEVERAGE_REFUSED', `The exchange refused: ${error.message}`, {
        cause: error,
      });
    }
    const found = await this.venue.leverageOf(symbol);
    return { symbol, leverage: found, confirmedAtMs: Date.now() };
  }

  @MessagePattern(listVenueLeverages.subject)
  async list(
    @Payload() _query: ListVenueLeverages,
  ): Promise<{ readonly items: readonly SymbolLeverage[]; readonly asOfMs: number }> {
    const [leverages, brackets] = await Promise.all([this.venue.leverages(), this.brackets()]);
    const items = [...brackets].map(([symbol, rows]) => ({
      symbol,
      leverage: leverages.get(symbol) ?? 0,
      brackets: rows,
    }));
    return { items, asOfMs: Date.now() };
  }

  private brackets(): ReturnType<LeverageTable['brackets']> {
    if (this.kept && performance.now() - this.kept.at < BRACKETS_FRESH_MS) return this.kept.brackets;
    const brackets = this.table.brackets();
    this.kept = { brackets, at: performance.now() };
    brackets.catch(() => (this.kept = undefined));
    return brackets;
  }
}
