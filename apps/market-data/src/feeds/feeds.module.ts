import { Module } from '@nestjs/common';
import { Interests } from './interests';
import { MarketFollower } from './market-follower';
import { MarketMetrics } from './market-metrics';
import { MarketTap } from './market-tap';
import { Venues } from './venues';

@Module({
  providers: [Interests, MarketFollower, MarketMetrics, MarketTap, Venues],
  exports: [Interests, MarketFollower, MarketMetrics, MarketTap, Venues],
})
export class FeedsModule {}
