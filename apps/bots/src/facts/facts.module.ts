import { Module } from '@nestjs/common';
import { BotCandles } from './bot-candles';
import { ExchangeTime } from './exchange-time';
import { BotInstruments } from './bot-instruments';
import { BotPrices } from './bot-prices';
import { FeePrices } from './fee-prices';

/** What a step is told of the world. */
@Module({
  providers: [ExchangeTime, BotInstruments, BotCandles, BotPrices, FeePrices],
  exports: [ExchangeTime, BotInstruments, BotCandles, BotPrices, FeePrices],
})
export class BotFactsModule {}
