import { Module } from '@nestjs/common';
import { LimiterModule } from '../limiter/limiter.module';
import { ExchangeReads } from './exchange-reads';
import { ExchangeReadsController } from './exchange-reads.controller';

@Module({
  imports: [LimiterModule],
  controllers: [ExchangeReadsController],
  providers: [ExchangeReads],
})
export class ExchangeReadsModule {}
