import { Module } from '@nestjs/common';
import { ControlController } from './control.controller';
import { SymbolLeasesController } from './symbol-leases.controller';

@Module({
  controllers: [ControlController, SymbolLeasesController],
})
export class ControlModule {}
