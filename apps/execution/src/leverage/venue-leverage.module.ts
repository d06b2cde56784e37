import { Module } from '@nestjs/common';
import { AccountFactsModule } from '../facts/account-facts.module';
import { LimiterModule } from '../limiter/limiter.module';
import { VenueModule } from '../venue/venue.module';
import { LeverageSetter } from './leverage-setter';
import { VenueLeverageController } from './venue-leverage.controller';

@Module({
  imports: [LimiterModule, VenueModule, AccountFactsModule],
  controllers: [VenueLeverageController],
  providers: [LeverageSetter],
  exports: [LeverageSetter],
})
export class VenueLeverageModule {}
