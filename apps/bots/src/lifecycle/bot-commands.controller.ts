import {
  AcknowledgeBotFault,
  BotReply,
  PauseBot,
  ResumeBot,
  SignalBot,
  SignalBotReply,
  StartBot,
  StartBotReply,
  StopBot,
  StopBotReply,
  acknowledgeBotFault,
  pauseBot,
  resumeBot,
  signalBot,
  startBot,
  stopBot,
} from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { BotSignals } from './bot-signals';
import { BotStarter } from './bot-starter';
import { BotSteering } from './bot-steering';

@Controller()
export class BotCommandsController {
  constructor(
    private readonly starter: BotStarter,
    private readonly steering: BotSteering,
    private readonly signals: BotSignals,
  ) {}

  @MessagePattern(startBot.subject)
  start(@Payload() wish: StartBot): Promise<StartBotReply> {
    return this.starter.start(wish);
  }

  @MessagePattern(stopBot.subject)
  stop(@Payload() wish: StopBot): Promise<StopBotReply> {
    return this.steering.stop(wish);
  }

  @MessagePattern(pauseBot.subject)
  pause(@Payload() wish: PauseBot): Promise<BotReply> {
    return this.steering.pause(wish);
  }

  @MessagePattern(resumeBot.subject)
  resume(@Payload() wish: ResumeBot): Promise<BotReply> {
    return this.steering.resume(wish);
  }

  @MessagePattern(acknowledgeBotFault.subject)
  acknowledge(@Payload() wish: AcknowledgeBotFault): Promise<BotReply> {
    return this.steering.acknowledge(wish);
  }

  @MessagePattern(signalBot.subject)
  signal(@Payload() wish: SignalBot): Promise<SignalBotReply> {
    return this.signals.take(wish);
  }
}
