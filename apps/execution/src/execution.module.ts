import { BinanceTransport, futures } from '@elvis/binance';
import { Redis, RedisModule } from '@elvis/platform';
import { Module } from '@nestjs/common';
import { AccountFacts } from './account-facts';
import { AccountKeeper } from './account-keeper';
import { BinanceUserStream } from './adapters/user-stream.binance';
import { BinanceVenue } from './adapters/venue.binance';
import { ClockKeeper } from './clock-keeper';
import { ExecutionConfig } from './execution.config';
import { ExecutionEngine } from './execution-engine';
import { FactsController } from './facts.controller';
import { LeverageKeeper } from './leverage-keeper';
import { ExchangeCalls } from './limiter/exchange-calls';
import { ExchangeClock } from './limiter/exchange-clock';
import { OrderDesk } from './order-desk';
import { OrderTruth } from './order-truth';
import { OrdersController } from './orders.controller';
import { Reconciler } from './reconciler';
import { StopDriver } from './stop-driver';
import { UserStream } from './user-stream';
import { Venue } from './venue';

/** The exchange itself gives up after 10 s; a request without an answer by then counts as lost. */
const REQUEST_TIMEOUT_MS = 10_000;

const exchange = [
  {
    provide: ExchangeCalls,
    inject: [ExecutionConfig],
    useFactory: (config: ExecutionConfig) =>
      new ExchangeCalls(
        new BinanceTransport(
          config.BINANCE_FUTURES_URL,
          { apiKey: config.BINANCE_API_KEY, apiSecret: config.BINANCE_API_SECRET },
          REQUEST_TIMEOUT_MS,
        ),
        config.BINANCE_RECV_WINDOW_MS,
      ),
  },
  {
    provide: ExchangeClock,
    inject: [Redis, ExchangeCalls],
    useFactory: (redis: Redis, calls: ExchangeCalls) => {
      const clock = new ExchangeClock(redis, async () => {
        const { serverTime } = (await calls.call(futures.time())) as { serverTime: number };
        return serverTime;
      });
      calls.timeBy(clock);
      return clock;
    },
  },
];

@Module({
  imports: [RedisModule],
  controllers: [OrdersController, FactsController],
  providers: [
    ...exchange,
    { provide: Venue, useClass: BinanceVenue },
    { provide: UserStream, useClass: BinanceUserStream },
    OrderTruth,
    LeverageKeeper,
    ExecutionEngine,
    OrderDesk,
    Reconciler,
    AccountFacts,
    ClockKeeper,
    AccountKeeper,
    StopDriver,
  ],
})
export class ExecutionModule {}
