import { Module } from '@nestjs/common';
import { FactsModule } from '../facts/facts.module';
import { FleetVersions } from './fleet-versions';

@Module({ imports: [FactsModule], providers: [FleetVersions], exports: [FleetVersions] })
export class FleetModule {}
