import { Module } from '@nestjs/common';
import { OverviewMoments } from './overview-moments';
import { OverviewController } from './overview.controller';

@Module({ controllers: [OverviewController], providers: [OverviewMoments], exports: [OverviewMoments] })
export class OverviewModule {}
