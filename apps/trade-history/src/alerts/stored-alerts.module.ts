import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module';
import { AlertRounds } from './alert-rounds';
import { StoredAlerts } from './stored-alerts';
import { StoredAlertsController } from './stored-alerts.controller';

@Module({
  imports: [DatabaseModule],
  controllers: [StoredAlertsController],
  providers: [StoredAlerts, AlertRounds],
  exports: [StoredAlerts],
})
export class StoredAlertsModule {}
