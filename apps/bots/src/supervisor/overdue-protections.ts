/**
 * Protections whose worker died, stands still or waits: the supervisor takes their steps itself. A token comes again after
 * half a minute, and a position may be bare for two seconds. Whoever else is at the same step sends the same orders.
 */
import { LOG, Log } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { ExchangeTime } from '../facts/exchange-time';
import { BotEntry } from '../journal/bot-journal';
import { nextDue } from '../journal/changes';
import { BotSteps } from '../worker/bot-steps';
import { BotIndex } from './bot-index';

/** A worker takes one within some ten milliseconds. */
const OVERDUE_AFTER_MS = 500;

@Injectable()
export class OverdueProtections {
  private readonly taking = new Set<string>();

  constructor(
    private readonly index: BotIndex,
    private readonly steps: BotSteps,
    private readonly time: ExchangeTime,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Waits for none of them. Never throws: the next look comes soon. */
  look(): void {
    const beforeMs = this.time.nowMs() - OVERDUE_AFTER_MS;
    for (const entry of this.index.all()) {
      const { id } = entry.standing.config;
      if (isOverdue(entry, beforeMs) && !this.taking.has(id)) void this.take(id);
    }
  }

  private async take(botId: string): Promise<void> {
    this.taking.add(botId);
    try {
      await this.steps.takeProtections(botId);
    } catch (error) {
      this.log.warn(
        { botId, err: error },
        "The protections of a bot's position are overdue, and the supervisor could not send them either; it is tried again in a second",
      );
    } finally {
      this.taking.delete(botId);
    }
  }
}

const isOverdue = ({ standing }: BotEntry, beforeMs: number): boolean =>
  nextDue(standing) !== undefined &&
  standing.due.some(({ cause, dueAtMs }) => cause === 'protection' && dueAtMs < beforeMs);
