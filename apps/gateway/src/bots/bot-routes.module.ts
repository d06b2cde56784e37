import { Module } from '@nestjs/common';
import { ClientLimitsModule } from '../limits/client-limits.module';
import { BotConfigsController } from './bot-configs.controller';
import { BotControlController } from './bot-control.controller';
import { KeptAnswers } from './kept-answers';
import { OwnBots } from './own-bots';
import { SignalsController } from './signals/signals.controller';
import { BotStates } from './states/bot-states';
import { BotStatesController } from './states/bot-states.controller';
import { BotStepsController } from './states/bot-steps.controller';
import { StrategiesRestController } from './strategies-rest.controller';

@Module({
  imports: [ClientLimitsModule],
  controllers: [
    StrategiesRestController,
    BotConfigsController,
    BotControlController,
    BotStatesController,
    BotStepsController,
    SignalsController,
  ],
  providers: [OwnBots, KeptAnswers, BotStates],
})
export class BotRoutesModule {}
