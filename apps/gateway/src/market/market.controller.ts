import { SYMBOL_PATTERN } from '@elvis/trading';
import { Controller, Get, Param } from '@nestjs/common';
import { Matches } from 'class-validator';
import { Needs } from '../identity/caller';
import { MarketBoard, MarketView } from './market-board';

export class SymbolName {
  @Matches(SYMBOL_PATTERN, { message: 'symbol must be 5 to 20 characters of A-Z 0-9' })
  readonly symbol!: string;
}

@Controller('api/v1/market')
export class MarketController {
  constructor(private readonly board: MarketBoard) {}

  @Get(':symbol')
  @Needs('read')
  view(@Param() { symbol }: SymbolName): MarketView {
    return this.board.view(symbol);
  }
}
