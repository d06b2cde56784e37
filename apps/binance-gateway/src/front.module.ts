import { Bus, RedisModule, Seal } from '@elvis/platform';
import { Module } from '@nestjs/common';
import { AccountCalls } from './account/account-calls';
import { KeyUsage } from './budget/key-usage';
import { FrontClock } from './clock/front-clock';
import { FrontConfig } from './front.config';
import { FrontKeys } from './keys/front-keys';
import { MarketCalls } from './market/market-calls';
import { OrderNumbers } from './orders/order-numbers';
import { OrderCalls } from './orders/order-calls';
import { OwnOrders } from './orders/own-orders';
import { OrderSender } from './orders/order-sender';
import { Replays } from './replay/replays';
import { FrontServer } from './rest/front-server';
import { FrontRefusals } from './rest/refusals';
import { SignedCalls } from './rest/signed-calls';
import { Routes } from './rest/routes';

/** Everything that the front consists of; it has no state but what it may forget at any moment. */
@Module({
  imports: [RedisModule],
  providers: [
    FrontClock,
    {
      provide: FrontKeys,
      inject: [Bus, FrontConfig],
      useFactory: (bus: Bus, { ENCRYPTION_KEY, ENCRYPTION_KEY_OLD }: FrontConfig) =>
        new FrontKeys(bus, new Seal([ENCRYPTION_KEY, ENCRYPTION_KEY_OLD])),
    },
    KeyUsage,
    Replays,
    OrderNumbers,
    OwnOrders,
    OrderSender,
    OrderCalls,
    AccountCalls,
    MarketCalls,
    Routes,
    FrontRefusals,
    SignedCalls,
    FrontServer,
  ],
})
export class FrontModule {}
