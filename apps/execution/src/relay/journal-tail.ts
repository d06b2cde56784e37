/**
 * What the journal holds that has not been published yet, through the durable consumer `EVENT_RELAY`. The server accepts
 * one waiting pull and one unacknowledged batch, so of several replicas one reads; when it dies, or stops pulling, the
 * next pull of another is accepted, and what it held comes again after the consumer's `ack_wait`.
 */
import { EVENT_RELAY_BATCH, EVENT_RELAY_CONSUMER, JOURNAL_STREAM } from '@elvis/contracts';
import { Arrival, inboxPrefixOf } from '@elvis/platform';
import { Msg, NatsConnection, Subscription, createInbox, nanos } from 'nats';

const PULL = `$JS.API.CONSUMER.MSG.NEXT.${JOURNAL_STREAM}.${EVENT_RELAY_CONSUMER}`;
const INFO = `$JS.API.CONSUMER.INFO.${JOURNAL_STREAM}.${EVENT_RELAY_CONSUMER}`;
/** A frozen replica's pull ends this soon, and another's is accepted. */
const PULL_FOR_MS = 500;
/** The server ends each pull; this long after it should have, its word is taken as lost. */
const LOST_AFTER_MS = 1_000;
const INFO_TIMEOUT_MS = 1_000;
/** Status of a pull that lasted as long as it was to last. */
const EXPIRED = 408;

/** A stored message as the consumer delivers it. */
export interface TailMessage {
  readonly subject: string;
  readonly sequence: number;
  readonly data: Uint8Array;
  /** It is not delivered again. */
  acknowledge(): void;
}

interface TailInfo {
  readonly ack_floor: { readonly stream_seq: number };
  readonly num_pending: number;
  readonly num_ack_pending: number;
}

export class JournalTail {
  private readonly inbox: string;
  private readonly subscription: Subscription;
  private readonly arrived: TailMessage[] = [];
  private readonly arrival = new Arrival();
  private pull = { number: 0, left: 0 };
  private hasExpired = false;
  private behind = 0;

  constructor(private readonly connection: NatsConnection) {
    this.inbox = createInbox(inboxPrefixOf(connection));
    this.subscription = connection.subscribe(`${this.inbox}.*`, {
      callback: (error, message) => error ?? this.take(message),
    });
    // With its connection, too: nobody waits for what cannot come.
    void this.subscription.closed.then(() => this.arrival.look());
  }

  /**
   * The next messages in the journal's order, as many as come within `gatherMs` of the first. Empty if none came while
   * this pull lasted, at most half a second, or if another replica is reading: that is known at once.
   */
  async next(gatherMs: number): Promise<readonly TailMessage[]> {
    if (this.arrived.length === 0) {
      if (this.isClosed) return [];
      if (this.pull.left === 0) this.begin();
      await this.arrival.until(
        () => this.isClosed || this.arrived.length > 0 || this.pull.left === 0,
        PULL_FOR_MS + LOST_AFTER_MS,
      );
      if (this.arrived.length === 0) {
        this.pull.left = 0;
        return [];
      }
    }
    await this.arrival.until(() => this.isClosed || this.arrived.length >= EVENT_RELAY_BATCH, gatherMs);
    return this.arrived.splice(0);
  }

  /** Everything up to this sequence has been published. @throws NatsError the server did not answer */
  async publishedTo(): Promise<number> {
    return (await this.info()).ack_floor.stream_seq;
  }

  /** How many records wait to be published, this replica's own included. @throws NatsError the server did not answer */
  async backlog(): Promise<number> {
    const { num_pending, num_ack_pending } = await this.info();
    return num_pending + num_ack_pending;
  }

  /** How many records were written after those that `next` gave last, when the server sent them. */
  get pending(): number {
    return this.behind + this.arrived.length;
  }

  /** Whether the last pull was this replica's to the end: then the next one may begin at once. */
  get isReader(): boolean {
    return this.hasExpired;
  }

  get isClosed(): boolean {
    return this.subscription.isClosed();
  }

  close(): void {
    this.subscription.unsubscribe();
    this.arrival.look();
  }

  private async info(): Promise<TailInfo> {
    const info = (await this.connection.request(INFO, undefined, { timeout: INFO_TIMEOUT_MS })).json<
      Partial<TailInfo> & { readonly error?: { readonly description: string } }
    >();
    if (!info.ack_floor) throw new Error(`The consumer ${EVENT_RELAY_CONSUMER}: ${info.error?.description}`);
    return info as TailInfo;
  }

  private begin(): void {
    this.pull = { number: this.pull.number + 1, left: EVENT_RELAY_BATCH };
    this.hasExpired = false;
    const request = JSON.stringify({ batch: EVENT_RELAY_BATCH, expires: nanos(PULL_FOR_MS) });
    this.connection.publish(PULL, request, { reply: `${this.inbox}.${this.pull.number}` });
  }

  private take(message: Msg): void {
    if (message.reply) {
      // $JS.ACK.<stream>.<consumer>.<delivered>.<stream sequence>.<consumer sequence>.<time>.<pending>
      const words = message.reply.split('.');
      const { subject, data } = message;
      this.arrived.push({ subject, sequence: Number(words[5]), data, acknowledge: () => message.respond() });
      this.behind = Number(words[8]);
      // The server says nothing when a pull has brought all that it asked for.
      this.pull.left = Math.max(0, this.pull.left - 1);
    } else if (message.subject === `${this.inbox}.${this.pull.number}`) {
      // A status: it expired, or another replica's pull is waiting.
      this.pull.left = 0;
      this.hasExpired = message.headers?.code === EXPIRED;
    }
    this.arrival.look();
  }
}
