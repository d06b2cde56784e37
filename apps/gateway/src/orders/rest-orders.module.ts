import { Module } from '@nestjs/common';
import { OrderPreviewController } from './order-preview.controller';
import { OrdersClient } from './orders-client';
import { OrdersRestController } from './orders-rest.controller';

@Module({
  controllers: [OrderPreviewController, OrdersRestController],
  providers: [OrdersClient],
})
export class RestOrdersModule {}
