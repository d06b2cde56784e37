/**
 * Which orders are open, without reading the journal whole and without Redis. This process keeps what it has read of the
 * journal; a checkpoint in JetStream keeps the same for whoever starts later. Both are made of the journal alone and name
 * the sequence they reach to, and the records behind it are read each time: whatever dies between two writes, an order
 * that is open is never left out.
 *
 * What this process writes it knows at once. The relay brings the records that it has published; where this process does
 * not reach to them, those in between are read.
 */
import { JournalExtent, JournalMessage, LOG, Log, NATS, OrderJournal } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { NatsConnection } from 'nats';
import { OpenOrders, Step, stepOf } from '../domain/open-orders';
import { OpenOrdersStore } from './open-orders-store';

/** At most once in this time the checkpoint is written. */
const SAVE_EVERY_MS = 1_000;
/** So many records behind the own place are simply read; before more are, the checkpoint is looked at. */
const NEAR = 256;
/** Where the relay does not keep the checkpoint, whoever had to read more than this does. */
const SAVE_BEYOND = 2_000;
/** What the relay brings while the journal is read waits for that; more than this is read from the journal as well. */
const MOST_WAITING = 10_000;

/** What this process has read, and of which journal. */
interface Known {
  readonly made: string;
  readonly orders: OpenOrders;
}

@Injectable()
export class OpenOrderIndex {
  private readonly checkpoint: OpenOrdersStore;
  private known: Known | undefined;
  /** Brought by the relay and not taken yet, because records before them are missing. */
  private waiting: Step[] = [];
  private isClosingGap = false;
  private lane: Promise<unknown> = Promise.resolve();
  private saving: NodeJS.Timeout | undefined;

  constructor(
    private readonly journal: OrderJournal,
    @Inject(NATS) connection: NatsConnection,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.checkpoint = new OpenOrdersStore(connection, log);
    journal.onAppended((written) => {
      // The relay brings it as well: a gap before it is closed then, or at the next look.
      this.wait([written]);
      this.takeWaiting();
    });
  }

  /**
   * Every order that may be open, by id, with the sequence of its newest record, as the journal stands now.
   *
   * @throws TradingFailure STORE_UNAVAILABLE the journal or the checkpoint could not be read
   */
  read(): Promise<ReadonlyMap<string, number>> {
    return this.inTurn(async () => {
      const { orders } = await this.catchUp();
      if (orders.sequence - this.checkpoint.sequence > SAVE_BEYOND) this.saveSoon();
      return new Map(orders.open);
    });
  }

  /** What the relay has published; the checkpoint follows within a second. */
  follow(messages: readonly JournalMessage[]): void {
    this.wait(messages);
    if (!this.takeWaiting()) void this.closeGap();
    this.saveSoon();
  }

  /** Writes what is not written yet, if JetStream answers. */
  async close(): Promise<void> {
    clearTimeout(this.saving);
    await this.save();
  }

  private wait(messages: readonly JournalMessage[]): void {
    this.waiting.push(...messages.map(stepOf));
    if (this.waiting.length > MOST_WAITING) this.waiting = this.waiting.slice(-1);
  }

  /** Reads to the journal's end. */
  private async catchUp(): Promise<Known> {
    let extent = await this.journal.extent();
    if (this.known && !isReadIn(extent, this.known)) {
      this.known = undefined;
      this.waiting = [];
    }
    if (!this.known || extent.last - this.known.orders.sequence > NEAR) {
      const stored = await this.checkpoint.read(extent.made);
      // What was written since may be newer than the end that was read before it.
      extent = await this.journal.extent();
      this.known = this.furthest(extent, stored);
    }
    const { known } = this;
    for await (const messages of this.journal.between(known.orders.sequence + 1, extent.last))
      for (const message of messages) known.orders.take(stepOf(message));
    known.orders.reach(extent.last);
    return known;
  }

  private furthest(extent: JournalExtent, stored: OpenOrders | undefined): Known {
    const { made, first, last } = extent;
    const reached = this.known?.orders.sequence ?? -1;
    if (stored && stored.sequence <= last && stored.sequence > reached) return { made, orders: stored };
    if (this.known) return this.known;
    if (last - first > NEAR)
      this.log.warn(
        { records: last - first + 1 },
        'There is no checkpoint of the open orders of this journal; it is read once from its beginning',
      );
    return { made, orders: new OpenOrders(first - 1) };
  }

  /** Takes what follows without a gap; whether nothing is left. */
  private takeWaiting(): boolean {
    const orders = this.known?.orders;
    if (!orders) return this.waiting.length === 0;
    this.waiting.sort((left, right) => left.sequence - right.sequence);
    this.waiting = this.waiting.filter((step) => {
      if (step.sequence > orders.sequence + 1) return true;
      orders.take(step);
      return false;
    });
    return this.waiting.length === 0;
  }

  private async closeGap(): Promise<void> {
    if (this.isClosingGap) return;
    this.isClosingGap = true;
    try {
      await this.inTurn(async () => {
        while (!this.takeWaiting()) await this.catchUp();
      });
    } catch (error) {
      this.log.debug(
        { err: error },
        'The open orders could not be followed in the journal; retrying with the next',
      );
    } finally {
      this.isClosingGap = false;
    }
  }

  private saveSoon(): void {
    this.saving ??= setTimeout(() => {
      this.saving = undefined;
      void this.save();
    }, SAVE_EVERY_MS).unref();
  }

  private async save(): Promise<void> {
    if (this.known) await this.checkpoint.write(this.known.made, this.known.orders);
  }

  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const run = this.lane.then(work);
    this.lane = run.catch(() => undefined);
    return run;
  }
}

/** Not so if the journal was made anew, or a server that lost power has lost records of it. */
const isReadIn = ({ made, last }: JournalExtent, known: Known): boolean =>
  known.made === made && known.orders.sequence <= last;
