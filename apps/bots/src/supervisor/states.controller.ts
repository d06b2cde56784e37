import { BotStateView, GetBotStates, getBotStates } from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { BotJournal } from '../journal/bot-journal';
import { BotStateStore } from './bot-state-store';

@Controller()
export class StatesController {
  constructor(
    private readonly journal: BotJournal,
    private readonly states: BotStateStore,
  ) {}

  /** From the journal itself: the copy in Redis may be missing, or five seconds old. */
  @MessagePattern(getBotStates.subject)
  async list(@Payload() { botConfigId }: GetBotStates): Promise<{ readonly items: readonly BotStateView[] }> {
    const ids = botConfigId === undefined ? await this.journal.bots() : [botConfigId];
    const entries = await Promise.all(ids.map((id) => this.journal.last(id)));
    return { items: entries.flatMap((entry) => (entry ? [this.states.viewOf(entry)] : [])) };
  }
}
