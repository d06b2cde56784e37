/**
 * All bots as they stand in the journal when they are asked for. Of what was read before only newer records are read, and
 * who asks while a reading is under way shares the next one: many starts at once cost a read a record, not one a pair.
 */
import { Injectable } from '@nestjs/common';
import { BotEntry, BotJournal } from './bot-journal';

@Injectable()
export class BotStandings {
  private entries = new Map<string, BotEntry>();
  /** Every record up to this sequence is known. */
  private readTo = 0;
  private underWay: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(private readonly journal: BotJournal) {}

  /** Every bot that ever ran, with all that was stored before this call. @throws TradingFailure STORE_UNAVAILABLE */
  async all(): Promise<readonly BotEntry[]> {
    this.next ??= this.underWay
      .catch(() => undefined)
      .then(() => {
        this.next = undefined;
        return (this.underWay = this.catchUp());
      });
    await this.next;
    return [...this.entries.values()];
  }

  private async catchUp(): Promise<void> {
    const last = await this.journal.lastSequence();
    const newer = last - this.readTo;
    // A journal that begins again has fewer.
    if (newer < 0 || newer > this.entries.size) await this.readAll();
    else await this.readFrom(this.readTo + 1, newer);
    this.readTo = last;
  }

  private async readAll(): Promise<void> {
    const ids = await this.journal.bots();
    const found = await Promise.all(ids.map((id) => this.journal.last(id)));
    this.entries = new Map();
    for (const entry of found) if (entry) this.see(entry);
  }

  private async readFrom(first: number, count: number): Promise<void> {
    const found = await Promise.all(Array.from({ length: count }, (_, at) => this.journal.at(first + at)));
    for (const entry of found) if (entry) this.see(entry);
  }

  private see(entry: BotEntry): void {
    const { id } = entry.standing.config;
    if ((this.entries.get(id)?.sequence ?? 0) < entry.sequence) this.entries.set(id, entry);
  }
}
