import { Module } from '@nestjs/common';
import { AccountFeed } from './account-feed';
import { AccountMetrics } from './account-metrics';
import { SystemClock } from './adapters/clock.system';
import { Clock } from './clock';
import { CoinPrices } from './coin-prices';
import { Instruments } from './instruments';
import { LossMeter } from './loss-meter';
import { MarketFacts } from './market-facts';
import { ReferenceFacts } from './reference-facts';
import { SpotFacts } from './spot-facts';
import { SpotMeter } from './spot-meter';
import { TransferPoller } from './transfer-poller';

/** What is known of the market, the account and the time. */
@Module({
  providers: [
    { provide: Clock, useClass: SystemClock },
    AccountFeed,
    AccountMetrics,
    SpotMeter,
    LossMeter,
    TransferPoller,
    Instruments,
    MarketFacts,
    ReferenceFacts,
    SpotFacts,
    CoinPrices,
  ],
  exports: [
    Clock,
    AccountFeed,
    LossMeter,
    TransferPoller,
    Instruments,
    MarketFacts,
    ReferenceFacts,
    SpotFacts,
  ],
})
export class FactsModule {}
