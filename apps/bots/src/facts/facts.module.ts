import { Module } from '@nestjs/common';
import { CandleStore } from './candle-store';
import { ExchangeTime } from './exchange-time';
import { Instruments } from './instruments';

/** What a step is told of the world. */
@Module({
  providers: [ExchangeTime, Instruments, CandleStore],
  exports: [ExchangeTime, Instruments, CandleStore],
})
export class FactsModule {}
