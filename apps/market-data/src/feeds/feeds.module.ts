import { Module } from '@nestjs/common';
import { Interests } from './interests';
import { MarketFollower } from './market-follower';
import { MarketMetrics } from './market-metrics';
import { TradeTap } from './trade-tap';
import { Venues } from './venues';

@Module({
  providers: [Interests, MarketFollower, MarketMetrics, TradeTap, Venues],
  exports: [Interests, MarketFollower, TradeTap, Venues],
})
export class FeedsModule {}
