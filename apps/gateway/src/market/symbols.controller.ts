import { MARKETS, Market } from '@elvis/trading';
import { Controller, Get, Param } from '@nestjs/common';
import { IsIn } from 'class-validator';
import { isoTime } from '../rest/iso-time';
import { Needs } from '../identity/caller';
import { SymbolCache } from './symbol-cache';

class MarketName {
  @IsIn(MARKETS) readonly market!: Market;
}

@Controller('api/v1/symbols')
export class SymbolsController {
  constructor(private readonly symbols: SymbolCache) {}

  @Get(':market')
  @Needs('read')
  async list(@Param() { market }: MarketName): Promise<object> {
    const { items, asOfMs } = await this.symbols.list(market);
    return { market, items, nextCursor: null, asOf: isoTime(asOfMs) };
  }
}
