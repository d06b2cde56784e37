import { Module } from '@nestjs/common';
import { LimiterModule } from '../limiter/limiter.module';
import { BINANCE_PORTS } from './binance/binance-ports';
import { FuturesLeverage } from './futures-leverage';
import { IncomeHistory } from './income-history';
import { InstrumentCache } from './instrument-cache';
import { OrderEntry } from './order-entry';
import { PlacementRefusals } from './placement-refusals';
import { SymbolAssets } from './symbol-assets';
import { SpotUserStream, UserStream } from './user-stream';
import { VenueAccounts } from './venue-accounts';
import { VenueMarkets } from './venue-markets';
import { VenueOrders } from './venue-orders';

@Module({
  imports: [LimiterModule],
  providers: [...BINANCE_PORTS, PlacementRefusals, InstrumentCache, SymbolAssets],
  exports: [
    OrderEntry,
    VenueOrders,
    VenueAccounts,
    VenueMarkets,
    FuturesLeverage,
    IncomeHistory,
    UserStream,
    SpotUserStream,
    PlacementRefusals,
    InstrumentCache,
    SymbolAssets,
  ],
})
export class VenueModule {}
