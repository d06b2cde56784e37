import { Module } from '@nestjs/common';
import { Alerts } from './alerts';
import { AlertsRestController } from './alerts-rest.controller';

@Module({
  controllers: [AlertsRestController],
  providers: [Alerts],
})
export class AlertsModule {}
