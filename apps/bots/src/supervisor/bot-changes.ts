/** Changes of bots by the supervisor: of what it knows, and seen by it at once. */
import { Injectable } from '@nestjs/common';
import { BotJournal, Changed, MakeChange } from '../journal/bot-journal';
import { WorkQueue } from '../worker/work-queue';
import { BotIndex } from './bot-index';

@Injectable()
export class BotChanges {
  constructor(
    private readonly journal: BotJournal,
    private readonly index: BotIndex,
    private readonly queue: WorkQueue,
  ) {}

  /** Whoever is due afterwards is woken. @throws TradingFailure STORE_UNAVAILABLE */
  async change(botId: string, make: MakeChange): Promise<Changed | undefined> {
    const changed = await this.journal.change(botId, make, this.index.find(botId));
    if (!changed) return undefined;
    this.index.see(changed.entry);
    if (changed.hasWritten && changed.entry.standing.due.length > 0) await this.queue.wake(botId);
    return changed;
  }
}
