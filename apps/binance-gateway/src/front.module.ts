import { Bus, RedisModule, Seal } from '@elvis/platform';
import { Module } from '@nestjs/common';
import { AccountCalls } from './account/account-calls';
import { ExchangeTime } from './clock/exchange-time';
import { FrontConfig } from './front.config';
import { FrontKeys } from './keys/front-keys';
import { MarketCalls } from './market/market-calls';
import { OrderCalls } from './orders/order-calls';
import { OwnOrders } from './orders/own-orders';
import { OrderSender } from './orders/order-sender';
import { RestServer } from './rest/rest-server';
import { Routes } from './rest/routes';

/** Everything that the front consists of; it has no state but what it may forget at any moment. */
@Module({
  imports: [RedisModule],
  providers: [
    ExchangeTime,
    {
      provide: FrontKeys,
      inject: [Bus, FrontConfig],
      useFactory: (bus: Bus, { ENCRYPTION_KEY, ENCRYPTION_KEY_OLD }: FrontConfig) =>
        new FrontKeys(bus, new Seal([ENCRYPTION_KEY, ENCRYPTION_KEY_OLD])),
    },
    OwnOrders,
    OrderSender,
    OrderCalls,
    AccountCalls,
    MarketCalls,
    Routes,
    RestServer,
  ],
})
export class FrontModule {}
