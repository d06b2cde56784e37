import { Module } from '@nestjs/common';
import { FactsModule } from '../facts/facts.module';
import { LimiterModule } from '../limiter/limiter.module';
import { VenueModule } from '../venue/venue.module';
import { LeverageSetter } from './leverage-setter';
import { LeverageController } from './leverage.controller';

@Module({
  imports: [LimiterModule, VenueModule, FactsModule],
  controllers: [LeverageController],
  providers: [LeverageSetter],
  exports: [LeverageSetter],
})
export class LeverageModule {}
