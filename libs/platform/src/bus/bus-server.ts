/**
 * Nest's NATS server, taught to begin and to finish: it listens when the server knows what is served here, not when that
 * was asked for, and a stop answers every request already taken. What is done for a request is logged under its trace.
 */
import { NatsContext, ServerNats } from '@nestjs/microservices';
import { JSONCodec, Msg, NatsConnection, Subscription } from 'nats';
import { isObservable, lastValueFrom } from 'rxjs';
import { TRACE_HEADER, withTrace } from '../observability/trace';

const DRAIN_LIMIT_MS = 10_000;
const codec = JSONCodec();

/** A request as `Bus` writes it, and Nest's own client. */
interface Packet {
  readonly data: unknown;
  readonly id: string;
}

export class BusServer extends ServerNats {
  private inFlight = 0;
  private idle: (() => void) | undefined;
  private heard = false;

  /** Whether NATS delivers here what is served here. */
  get isHeard(): boolean {
    return this.heard;
  }

  override start(callback: Parameters<ServerNats['start']>[0]): void {
    const { natsClient } = this.inside;
    if (!natsClient)
      return callback(
        new Error('NATS is unavailable, so requests of other services cannot be received; check NATS_URL'),
      );
    this.bindEvents(natsClient);
    this.on('disconnect', () => (this.heard = false));
    // The client has subscribed again by then, but the server need not have read it.
    this.on('reconnect', () => void this.settle(natsClient).catch(() => undefined));
    this.settle(natsClient).then(
      () => callback(),
      // Lost just now, it subscribes again when it is back.
      (error: unknown) => (natsClient.isClosed() ? callback(error) : callback()),
    );
  }

  /** One answer a request, without the streams that Nest makes of it: every message of an order passes here. */
  override async handleMessage(subject: string, message: Msg): Promise<void> {
    this.inFlight += 1;
    try {
      await withTrace(message.headers?.get(TRACE_HEADER), () => this.answer(subject, message));
    } finally {
      this.inFlight -= 1;
      if (this.inFlight === 0) this.idle?.();
    }
  }

  private async answer(subject: string, message: Msg): Promise<void> {
    const { data, id } = codec.decode(message.data) as Partial<Packet>;
    if (id === undefined || !message.reply) return;
    const answer = await this.outcomeOf(subject, message, data);
    message.respond(codec.encode({ ...answer, isDisposed: true, id }));
  }

  private async outcomeOf(
    subject: string,
    message: Msg,
    data: unknown,
  ): Promise<{ readonly response: unknown } | { readonly err: unknown }> {
    const handler = this.getHandlerByPattern(subject);
    if (!handler) return { err: `Nothing serves ${subject} here; the request was not executed` };
    try {
      const result: unknown = await handler(data, new NatsContext([message.subject, message.headers]));
      // A failure comes as a stream that fails: that is how Nest's exception filters answer.
      return { response: isObservable(result) ? await lastValueFrom(result) : result };
    } catch (err) {
      return { err };
    }
  }

  /** A subject is its own route. Nest would first try to read each as JSON, and fail. */
  protected override getRouteFromPattern(pattern: string): string {
    return pattern;
  }

  override async close(): Promise<void> {
    const { natsClient, subscriptions } = this.inside;
    if (!natsClient) return;
    this.heard = false;
    await Promise.allSettled(subscriptions.map((subscription) => subscription.drain()));
    await this.untilIdle();
    await natsClient.flush().catch(() => undefined);
    await super.close();
  }

  private async settle(natsClient: NatsConnection): Promise<void> {
    await natsClient.flush();
    this.heard = true;
  }

  private get inside(): {
    readonly natsClient: NatsConnection | null;
    readonly subscriptions: Subscription[];
  } {
    return this as unknown as { natsClient: NatsConnection | null; subscriptions: Subscription[] };
  }

  private async untilIdle(): Promise<void> {
    if (this.inFlight === 0) return;
    await new Promise<void>((resolve) => {
      const deadline = setTimeout(resolve, DRAIN_LIMIT_MS);
      this.idle = () => {
        clearTimeout(deadline);
        resolve();
      };
    });
  }
}
