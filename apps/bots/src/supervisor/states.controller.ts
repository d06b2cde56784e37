import { BotStateView, GetBotStates, getBotStates } from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { BotJournal } from '../journal/bot-journal';
import { BotStandings } from '../journal/bot-standings';
import { BotStateStore } from './bot-state-store';

@Controller()
export class StatesController {
  constructor(
    private readonly journal: BotJournal,
    private readonly standings: BotStandings,
    private readonly states: BotStateStore,
  ) {}

  /** From the journal itself: the copy in Redis may be missing, or five seconds old. */
  @MessagePattern(getBotStates.subject)
  async list(@Payload() { botConfigId }: GetBotStates): Promise<{ readonly items: readonly BotStateView[] }> {
    const one = botConfigId === undefined ? undefined : await this.journal.last(botConfigId);
    const entries = botConfigId === undefined ? await this.standings.all() : one ? [one] : [];
    return { items: entries.map((entry) => this.states.viewOf(entry)) };
  }
}
