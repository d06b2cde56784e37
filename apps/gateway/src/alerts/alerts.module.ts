import { Module } from '@nestjs/common';
import { Alerts } from './alerts';

@Module({
  providers: [Alerts],
})
export class AlertsModule {}
