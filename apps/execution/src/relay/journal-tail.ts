/**
 * What the journal holds that has not been published yet, through the durable consumer `EVENT_RELAY`. The server accepts
 * one waiting pull and one unacknowledged batch, so of several replicas one reads; when it dies, or stops pulling, the
 * next pull of another is accepted, and what it held comes again after the consumer's `ack_wait`.
 */
import { EVENT_RELAY_BATCH, EVENT_RELAY_CONSUMER, JOURNAL_STREAM } from '@elvis/contracts';
import { Msg, NatsConnection, Subscription, createInbox, nanos } from 'nats';

const PULL = `$JS.API.CONSUMER.MSG.NEXT.${JOURNAL_STREAM}.${EVENT_RELAY_CONSUMER}`;
const INFO = `$JS.API.CONSUMER.INFO.${JOURNAL_STREAM}.${EVENT_RELAY_CONSUMER}`;
/** A frozen replica's pull ends this soon, and another's is accepted. */
const PULL_FOR_MS = 500;
/** The server ends each pull; this long after it should have, its word is taken as lost. */
const LOST_AFTER_MS = 1_000;
const INFO_TIMEOUT_MS = 1_000;

/** A stored message as the consumer delivers it. */
export interface TailMessage {
  readonly sequence: number;
  readonly data: Uint8Array;
  /** It is not delivered again. */
  acknowledge(): void;
}

export class JournalTail {
  private readonly inbox: string;
  private readonly subscription: Subscription;
  private readonly arrived: TailMessage[] = [];
  private wake: () => void = () => undefined;
  private pull = { number: 0, left: 0 };

  constructor(private readonly connection: NatsConnection) {
    this.inbox = createInbox(inboxPrefixOf(connection));
    this.subscription = connection.subscribe(`${this.inbox}.*`, {
      callback: (error, message) => error ?? this.take(message),
    });
  }

  /**
   * The next messages in the journal's order, as many as come within `gatherMs` of the first. Empty if none came while
   * this pull lasted, at most half a second, or if another replica is reading: that is known at once.
   */
  async next(gatherMs: number): Promise<readonly TailMessage[]> {
    if (this.arrived.length === 0) {
      if (this.isClosed) return [];
      if (this.pull.left === 0) this.begin();
      await this.until(() => this.arrived.length > 0 || this.pull.left === 0, PULL_FOR_MS + LOST_AFTER_MS);
      if (this.arrived.length === 0) {
        this.pull.left = 0;
        return [];
      }
    }
    await this.until(() => this.arrived.length >= EVENT_RELAY_BATCH, gatherMs);
    return this.arrived.splice(0);
  }

  /** Everything up to this sequence has been published. @throws NatsError the server did not answer */
  async publishedTo(): Promise<number> {
    interface Info {
      readonly ack_floor?: { readonly stream_seq: number };
      readonly error?: { readonly description: string };
    }
    const info = (await this.connection.request(INFO, undefined, { timeout: INFO_TIMEOUT_MS })).json<Info>();
    if (!info.ack_floor) throw new Error(`The consumer ${EVENT_RELAY_CONSUMER}: ${info.error?.description}`);
    return info.ack_floor.stream_seq;
  }

  get isClosed(): boolean {
    return this.subscription.isClosed();
  }

  close(): void {
    this.subscription.unsubscribe();
    this.wake();
  }

  private begin(): void {
    this.pull = { number: this.pull.number + 1, left: EVENT_RELAY_BATCH };
    const request = JSON.stringify({ batch: EVENT_RELAY_BATCH, expires: nanos(PULL_FOR_MS) });
    this.connection.publish(PULL, request, { reply: `${this.inbox}.${this.pull.number}` });
  }

  private take(message: Msg): void {
    const isOfThisPull = message.subject === `${this.inbox}.${this.pull.number}`;
    if (message.reply) {
      // $JS.ACK.<stream>.<consumer>.<delivered>.<stream sequence>.<consumer sequence>.<time>.<pending>
      const sequence = Number(message.reply.split('.')[5]);
      this.arrived.push({ sequence, data: message.data, acknowledge: () => message.respond() });
      if (isOfThisPull) this.pull.left -= 1;
    } else if (isOfThisPull) {
      // A status: it expired, or another replica's pull is waiting.
      this.pull.left = 0;
    }
    this.wake();
  }

  private until(holds: () => boolean, withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.wake = () => {
        if (!holds() && !this.isClosed) return;
        clearTimeout(timer);
        resolve();
      };
      this.wake();
    });
  }
}

/** Where this service may be answered; the client keeps it, and shows it to its own parts only. */
const inboxPrefixOf = (connection: NatsConnection): string | undefined =>
  (connection as unknown as { readonly options: { readonly inboxPrefix?: string } }).options.inboxPrefix;
