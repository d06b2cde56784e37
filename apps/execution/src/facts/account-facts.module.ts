import { Module } from '@nestjs/common';
import { LimiterModule } from '../limiter/limiter.module';
import { VenueModule } from '../venue/venue.module';
import { AccountFacts } from './account-facts';
import { AccountMode } from './account-mode';
import { AccountReader } from './account-reader';
import { AccountStore } from './account-store';
import { FactsController } from './facts.controller';
import { FreshPositions } from './fresh-positions';
import { IncomeCache } from './income-cache';
import { IncomeController } from './income.controller';
import { LeverageStore } from './leverage-store';
import { MarkPrices } from './mark-prices';

@Module({
  imports: [LimiterModule, VenueModule],
  controllers: [FactsController, IncomeController],
  providers: [
    AccountMode,
    AccountStore,
    AccountReader,
    LeverageStore,
    MarkPrices,
    AccountFacts,
    IncomeCache,
    FreshPositions,
  ],
  exports: [AccountMode, AccountStore, AccountReader, LeverageStore, MarkPrices],
})
export class AccountFactsModule {}
