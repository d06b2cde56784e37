import { Module } from '@nestjs/common';
import { FeedsModule } from '../feeds/feeds.module';
import { Captures } from './captures';
import { CapturesController } from './captures.controller';

@Module({ imports: [FeedsModule], controllers: [CapturesController], providers: [Captures] })
export class CaptureModule {}
