/** Which adapter serves each port, and each market of it. */
import { Abstract, Provider, Type } from '@nestjs/common';
import { FuturesLeverage } from '../futures-leverage';
import { IncomeHistory } from '../income-history';
import { OrderEntry } from '../order-entry';
import { SpotUserStream, UserStream } from '../user-stream';
import { VenueAccounts } from '../venue-accounts';
import { VenueMarkets } from '../venue-markets';
import { VenueOrders } from '../venue-orders';
import { BinanceFuturesAccount } from './futures/futures-account';
import { BinanceFuturesLeverage } from './futures/futures-leverage';
import { BinanceFuturesMarket } from './futures/futures-market';
import { BinanceFuturesOrderEntry } from './futures/futures-order-entry';
import { BinanceFuturesOrders } from './futures/futures-orders';
import { BinanceIncomeHistory } from './income-history.binance';
import { BinanceSpotVenue } from './spot/spot-venue';
import { StreamsRest } from './futures/streams-rest';
import { BinanceUserStream } from './futures/futures-user-stream';
import { BinanceSpotUserStream } from './spot/spot-user-stream';

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
  StreamsRest,
  byMarket(OrderEntry, BinanceFuturesOrderEntry, BinanceSpotVenue),
  byMarket(VenueOrders, BinanceFuturesOrders, BinanceSpotVenue),
  byMarket(VenueAccounts, BinanceFuturesAccount, BinanceSpotVenue),
  byMarket(VenueMarkets, BinanceFuturesMarket, BinanceSpotVenue),
  { provide: FuturesLeverage, useClass: BinanceFuturesLeverage },
  { provide: IncomeHistory, useClass: BinanceIncomeHistory },
  { provide: UserStream, useClass: BinanceUserStream },
  { provide: SpotUserStream, useClass: BinanceSpotUserStream },
];
