import { MARKETS, Market } from '@elvis/trading';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { isoTime } from '../rest/iso-time';
import { Needs } from '../identity/caller';
import { SymbolCache } from './symbol-cache';
import { Describe } from '../openapi/describe';
import { pathParameter } from '../openapi/parameters';
import { oneOf } from '../openapi/shape';

class MarketName {
  @IsIn(MARKETS) readonly market!: Market;
}

@ApiTags('Market')
@Controller('api/v1/symbols')
export class SymbolsController {
  constructor(private readonly symbols: SymbolCache) {}

  @Get(':market')
  @Describe({
    id: 'symbols',
    summary: 'Tradable symbols with their price and quantity steps',
    parameters: [pathParameter('market', oneOf(MARKETS), 'Which market.')],
    answers: { 200: { description: 'The list; at most ten minutes old.', schema: 'Symbols' } },
    failures: { 503: ['VENUE_UNREACHABLE', 'VENUE_FROZEN'] },
  })
  @Needs('read')
  async list(@Param() { market }: MarketName): Promise<object> {
    const { items, asOfMs } = await this.symbols.list(market);
    return { market, items, nextCursor: null, asOf: isoTime(asOfMs) };
  }
}
