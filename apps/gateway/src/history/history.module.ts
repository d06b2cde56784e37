import { Module } from '@nestjs/common';
import { BotsController } from './bots.controller';
import { DecisionsController } from './decisions.controller';
import { ExplanationsRestController } from './explanations-rest.controller';
import { FiguresRestController } from './figures-rest.controller';
import { TradesController } from './trades.controller';

@Module({
  controllers: [
    TradesController,
    DecisionsController,
    ExplanationsRestController,
    FiguresRestController,
    BotsController,
  ],
})
export class HistoryModule {}
