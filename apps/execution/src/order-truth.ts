/**
 * The orders' truth: every change of an order is one compare-and-set on its journal subject, then one event.
 *
 * Any replica may bring evidence; of two writers one loses, reads again and judges again. Per order, the event of a
 * record is published before the next record is written, so after a crash at most the last record's is missing, and
 * whoever adopts the order publishes it again under the same id.
 */
import {
  EXPOSURE_KEY,
  EventContract,
  OrderChanged,
  orderCanceled,
  orderExpired,
  orderFilled,
  orderPlaced,
  orderRejected,
  orderReleased,
  orderUnknown,
  reservationField,
} from '@elvis/contracts';
import { EventLog, JournalEntry, LOG, Log, OrderJournal, Redis } from '@elvis/platform';
import { JournalRecord, TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { Change, Evidence, applyEvidence, isSettled } from './domain/order-lifecycle';

const EVENTS: Readonly<Record<Exclude<Change['happened'], 'none'>, EventContract<OrderChanged>>> = {
  placed: orderPlaced,
  filled: orderFilled,
  canceled: orderCanceled,
  rejected: orderRejected,
  expired: orderExpired,
  unknown: orderUnknown,
};
const CONTRACTS = new Map(
  [...Object.values(EVENTS), orderReleased].map((contract) => [contract.type as string, contract]),
);
const PUBLISH_AGAIN_MS = 250;
const MAX_CONFLICTS = 50;

@Injectable()
export class OrderTruth {
  /** One change at a time per order in this process; between processes the journal decides. */
  private readonly lanes = new Map<string, Promise<unknown>>();
  private readonly live = new Map<string, JournalEntry>();
  private stopping = false;

  constructor(
    private readonly journal: OrderJournal,
    private readonly events: EventLog,
    private readonly redis: Redis,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** The order as it stands, or undefined if the id was never used. @throws TradingFailure STORE_UNAVAILABLE */
  find(clientOrderId: string): Promise<JournalEntry | undefined> {
    return this.journal.last(clientOrderId);
  }

  /**
   * Claims the id for this intent: a first one expects nothing before it, a later one the RELEASED or VOID record that
   * freed the id, unless it was this very approval that was released or voided: an approval is used once.
   * Answers the entry that stands: `isOurs` says whether it is this intent.
   */
  async claim(intent: JournalRecord): Promise<{ readonly entry: JournalEntry; readonly isOurs: boolean }> {
    const id = intent.order.clientOrderId;
    let expected = 0;
    for (let conflict = 0; conflict < MAX_CONFLICTS; conflict += 1) {
      const sequence = await this.journal.append(intent, expected);
      if (sequence !== undefined) {
        const entry = { record: intent, sequence };
        this.live.set(id, entry);
        return { entry, isOurs: true };
      }
      const standing = await this.journal.last(id);
      if (standing && !isFreeFor(standing.record, intent)) return { entry: standing, isOurs: false };
      expected = standing?.sequence ?? 0;
    }
    throw new TradingFailure('STORE_UNAVAILABLE', 'The order id is being fought over; nothing was sent');
  }

  /** Brings evidence about an order and answers how it stands then; undefined if Elvis does not know the order. */
  apply(clientOrderId: string, evidence: Evidence): Promise<JournalEntry | undefined> {
    return this.inLane(clientOrderId, async () => {
      for (let conflict = 0; conflict < MAX_CONFLICTS; conflict += 1) {
        const entry = this.live.get(clientOrderId) ?? (await this.journal.last(clientOrderId));
        if (!entry) return undefined;
        const next = applyEvidence(entry.record, evidence, Date.now());
        if (!next) return this.settle(entry);
        const written = await this.write(announced(next, entry), entry.sequence);
        if (written) return this.settle(written);
        this.live.delete(clientOrderId);
      }
      throw new TradingFailure('STORE_UNAVAILABLE', 'The order changed too often to write to it');
    });
  }

  /** Closes an intent that was never sent: the id is free again, or used up by a denial. */
  close(entry: JournalEntry, record: JournalRecord): Promise<JournalEntry> {
    return this.inLane(record.order.clientOrderId, async () => {
      const announcement = { type: orderReleased.type, id: eventId(entry) };
      const written = await this.write({ ...record, announcement }, entry.sequence);
      if (!written) {
        this.live.delete(record.order.clientOrderId);
        return (await this.journal.last(record.order.clientOrderId)) ?? entry;
      }
      await this.returnReservation(record.order.clientOrderId);
      return written;
    });
  }

  /** Publishes the event of a record again; under its own id, so that it is stored once. */
  async announce({ record, sequence }: JournalEntry): Promise<void> {
    const { announcement } = record;
    const contract = announcement && CONTRACTS.get(announcement.type);
    if (!announcement || !contract) return;
    const data: OrderChanged = {
      order: record.view,
      revision: sequence,
      ...(announcement.fill && { fill: announcement.fill }),
    };
    while (!this.stopping) {
      try {
        await this.events.publish(contract, data, {
          id: announcement.id,
          actor: record.view.actor,
          timeMs: record.view.updatedAtMs,
        });
        return;
      } catch (error) {
        this.log.warn({ reason: (error as Error).message }, 'An order event is not stored yet; trying again');
        await new Promise((resolve) => setTimeout(resolve, PUBLISH_AGAIN_MS));
      }
    }
  }

  /** Client order ids that still hold a reservation: everything that may be alive. @throws when Redis is away */
  async reserved(): Promise<string[]> {
    const fields = await this.redis.hkeys(EXPOSURE_KEY);
    return fields.filter((field) => field.startsWith('r:')).map((field) => field.slice(2));
  }

  onModuleDestroy(): void {
    this.stopping = true;
  }

  private async write(record: JournalRecord, expected: number): Promise<JournalEntry | undefined> {
    const sequence = await this.journal.append(record, expected);
    if (sequence === undefined) return undefined;
    const entry = { record, sequence };
    this.live.set(record.order.clientOrderId, entry);
    await this.announce(entry);
    return entry;
  }

  private async settle(entry: JournalEntry): Promise<JournalEntry> {
    if (!isSettled(entry.record)) return entry;
    this.live.delete(entry.record.order.clientOrderId);
    await this.returnReservation(entry.record.order.clientOrderId);
    return entry;
  }

  /** If Redis is away the reservation stays, which is the safe side; the reconciler returns it later. */
  private async returnReservation(clientOrderId: string): Promise<void> {
    await this.redis.hdel(EXPOSURE_KEY, reservationField(clientOrderId)).catch((error: Error) => {
      this.log.warn({ clientOrderId, reason: error.message }, 'A reservation could not be returned yet');
    });
  }

  private inLane<Result>(clientOrderId: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.lanes.get(clientOrderId) ?? Promise.resolve();
    const run = before.then(work, work);
    const settled = run.then(
      () => undefined,
      () => undefined,
    );
    this.lanes.set(clientOrderId, settled);
    void settled.then(() => {
      if (this.lanes.get(clientOrderId) === settled) this.lanes.delete(clientOrderId);
    });
    return run;
  }
}

const isFreeFor = ({ type, approvalId }: JournalRecord, intent: JournalRecord): boolean =>
  (type === 'RELEASED' || type === 'VOID') && approvalId !== intent.approvalId;

/** Unique per written record: of all writers that name the same predecessor only one succeeds. */
const eventId = ({ record, sequence }: JournalEntry): string =>
  `order:${record.order.clientOrderId}:${sequence}`;

function announced({ record, happened, fill }: Change, before: JournalEntry): JournalRecord {
  if (happened === 'none') return { ...record, announcement: undefined };
  const withBot = fill && { ...fill, botConfigId: record.order.botConfigId };
  return {
    ...record,
    announcement: {
      type: EVENTS[happened].type,
      id: fill ? `fill:${fill.market}:${fill.symbol}:${fill.tradeId}` : eventId(before),
      ...(withBot && { fill: withBot }),
    },
  };
}
