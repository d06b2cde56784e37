import { Module } from '@nestjs/common';
import { BotCandles } from './bot-candles';
import { ExchangeTime } from './exchange-time';
import { BotInstruments } from './bot-instruments';

/** What a step is told of the world. */
@Module({
  providers: [ExchangeTime, BotInstruments, BotCandles],
  exports: [ExchangeTime, BotInstruments, BotCandles],
})
export class BotFactsModule {}
