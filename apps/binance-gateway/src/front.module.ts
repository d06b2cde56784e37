import { Bus, RedisModule, Seal } from '@elvis/platform';
import { Module } from '@nestjs/common';
import { AccountCalls } from './account/account-calls';
import { FuturesView } from './account/futures-view';
import { Leases } from './account/leases';
import { SettingCalls } from './account/setting-calls';
import { SpotView } from './account/spot-view';
import { AddressUsage } from './budget/address-usage';
import { KeyUsage } from './budget/key-usage';
import { FrontClock } from './clock/front-clock';
import { FrontConfig } from './front.config';
import { FrontKeys } from './keys/front-keys';
import { DepthCalls } from './market/depth-calls';
import { ExchangeTexts } from './market/exchange-texts';
import { MarketCalls } from './market/market-calls';
import { SymbolLists } from './market/symbol-list';
import { OrderNumbers } from './orders/order-numbers';
import { AlgoCalls } from './orders/algo/algo-calls';
import { BatchCalls } from './orders/batch-calls';
import { OrderCalls } from './orders/order-calls';
import { OwnTrades } from './orders/past/own-trades';
import { PastCalls } from './orders/past/past-calls';
import { ReplaceCalls } from './orders/replace-calls';
import { RecentOrders } from './orders/recent-orders';
import { ShownOrders } from './orders/shown-orders';
import { UnknownGuard } from './orders/unknown-guard';
import { Generations } from './ids/generations';
import { OwnOrders } from './orders/own-orders';
import { OrderSender } from './orders/order-sender';
import { Replays } from './replay/replays';
import { OpenCalls } from './rest/open-calls';
import { FrontServer } from './server/front-server';
import { FrontRefusals } from './rest/refusals';
import { SignedCalls } from './rest/signed-calls';
import { Routes } from './rest/routes';
import { AccountPayloads } from './streams/account-payloads';
import { ListenKeyCalls } from './streams/listen-key-calls';
import { FrontListenKeys } from './streams/front-listen-keys';
import { OrderEventReader } from './streams/order-event-reader';
import { RelayReader } from './streams/relay-reader';
import { FrontSockets } from './server/front-sockets';
import { KeyStreams } from './streams/key-streams';
import { ApiSessions } from './websocket-api/api-sessions';

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
    AddressUsage,
    Replays,
    OrderNumbers,
    OwnOrders,
    OrderSender,
    Generations,
    RecentOrders,
    OwnTrades,
    UnknownGuard,
    ShownOrders,
    OrderCalls,
    BatchCalls,
    AlgoCalls,
    PastCalls,
    ReplaceCalls,
    Leases,
    FuturesView,
    SpotView,
    AccountCalls,
    SettingCalls,
    SymbolLists,
    ExchangeTexts,
    MarketCalls,
    DepthCalls,
    OpenCalls,
    Routes,
    FrontRefusals,
    SignedCalls,
    RelayReader,
    OrderEventReader,
    AccountPayloads,
    FrontListenKeys,
    ListenKeyCalls,
    KeyStreams,
    ApiSessions,
    FrontSockets,
    FrontServer,
  ],
})
export class FrontModule {}
