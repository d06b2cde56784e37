/** Reads the bots' journal: the index follows it, and what a record says is published, so the journal is the outbox. */
import { BOTS_JOURNAL_CONSUMER, BOT_STREAM } from '@elvis/contracts';
import { EventLog, LOG, Log, NATS } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { JsMsg, NatsConnection } from 'nats';
import { BotEntry, BotJournal, entryOf } from '../../journal/bot-journal';
import { BotIndex } from '../bot-index';
import { BotStateStore } from '../bot-state-store';
import { LiveAnnouncer } from '../live-announcer';
import { announcementsOf } from '../announcements';
import { WorkerPlan } from '../worker-plan';
import { StreamFollower } from './stream-follower';

const GATHER_MS = 2;

@Injectable()
export class JournalFollower extends StreamFollower {
  constructor(
    private readonly journal: BotJournal,
    private readonly index: BotIndex,
    private readonly states: BotStateStore,
    private readonly live: LiveAnnouncer,
    private readonly plan: WorkerPlan,
    private readonly events: EventLog,
    @Inject(NATS) nats: NatsConnection,
    @Inject(LOG) log: Log,
  ) {
    super(nats, log, {
      stream: BOT_STREAM,
      consumer: BOTS_JOURNAL_CONSUMER,
      maxWaitMs: GATHER_MS,
      whenFailed:
        "The bots' journal could not be followed, or its events not published; it is tried again, and events come late",
    });
  }

  protected async handle(messages: readonly JsMsg[]): Promise<void> {
    const entries = messages.map((message) => entryOf(message.data, message.seq));
    for (const entry of entries) this.index.see(entry);
    for (const entry of entries) {
      this.live.step(entry);
      this.plan.seen(entry);
    }
    for (const entry of entries) await this.publish(entry);
    const changed = new Set(entries.map(({ standing }) => standing.config.id));
    await this.states.write([...changed].flatMap((id) => this.index.find(id) ?? []));
    for (const message of messages) message.ack();
  }

  private async publish(entry: BotEntry): Promise<void> {
    const { record, standing, sequence } = entry;
    const isState = record.type === 'STATE' && record.previous > 0;
    const before = isState ? (await this.journal.at(record.previous))?.standing : undefined;
    const publications = announcementsOf(record, before);
    await this.events.publishAll(
      publications.map((publication, at) => ({
        ...publication,
        id: `bot:${standing.config.id}:${sequence}:${at}`,
        timeMs: record.atMs,
        actor: 'actor' in record ? record.actor : `bot:${standing.config.id}`,
      })),
    );
  }
}
