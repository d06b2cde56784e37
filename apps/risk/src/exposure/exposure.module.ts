import { Module } from '@nestjs/common';
import { FactsModule } from '../facts/facts.module';
import { RedisIncarnation } from './redis-incarnation';
import { ReservationStore } from './reservation-store';
import { ReservationSweeper } from './reservation-sweeper';

@Module({
  imports: [FactsModule],
  providers: [RedisIncarnation, ReservationStore, ReservationSweeper],
  exports: [RedisIncarnation, ReservationStore],
})
export class ExposureModule {}
