import { Module } from '@nestjs/common';
import { FeedsModule } from '../feeds/feeds.module';
import { StreamRelay } from './stream-relay';

@Module({ imports: [FeedsModule], providers: [StreamRelay] })
export class StreamRelayModule {}
