import { SYMBOL_PATTERN, SYMBOL_RULE } from '@elvis/trading';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { GatewayConfig } from '../gateway.config';
import { Needs } from '../identity/caller';
import { DepthView, QuoteCache, MarketView } from './quote-cache';
import { Describe } from '../openapi/describe';
import { pathParameter, queryParameter } from '../openapi/parameters';
import { symbol } from '../openapi/schema-parts';

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

@ApiTags('Market')
@Controller('api/v1')
export class MarketController {
  constructor(
    private readonly quotes: QuoteCache,
    private readonly config: GatewayConfig,
  ) {}

  @Get('market_depth')
  @Describe({
    id: 'marketDepth',
    summary: 'The order book',
    parameters: [
      queryParameter('symbol', symbol, 'The first of SYMBOLS if absent.'),
      queryParameter('limit', { type: 'integer', enum: [5, 10, 20], default: 20 }, 'Levels per side.'),
    ],
    answers: { 200: { description: 'The newest received.', schema: 'MarketDepth' } },
    failures: { 404: ['INSTRUMENT_NOT_FOUND'], 503: ['MARKET_DATA_MISSING'] },
  })
  @Needs('read')
  depth(@Query() { symbol = this.config.SYMBOLS[0] ?? '', limit }: DepthQuery): Promise<DepthView> {
    return this.quotes.depth(symbol, limit);
  }

  @Get('market/:symbol')
  @Describe({
    id: 'market',
    summary: 'Best bid and ask, and the mark price',
    parameters: [pathParameter('symbol', symbol, 'One of SYMBOLS.')],
    answers: {
      200: {
        description: 'The newest received.',
        schema: 'Market',
        example: { symbol: 'BTCUSDT', bid: '57000.10', ask: '57000.20', mark: '57000.15', ageMs: 42 },
      },
    },
    failures: { 404: ['INSTRUMENT_NOT_FOUND'], 503: ['MARKET_DATA_MISSING'] },
  })
  @Needs('read')
  view(@Param() { symbol }: SymbolName): MarketView {
    return this.quotes.view(symbol);
  }
}
