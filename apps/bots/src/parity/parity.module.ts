import { Module } from '@nestjs/common';
import { BotFactsModule } from '../facts/facts.module';
import { ParityController } from './parity.controller';
import { RunParities } from './run-parities';

/** What a backtest of a run's candles would have done. */
@Module({ imports: [BotFactsModule], controllers: [ParityController], providers: [RunParities] })
export class ParityModule {}
