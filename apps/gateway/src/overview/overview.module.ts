import { Module } from '@nestjs/common';
import { OverviewBoard } from './overview-board';
import { OverviewController } from './overview.controller';

@Module({ controllers: [OverviewController], providers: [OverviewBoard], exports: [OverviewBoard] })
export class OverviewModule {}
