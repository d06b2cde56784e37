import { Module } from '@nestjs/common';
import { BotsController } from './bots.controller';
import { DecisionsController } from './decisions.controller';
import { ExplanationsController } from './explanations.controller';
import { FiguresRestController } from './figures-rest.controller';
import { TradesController } from './trades.controller';

@Module({
  controllers: [
    TradesController,
    DecisionsController,
    ExplanationsController,
    FiguresRestController,
    BotsController,
  ],
})
export class HistoryModule {}
