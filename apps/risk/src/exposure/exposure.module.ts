import { Module } from '@nestjs/common';
import { FactsModule } from '../facts/facts.module';
import { RedisIncarnation } from './redis-incarnation';
import { ReservationStore } from './reservation-store';
import { ReservationSweeper } from './reservation-sweeper';
import { UnusedApprovals } from './unused-approvals';

@Module({
  imports: [FactsModule],
  providers: [RedisIncarnation, ReservationStore, ReservationSweeper, UnusedApprovals],
  exports: [RedisIncarnation, ReservationStore, UnusedApprovals],
})
export class ExposureModule {}
