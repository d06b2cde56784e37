import { Module } from '@nestjs/common';
import { ClearanceRoutes } from './clearances.controller';
import { GoNoGoRoutes } from './go-no-go.controller';

@Module({ controllers: [GoNoGoRoutes, ClearanceRoutes] })
export class GoNoGoRoutesModule {}
