import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module';
import { AlertRounds } from './alert-rounds';
import { Alerts } from './alerts';
import { AlertsController } from './alerts.controller';

@Module({
  imports: [DatabaseModule],
  controllers: [AlertsController],
  providers: [Alerts, AlertRounds],
  exports: [Alerts],
})
export class AlertsModule {}
