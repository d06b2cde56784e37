import { RedisModule } from '@elvis/platform';
import { Module } from '@nestjs/common';
import { AccountFacts } from './account-facts';
import { AccountFollower } from './account-follower';
import { AccountKeeper } from './account-keeper';
import { AccountMode } from './account-mode';
import { AccountNews } from './account-news';
import { AccountPoll } from './account-poll';
import { AccountReader } from './account-reader';
import { AccountStore } from './account-store';
import { AccountSync } from './account-sync';
import { AccountWatch } from './account-watch';
import { Adoption } from './adoption';
import { Amendments } from './amendments';
import { BalanceBook } from './balance-book';
import { BalanceComparison } from './balance-comparison';
import { BinanceIncomeBook } from './adapters/income-book.binance';
import { BinanceLeverageTable } from './adapters/leverage-table.binance';
import { BinanceUserStream } from './adapters/user-stream.binance';
import { BinanceSpotUserStream } from './adapters/user-stream.spot';
import { BinanceSpotVenue } from './adapters/spot-venue.binance';
import { StreamsDepth } from './adapters/streams-depth.binance';
import { BinanceVenue } from './adapters/venue.binance';
import { VenueByMarket } from './adapters/venue.by-market';
import { Comparison } from './comparison';
import { DeadMan } from './dead-man';
import { DifferenceWorth } from './difference-worth';
import { DisputeSettlement } from './dispute-settlement';
import { Disputes } from './disputes';
import { ExecutionEngine } from './execution-engine';
import { ExposureBook } from './exposure-book';
import { FactsController } from './facts.controller';
import { FreshPositions } from './fresh-positions';
import { IncomeBook } from './income-book';
import { IncomeCache } from './income-cache';
import { IncomeController } from './income.controller';
import { LeverageKeeper } from './leverage-keeper';
import { InstrumentCache } from './instrument-cache';
import { LeverageController } from './leverage.controller';
import { LeverageStore } from './leverage-store';
import { LeverageTable } from './leverage-table';
import { LimiterModule } from './limiter/limiter.module';
import { MarkPrices } from './mark-prices';
import { OrderAnnouncer } from './order-announcer';
import { OrderDesk } from './order-desk';
import { OrderRegister } from './order-register';
import { OutageOrders } from './outage-orders';
import { OrderTruth } from './order-truth';
import { OrdersController } from './orders.controller';
import { PlacementRefusals } from './placement-refusals';
import { Reconciler } from './reconciler';
import { SendGate } from './send-gate';
import { SpotKeeper } from './spot-keeper';
import { SpotHoldings } from './spot-holdings';
import { StopBoard } from './stop-board';
import { StopDriver } from './stop-driver';
import { StopFlights } from './stop-flights';
import { StopHeartbeat } from './stop-heartbeat';
import { StopRequests } from './stop-requests';
import { StopSweep } from './stop-sweep';
import { Strangers } from './strangers';
import { SymbolAssets } from './symbol-assets';
import { TradeCursor } from './trade-cursor';
import { SpotUserStream, UserStream } from './user-stream';
import { Venue } from './venue';
import { WorkClaims } from './work-claims';

@Module({
  imports: [RedisModule, LimiterModule],
  controllers: [OrdersController, FactsController, IncomeController, LeverageController],
  providers: [
    BinanceVenue,
    BinanceSpotVenue,
    StreamsDepth,
    { provide: Venue, useClass: VenueByMarket },
    { provide: LeverageTable, useClass: BinanceLeverageTable },
    { provide: IncomeBook, useClass: BinanceIncomeBook },
    { provide: UserStream, useClass: BinanceUserStream },
    { provide: SpotUserStream, useClass: BinanceSpotUserStream },
    PlacementRefusals,
    AccountMode,
    StopRequests,
    ExposureBook,
    OrderAnnouncer,
    { provide: Disputes, useFactory: () => new Disputes() },
    OrderTruth,
    OrderRegister,
    WorkClaims,
    AccountWatch,
    LeverageKeeper,
    SendGate,
    ExecutionEngine,
    Amendments,
    OrderDesk,
    DisputeSettlement,
    Reconciler,
    Adoption,
    AccountStore,
    AccountReader,
    AccountFollower,
    LeverageStore,
    MarkPrices,
    InstrumentCache,
    AccountFacts,
    IncomeCache,
    SymbolAssets,
    FreshPositions,
    OutageOrders,
    Strangers,
    TradeCursor,
    AccountNews,
    AccountSync,
    AccountPoll,
    BalanceBook,
    BalanceComparison,
    DifferenceWorth,
    SpotHoldings,
    Comparison,
    AccountKeeper,
    SpotKeeper,
    DeadMan,
    StopBoard,
    StopFlights,
    StopHeartbeat,
    StopSweep,
    StopDriver,
  ],
})
export class ExecutionModule {}
