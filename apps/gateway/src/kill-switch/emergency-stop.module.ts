import { Module } from '@nestjs/common';
import { BareSwitch } from './bare-switch';
import { EmergencyStopController } from './emergency-stop.controller';
import { EmergencyStop } from './emergency-stop';

@Module({
  controllers: [EmergencyStopController],
  providers: [BareSwitch, EmergencyStop],
})
export class EmergencyStopModule {}
