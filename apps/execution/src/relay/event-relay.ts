/**
 * Publishes the events of the orders' journal: whatever changes an order is written once, in the journal, and what the
 * world hears of it is read from there. It runs in every replica and needs neither a lease nor Redis.
 *
 * Every order's events are published in the order of its records. Within a batch that is the journal's own order; after
 * a handover, or when a batch comes again, a record may arrive before its predecessor: then that one is published first.
 * Published twice, an event is one, by its id.
 */
import { OrderChanged, RiskDecided, decisionIn, riskApproved, riskDenied } from '@elvis/contracts';
import {
  EventLog,
  JournalEntry,
  JournalMessage,
  LOG,
  Log,
  Metrics,
  NatsLink,
  OrderJournal,
  Publication,
} from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { contractOf } from './announcement';
import { JournalTail, TailMessage } from './journal-tail';
import { OpenOrderIndex } from './open-order-index';

/** Records that follow each other within this time are published together: most of what becomes of a market order. */
const GATHER_MS = 20;
const RETRY_MS = 250;
/** Of the published records so many are known without asking. */
const MOST_REMEMBERED = 5_000;
/** Between two tries to be the one who reads. */
const OTHER_READS_MS = 100;

@Injectable()
export class EventRelay implements OnApplicationBootstrap, OnApplicationShutdown {
  private tail: JournalTail | undefined;
  private running: Promise<void> = Promise.resolve();
  private isStopping = false;
  /** Every record up to here is published; the consumer knows. */
  private publishedTo = 0;
  /** Sequences above that which this replica has published. */
  private readonly published = new Set<number>();
  private readonly unreadable;
  private readonly lag;

  constructor(
    private readonly link: NatsLink,
    private readonly journal: OrderJournal,
    private readonly events: EventLog,
    private readonly openOrders: OpenOrderIndex,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.unreadable = metrics.counter(
      'elvis_journal_unreadable_total',
      'Journal messages that are no record of an order and were skipped by the relay',
    );
    this.lag = metrics.gauge(
      'elvis_event_relay_lag',
      'Journal records whose events are not published yet; 0 on replicas that do not read',
    );
  }

  onApplicationBootstrap(): void {
    this.link.whenItStands((connection) => {
      this.tail = new JournalTail(connection);
      this.running = this.run(this.tail);
    });
  }

  /** What has been written until now is published first, if NATS answers. */
  async onApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.running;
    await this.openOrders.close();
    this.tail?.close();
  }

  private async run(tail: JournalTail): Promise<void> {
    while (!tail.isClosed) {
      const messages = await tail.next(GATHER_MS);
      this.lag.set(messages.length > 0 ? messages.length + tail.pending : 0);
      if (messages.length > 0) await this.publishUntilStored(tail, messages);
      else if (this.isStopping) return;
      else if (!tail.isReader) await pause(OTHER_READS_MS, undefined, { ref: false });
    }
  }

  private async publishUntilStored(tail: JournalTail, messages: readonly TailMessage[]): Promise<void> {
    for (;;) {
      try {
        await this.publish(tail, messages);
        this.lag.set(tail.pending);
        return;
      } catch (error) {
        this.log.warn(
          { reason: (error as Error).message, records: messages.length },
          'Order events could not be stored; the orders themselves are recorded. Retrying',
        );
        if (this.isStopping || tail.isClosed) return;
        await pause(RETRY_MS);
        await tail.backlog().then(
          (records) => this.lag.set(records),
          () => undefined,
        );
      }
    }
  }

  private async publish(tail: JournalTail, messages: readonly TailMessage[]): Promise<void> {
    const publications: Publication[] = [];
    const sequences = new Set<number>();
    const sorted = messages
      .map(({ subject, sequence, data }) => toTell(this.journal.read(subject, sequence, data)))
      .sort((left, right) => left.message.sequence - right.message.sequence);
    for (const { message, events } of sorted) {
      if (!message.record) continue;
      const after = message.record.announcement?.after ?? 0;
      if (!sequences.has(after)) await this.publishFirst(tail, after);
      publications.push(...events);
      sequences.add(message.sequence);
    }
    await this.store(publications);
    for (const sequence of sequences) this.remember(sequence);
    for (const message of messages) message.acknowledge();
    const read = sorted.map(({ message }) => message);
    this.tellUnreadable(read);
    this.openOrders.follow(read);
  }

  /** One wave after the other: what is sent again has not been overtaken by a later event of its order. */
  private async store(publications: readonly Publication[]): Promise<void> {
    for (const wave of wavesOf(publications)) await this.events.publishAll(wave);
  }

  /** The record before, if neither the consumer nor this replica knows that it was published. */
  private async publishFirst(tail: JournalTail, sequence: number): Promise<void> {
    if (sequence <= this.publishedTo || this.published.has(sequence)) return;
    this.publishedTo = await tail.publishedTo();
    for (const known of this.published) if (known <= this.publishedTo) this.published.delete(known);
    if (sequence <= this.publishedTo) return;
    const entry = await this.journal.at(sequence);
    if (!entry) return;
    await this.publishFirst(tail, entry.record.announcement?.after ?? 0);
    await this.store(readableEventsOf(entry) ?? []);
    this.remember(sequence);
  }

  /** The consumer knows of those that are forgotten. */
  private remember(sequence: number): void {
    this.published.add(sequence);
    for (const oldest of this.published) {
      if (this.published.size <= MOST_REMEMBERED) return;
      this.published.delete(oldest);
    }
  }

  private tellUnreadable(messages: readonly JournalMessage[]): void {
    for (const { record, sequence } of messages) {
      if (record) continue;
      this.unreadable.inc();
      this.log.error(
        { alert: 'journal-unreadable', sequence },
        'A message of the order journal is no record of an order; it has no event. Look at it by its sequence',
      );
    }
  }
}

