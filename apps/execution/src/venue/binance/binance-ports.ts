/** Which adapter serves each port, and each market of it. */
import { Abstract, Provider, Type } from '@nestjs/common';
import { FuturesLeverage } from '../futures-leverage';
import { IncomeHistory } from '../income-history';
import { OrderEntry } from '../order-entry';
import { SpotUserStream, UserStream } from '../user-stream';
import { VenueAccounts } from '../venue-accounts';
import { VenueMarkets } from '../venue-markets';
import { VenueOrders } from '../venue-orders';
import { BinanceFuturesAccount } from './futures-account.binance';
import { BinanceFuturesLeverage } from './futures-leverage.binance';
import { BinanceFuturesMarket } from './futures-market.binance';
import { BinanceFuturesOrderEntry } from './futures-order-entry.binance';
import { BinanceFuturesOrders } from './futures-orders.binance';
import { BinanceIncomeHistory } from './income-history.binance';
import { BinanceSpotVenue } from './spot-venue.binance';
import { StreamsDepth } from './streams-depth.binance';
import { BinanceUserStream } from './user-stream.binance';
import { BinanceSpotUserStream } from './user-stream.spot';

const byMarket = <Futures, Spot>(
  port: Abstract<{ readonly futures: Futures; readonly spot: Spot }>,
  futures: Type<Futures>,
  spot: Type<Spot>,
): Provider => ({
  provide: port,
  useFactory: (ofFutures: Futures, ofSpot: Spot) => ({ futures: ofFutures, spot: ofSpot }),
  inject: [futures, spot],
});

export const BINANCE_PORTS: readonly Provider[] = [
  BinanceFuturesOrderEntry,
  BinanceFuturesOrders,
  BinanceFuturesAccount,
  BinanceFuturesMarket,
  BinanceSpotVenue,
  StreamsDepth,
  byMarket(OrderEntry, BinanceFuturesOrderEntry, BinanceSpotVenue),
  byMarket(VenueOrders, BinanceFuturesOrders, BinanceSpotVenue),
  byMarket(VenueAccounts, BinanceFuturesAccount, BinanceSpotVenue),
  byMarket(VenueMarkets, BinanceFuturesMarket, BinanceSpotVenue),
  { provide: FuturesLeverage, useClass: BinanceFuturesLeverage },
  { provide: IncomeHistory, useClass: BinanceIncomeHistory },
  { provide: UserStream, useClass: BinanceUserStream },
  { provide: SpotUserStream, useClass: BinanceSpotUserStream },
];
