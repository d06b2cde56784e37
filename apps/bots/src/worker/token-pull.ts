/**
 * Pulls tokens off the work queue one at a time over one inbox. The client's own pull makes a subscription, a heartbeat and
 * timers for each message; here a token costs one question and one answer.
 */
import { BOT_WORKERS_CONSUMER, WORK_STREAM } from '@elvis/contracts';
import { Requests, inboxPrefixOf } from '@elvis/platform';
import { JSONCodec, Msg, NatsConnection, Subscription, createInbox, nanos } from 'nats';
import { Token } from './token';

const NEXT = `$JS.API.CONSUMER.MSG.NEXT.${WORK_STREAM}.${BOT_WORKERS_CONSUMER}`;
const PULL_FOR_MS = 2_000;
const WISH = JSONCodec().encode({ batch: 1, expires: nanos(PULL_FOR_MS) });
/** The server says when a pull is over; so much later its word is lost, with its connection say. */
const LOST_AFTER_MS = PULL_FOR_MS + 1_000;
/** Nothing came: no message, or the request has expired. */
const QUIET: ReadonlySet<number> = new Set([404, 408]);

export class TokenPull {
  private readonly inbox: string;
  private readonly subscription: Subscription;
  private readonly arrived: Msg[] = [];
  private pulls = 0;
  private wakeUp: () => void = () => undefined;

  constructor(private readonly connection: NatsConnection) {
    this.inbox = createInbox(inboxPrefixOf(connection));
    this.subscription = connection.subscribe(`${this.inbox}.*`, {
      callback: (error, message) => error ?? this.hear(message),
    });
  }

  /** Undefined where none came within two seconds. @throws Error the server refuses to give any */
  async next(): Promise<Token | undefined> {
    if (this.arrived.length === 0) await this.pull();
    const message = this.arrived.shift();
    const code = message?.headers?.code;
    if (!message || (code && QUIET.has(code))) return undefined;
    if (code)
      throw new Error(
        `The work queue gives no token: ${code} ${message.headers?.description ?? ''}; look at the consumer ${BOT_WORKERS_CONSUMER}`,
      );
    return new Token(message, Requests.over(this.connection));
  }

  stop(): void {
    this.subscription.unsubscribe();
  }

  private async pull(): Promise<void> {
    this.pulls += 1;
    await new Promise<void>((resolve) => {
      const lost = setTimeout(resolve, LOST_AFTER_MS);
      this.wakeUp = () => {
        clearTimeout(lost);
        resolve();
      };
      this.connection.publish(NEXT, WISH, { reply: `${this.inbox}.${this.pulls}` });
    });
  }

  private hear(message: Msg): void {
    // What is said of an earlier pull is no word on this one. A token has the subject that it was published on.
    if (message.headers?.code && message.subject !== `${this.inbox}.${this.pulls}`) return;
    this.arrived.push(message);
    this.wakeUp();
  }
}