/** A message of the journal with its events. */
interface ToTell {
  readonly message: JournalMessage;
  readonly events: readonly Publication[];
}

/** Without its record where the decision in it cannot be read: that must not hold up the records behind it for ever. */
function toTell(message: JournalMessage): ToTell {
  const { record, sequence } = message;
  const events = record && readableEventsOf({ record, sequence });
  return events ? { message, events } : { message: { ...message, record: undefined }, events: [] };
}

function readableEventsOf(entry: JournalEntry): readonly Publication[] | undefined {
  try {
    return publicationsOf(entry);
  } catch {
    return undefined;
  }
}

/** The events of one record: the decision that it carries, and what happened to the order. */
function publicationsOf({ record, sequence }: JournalEntry): Publication[] {
  if (!record.announcement) return [];
  const { id, traceId, fill } = record.announcement;
  const of = { actor: record.view.actor, ...(traceId !== undefined && { traceId }) };
  const decided = decisionIn(record, sequence);
  const contract = contractOf(record);
  return [
    ...(decided ? [decisionEvent(decided, of)] : []),
    ...(contract
      ? [
          {
            ...of,
            contract,
            id,
            timeMs: record.view.updatedAtMs,
            data: { order: record.view, revision: sequence, ...(fill && { fill }) },
          },
        ]
      : []),
  ];
}

/**
 * One event of an order at most in each, in their order. A wave is stored before the next one is sent: when one of its events
 * was not, and is sent again, none of that order has come before it.
 */
function wavesOf(publications: readonly Publication[]): Publication[][] {
  const waves: Publication[][] = [];
  const sentOf = new Map<string, number>();
  for (const publication of publications) {
    const { order } = publication.data as Partial<OrderChanged | RiskDecided>;
    const id = order?.clientOrderId ?? '';
    const wave = sentOf.get(id) ?? 0;
    sentOf.set(id, wave + 1);
    (waves[wave] ??= []).push(publication);
  }
  return waves;
}

/** Risk's fact, under one id whichever record carries it. */
const decisionEvent = (data: RiskDecided, of: { actor: string; traceId?: string }): Publication => ({
  ...of,
  data,
  source: 'risk',
  timeMs: data.decidedAtMs,
  contract: data.verdict === 'DENIED' ? riskDenied : riskApproved,
  id: `decision:${data.decisionId}`,
});
