import { SYMBOL_PATTERN, SYMBOL_RULE } from '@elvis/trading';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { GatewayConfig } from '../gateway.config';
import { Needs } from '../identity/caller';
import { DepthView, QuoteCache, MarketView } from './quote-cache';

export class SymbolName {
  @Matches(SYMBOL_PATTERN, { message: `symbol ${SYMBOL_RULE}` })
  readonly symbol!: string;
}

class DepthQuery {
  @IsOptional()
  @Matches(SYMBOL_PATTERN, { message: `symbol ${SYMBOL_RULE}` })
  readonly symbol?: string;

  @Type(() => Number)
  @IsIn([5, 10, 20])
  readonly limit: number = 20;
}

@Controller()
export class MarketController {
  constructor(
    private readonly quotes: QuoteCache,
    private readonly config: GatewayConfig,
  ) {}

  @Get(['api/v1/market_depth', 'market_depth'])
  @Needs('read')
  depth(@Query() { symbol = this.config.SYMBOLS[0] ?? '', limit }: DepthQuery): Promise<DepthView> {
    return this.quotes.depth(symbol, limit);
  }

  @Get('api/v1/market/:symbol')
  @Needs('read')
  view(@Param() { symbol }: SymbolName): MarketView {
    return this.quotes.view(symbol);
  }
}
