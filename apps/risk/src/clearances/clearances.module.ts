import { Module } from '@nestjs/common';
import { FactsModule } from '../facts/facts.module';
import { LimitsModule } from '../limits/limits.module';
import { StandingClearances } from './standing-clearances';
import { UsedClearance } from './used-clearance';

/** What was cleared for live trading: read from trade-history, and what of a limited clearance is used up. */
@Module({
  imports: [FactsModule, LimitsModule],
  providers: [StandingClearances, UsedClearance],
  exports: [StandingClearances],
})
export class ClearancesModule {}
