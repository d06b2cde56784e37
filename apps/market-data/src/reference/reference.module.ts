import { Module } from '@nestjs/common';
import { FeedsModule } from '../feeds/feeds.module';
import { ReferenceFollower } from './reference-follower';
import { ReferenceRules } from './reference-stream';

@Module({ imports: [FeedsModule], providers: [ReferenceFollower, ReferenceRules] })
export class ReferenceModule {}
