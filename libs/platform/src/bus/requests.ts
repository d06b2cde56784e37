/**
 * Requests over one inbox of a connection. The client's own make a timer and an error for each, also where all goes
 * well; every hop of an order is one of these.
 */
import { ErrorCode, Msg, MsgHdrs, NatsConnection, NatsError, createInbox } from 'nats';
import { inboxPrefixOf } from './nats-connection';

/** Time-outs are looked at this often: a request may wait that much longer than it was told. */
const SWEEP_EVERY_MS = 50;
const NO_RESPONDERS = 503;

export interface RequestTerms {
  readonly timeoutMs: number;
  readonly headers?: MsgHdrs;
}

interface Waiting {
  readonly resolve: (message: Msg) => void;
  readonly reject: (error: unknown) => void;
  readonly deadline: number;
}

export class Requests {
  private static readonly known = new WeakMap<NatsConnection, Requests>();
  private readonly inbox: string;
  private readonly waiting = new Map<string, Waiting>();
  private sweeper: NodeJS.Timeout | undefined;
  private made = 0;

  private constructor(private readonly connection: NatsConnection) {
    this.inbox = createInbox(inboxPrefixOf(connection));
    const subscription = connection.subscribe(`${this.inbox}.*`, {
      callback: (error, message) => error ?? this.settle(message),
    });
    void subscription.closed.then(() => this.rejectAll());
  }

  /** All who use a connection share its inbox. */
  static over(connection: NatsConnection): Requests {
    const known = this.known.get(connection);
    if (known) return known;
    const made = new Requests(connection);
    this.known.set(connection, made);
    return made;
  }

  /**
   * The first answer.
   *
   * @throws NatsError of the code NoResponders, Timeout, ConnectionClosed or Cancelled, as the client's own request
   */
  request(subject: string, data: Uint8Array, { timeoutMs, headers }: RequestTerms): Promise<Msg> {
    return new Promise((resolve, reject) => {
      this.made += 1;
      const reply = `${this.inbox}.${this.made}`;
      this.connection.publish(subject, data, { reply, ...(headers && { headers }) });
      this.waiting.set(reply, { resolve, reject, deadline: performance.now() + timeoutMs });
      this.sweeper ??= setInterval(() => this.sweep(), SWEEP_EVERY_MS).unref();
    });
  }

  private settle(message: Msg): void {
    const waiting = this.waiting.get(message.subject);
    if (!waiting) return;
    this.waiting.delete(message.subject);
    const isUnserved = message.data.length === 0 && message.headers?.code === NO_RESPONDERS;
    if (isUnserved) waiting.reject(NatsError.errorForCode(ErrorCode.NoResponders));
    else waiting.resolve(message);
  }

  private sweep(): void {
    const now = performance.now();
    for (const [reply, { deadline, reject }] of this.waiting) {
      if (deadline > now) continue;
      this.waiting.delete(reply);
      reject(NatsError.errorForCode(ErrorCode.Timeout));
    }
    if (this.waiting.size > 0) return;
    clearInterval(this.sweeper);
    this.sweeper = undefined;
  }

  private rejectAll(): void {
    for (const { reject } of this.waiting.values()) reject(NatsError.errorForCode(ErrorCode.Cancelled));
    this.waiting.clear();
  }
}
