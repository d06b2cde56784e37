/** A wake-up as a worker holds it: unless it is acknowledged, another gets it after a while. */
import { Requests } from '@elvis/platform';
import { Msg, StringCodec, nanos } from 'nats';

const TIMEOUT_MS = 5_000;
const NANOS = 1_000_000;
const codec = StringCodec();
const ACK = codec.encode('+ACK');
const WORKING = codec.encode('+WPI');
const TERM = codec.encode('+TERM');
/** `$JS.ACK.<stream>.<consumer>.<deliveries>.<sequence>.<its own>.<nanoseconds>.<pending>`; longer ones name a domain first. */
const PLAIN_PARTS = 9;
const DOMAIN_PARTS = 2;

export class Token {
  readonly botId: string;
  /** 1 for the first. */
  readonly deliveries: number;
  /** When it was put into the queue, by the server's clock; UTC milliseconds. */
  readonly queuedAtMs: number;

  constructor(
    private readonly message: Msg,
    private readonly requests: Requests,
  ) {
    this.botId = message.subject.slice(message.subject.lastIndexOf('.') + 1);
    const parts = (message.reply ?? '').split('.');
    const offset = parts.length > PLAIN_PARTS ? DOMAIN_PARTS : 0;
    this.deliveries = Number(parts[4 + offset]);
    this.queuedAtMs = Number(parts[7 + offset]) / NANOS;
  }

  /** It is gone from the queue when this resolves. @throws NatsError no word of that came */
  async ack(): Promise<void> {
    await this.requests.request(this.message.reply!, ACK, { timeoutMs: TIMEOUT_MS });
  }

  /** It is worked at, and is not given to another for now. */
  working(): void {
    this.message.respond(WORKING);
  }

  /** It comes again after this. */
  giveBack(afterMs: number): void {
    this.message.respond(codec.encode(`-NAK ${JSON.stringify({ delay: nanos(afterMs) })}`));
  }

  /** It never comes again. */
  drop(): void {
    this.message.respond(TERM);
  }
}
