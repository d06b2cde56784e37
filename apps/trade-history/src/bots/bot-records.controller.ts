import {
  BotConfigOfRuns,
  BotConfigRevision,
  BotConfigView,
  BotStepSummary,
  BotStepView,
  ChangeBotConfig,
  CheckSignalSecret,
  CreateBotConfig,
  DeleteBotConfig,
  GetBotConfig,
  GetBotStep,
  ListBotConfigRevisions,
  ListBotConfigs,
  ListBotRuns,
  ListBotStateHistory,
  ListBotSteps,
  ListRunSteps,
  Page,
  RunStep,
  SetSignalSecret,
  StoredBotRun,
  StoredBotState,
  changeBotConfig,
  checkSignalSecret,
  createBotConfig,
  deleteBotConfig,
  getBotConfig,
  getBotStep,
  listBotConfigRevisions,
  listBotConfigs,
  listBotRuns,
  listBotStateHistory,
  listBotSteps,
  listRunSteps,
  setSignalSecret,
} from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { BotConfigs } from './bot-configs';
import { BotLists } from './bot-lists';
import { ExplainedSteps } from './explained-steps';
import { SignalSecrets } from './signal-secrets';

@Controller()
export class BotRecordsController {
  constructor(
    private readonly configs: BotConfigs,
    private readonly lists: BotLists,
    private readonly steps: ExplainedSteps,
    private readonly secrets: SignalSecrets,
  ) {}

  @MessagePattern(createBotConfig.subject)
  create(@Payload() wish: CreateBotConfig): Promise<BotConfigView> {
    return this.configs.create(wish);
  }

  @MessagePattern(changeBotConfig.subject)
  change(@Payload() wish: ChangeBotConfig): Promise<BotConfigView> {
    return this.configs.change(wish);
  }

  @MessagePattern(deleteBotConfig.subject)
  delete(@Payload() wish: DeleteBotConfig): Promise<BotConfigView> {
    return this.configs.delete(wish);
  }

  @MessagePattern(getBotConfig.subject)
  get(@Payload() wish: GetBotConfig): Promise<BotConfigOfRuns> {
    return this.configs.get(wish);
  }

  @MessagePattern(listBotConfigs.subject)
  list(@Payload() wish: ListBotConfigs): Promise<{ items: BotConfigView[] }> {
    return this.configs.list(wish);
  }

  @MessagePattern(listBotConfigRevisions.subject)
  revisions(@Payload() wish: ListBotConfigRevisions): Promise<Page<BotConfigRevision>> {
    return this.configs.revisions(wish);
  }

  @MessagePattern(setSignalSecret.subject)
  setSecret(@Payload() wish: SetSignalSecret): Promise<BotConfigView> {
    return this.secrets.set(wish);
  }

  @MessagePattern(checkSignalSecret.subject)
  checkSecret(@Payload() wish: CheckSignalSecret): Promise<{ readonly isGenuine: true }> {
    return this.secrets.check(wish);
  }

  @MessagePattern(listBotStateHistory.subject)
  states(@Payload() wish: ListBotStateHistory): Promise<Page<StoredBotState>> {
    return this.lists.states(wish);
  }

  @MessagePattern(listBotRuns.subject)
  runs(@Payload() wish: ListBotRuns): Promise<Page<StoredBotRun>> {
    return this.lists.runs(wish);
  }

  @MessagePattern(listBotSteps.subject)
  listSteps(@Payload() wish: ListBotSteps): Promise<Page<BotStepSummary>> {
    return this.lists.steps(wish);
  }

  @MessagePattern(listRunSteps.subject)
  runSteps(@Payload() wish: ListRunSteps): Promise<{ items: RunStep[] }> {
    return this.lists.runSteps(wish);
  }

  @MessagePattern(getBotStep.subject)
  step(@Payload() wish: GetBotStep): Promise<BotStepView> {
    return this.steps.get(wish);
  }
}
