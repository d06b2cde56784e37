/** All bots as they stand, in memory: read once when the role is taken, then followed. A stale one costs a lost write, no more. */
import { Injectable } from '@nestjs/common';
import { BotEntry } from '../journal/bot-journal';
import { BotStandings } from '../journal/bot-standings';

@Injectable()
export class BotIndex {
  private readonly entries = new Map<string, BotEntry>();

  constructor(private readonly standings: BotStandings) {}

  /** @throws TradingFailure STORE_UNAVAILABLE */
  async load(): Promise<void> {
    const found = await this.standings.all();
    this.entries.clear();
    for (const entry of found) this.see(entry);
  }

  /** The newer one counts. */
  see(entry: BotEntry): void {
    const { id } = entry.standing.config;
    if ((this.entries.get(id)?.sequence ?? 0) < entry.sequence) this.entries.set(id, entry);
  }

  find(botId: string): BotEntry | undefined {
    return this.entries.get(botId);
  }

  all(): readonly BotEntry[] {
    return [...this.entries.values()];
  }
}
