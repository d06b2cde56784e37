import { Module } from '@nestjs/common';
import { VenueModule } from '../venue/venue.module';
import { BalanceLedger } from './balance-ledger';
import { ExposureLedger } from './exposure-ledger';
import { SumsReconciler } from './sums-reconciler';
import { TradeCursor } from './trade-cursor';

@Module({
  imports: [VenueModule],
  providers: [ExposureLedger, SumsReconciler, BalanceLedger, TradeCursor],
  exports: [ExposureLedger, BalanceLedger, TradeCursor],
})
export class LedgersModule {}
