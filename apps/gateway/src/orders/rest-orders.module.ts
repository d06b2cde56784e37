import { Module } from '@nestjs/common';
import { OrdersClient } from './orders-client';
import { OrdersRestController } from './orders-rest.controller';

@Module({
  controllers: [OrdersRestController],
  providers: [OrdersClient],
})
export class RestOrdersModule {}
