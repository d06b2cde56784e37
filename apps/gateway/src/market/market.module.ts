import { Module } from '@nestjs/common';
import { AccountController } from './account.controller';
import { CacheCounts } from './cache-counts';
import { CandlesRestController } from './candles-rest.controller';
import { MarketReadsController } from './market-reads.controller';
import { MarketController } from './market.controller';
import { OrderBookCache } from './order-book-cache';
import { QuoteCache } from './quote-cache';
import { SymbolCache } from './symbol-cache';
import { SymbolsController } from './symbols.controller';

@Module({
  controllers: [
    AccountController,
    CandlesRestController,
    MarketController,
    MarketReadsController,
    SymbolsController,
  ],
  providers: [CacheCounts, OrderBookCache, QuoteCache, SymbolCache],
  exports: [SymbolCache],
})
export class MarketModule {}
