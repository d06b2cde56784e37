import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module';
import { FactsModule } from '../facts/facts.module';
import { LeaseStore } from './lease-store';
import { LeaseSweeper } from './lease-sweeper';
import { LeaseUse } from './lease-use';
import { LeasesController } from './leases.controller';
import { SymbolLeases } from './symbol-leases';

@Module({
  imports: [FactsModule, EventsModule],
  controllers: [LeasesController],
  providers: [LeaseStore, LeaseUse, SymbolLeases, LeaseSweeper],
  exports: [SymbolLeases],
})
export class LeasesModule {}
