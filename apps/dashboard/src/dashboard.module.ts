import { Module } from '@nestjs/common';

/** It serves files and asks nobody anything: health and metrics are those of every service. */
@Module({})
export class DashboardModule {}
