import { listCandles } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Module } from '@nestjs/common';
import { HttpModule } from '../http/http.module';
import { AuthenticationModule } from '../identity/authentication.module';
import { MarketModule } from '../market/market.module';
import { OverviewModule } from '../overview/overview.module';
import { LiveMessages } from './live-messages';
import { LiveController } from './live.controller';
import { OpenStreams } from './open-streams';
import { Snapshots } from './snapshots';
import { StreamPlaces } from './stream-places';
import { FeedSeeds } from './market/feed-seeds';
import { InterestPublisher } from './market/interest-publisher';
import { KnownSymbols } from './market/known-symbols';
import { MarketFeeds } from './market/market-feeds';
import { TopicFeeds } from './market/topic-feeds';
import { Ticks } from './sockets/ticks';
import { WebSockets } from './sockets/web-sockets';

@Module({
  imports: [HttpModule, AuthenticationModule, MarketModule, OverviewModule],
  controllers: [LiveController],
  providers: [
    FeedSeeds,
    InterestPublisher,
    KnownSymbols,
    LiveMessages,
    MarketFeeds,
    OpenStreams,
    Snapshots,
    StreamPlaces,
    Ticks,
    {
      provide: TopicFeeds,
      inject: [Bus],
      useFactory: (bus: Bus) => new TopicFeeds((question) => bus.request(listCandles, question)),
    },
    WebSockets,
  ],
  exports: [WebSockets],
})
export class LiveModule {}
